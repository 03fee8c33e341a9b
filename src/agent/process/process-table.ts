import { readdir } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { readMarker, readProcess } from './process-file.ts';
import type { ProcessFacts } from './process-file.ts';

export type MarkedProcess = ProcessFacts & { readonly marker: string | undefined };
export type ProcessTable = ReadonlyMap<number, MarkedProcess>;

/** Processes read before others get their turn: about 2 ms. */
const SLICE = 100;

/**
 * Reads all processes of the machine. One that had no marker when first seen never gets one (a child of an attempt has it from its
 * fork on), so each environment is read once.
 */
export class ProcessTableReader {
  #unmarked = new Map<number, number>();

  /** Undefined where there is no `/proc`. Rejects when too many files are open to look. */
  async read(): Promise<ProcessTable | undefined> {
    const names = await readdir('/proc').catch(absent);
    const pids = names.map(Number).filter((pid) => Number.isSafeInteger(pid) && pid > 0);
    if (pids.length === 0) return undefined;
    const table = new Map<number, MarkedProcess>();
    const unmarked = new Map<number, number>();
    for (const [index, pid] of pids.entries()) {
      if (index % SLICE === SLICE - 1) await breathe();
      const facts = readProcess(pid);
      if (facts === undefined) continue;
      const isKnown = this.#unmarked.get(pid) === facts.startTicks;
      const marker = isKnown ? undefined : readMarker(pid);
      table.set(pid, { ...facts, marker });
      if (marker === undefined && !facts.isZombie) unmarked.set(pid, facts.startTicks);
    }
    this.#unmarked = unmarked;
    return table;
  }
}

function absent(error: unknown): string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}
