import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../model/limits.ts';
import type { MarkedProcess, ProcessTable } from './process-table.ts';
import { ProcessTableReader } from './process-table.ts';
import { membersOf } from './process-tree.ts';
import type { Tree } from './process-tree.ts';
import { isGroupThere, signalGroup, signalProcess } from './signal.ts';

/** Times in milliseconds. */
export type ReaperSettings = {
  /** Between TERM and KILL. */
  readonly killGraceMs: number;
};

type Hunt = {
  readonly tree: Tree;
  readonly sinceMs: number;
  readonly done: () => void;
  /** Found once, by pid and start: still ours when its parents are gone and its environment tells nothing. */
  readonly known: Map<number, number>;
  phase: 'found' | 'asked' | 'killed';
  /** Looks at the process table in a row that found nothing; a fork can slip through one. */
  emptyLooks: number;
};

/** The processes of the machine, if there is such a table, and a file descriptor left to read it. */
type Look = ProcessTable | 'none' | 'too_busy';

const LOOK_MS = 15;
const LOOK_MAX_MS = 250;
const STRAY_LOOK_MS = 500;
/** How much longer than a look at the process table takes we wait for the next one: bounds its share of the CPU. */
const LOOK_SHARE = 10;

/**
 * Ends process trees: TERM to all, a grace, KILL until none is left. One look at the process table serves all trees.
 * What the children fork after TERM (to clean up) is only met by KILL.
 */
export class Reaper {
  readonly #hunts = new Map<string, Hunt>();
  readonly #promises = new Map<string, Promise<void>>();
  readonly #reader = new ProcessTableReader();
  readonly #killGraceMs: number;
  readonly #onNotice: (text: string) => void;
  #ended = new Map<string, Tree>();
  #hunting: Promise<void> | undefined;
  #strayLook: Promise<void> | undefined;
  readonly #closing = new AbortController();
  #lookCostMs = 0;

  constructor(settings: ReaperSettings, onNotice: (text: string) => void) {
    this.#killGraceMs = settings.killGraceMs;
    this.#onNotice = onNotice;
  }

  /** Ends a tree. Resolves when nothing of it is left, or what is left resists KILL (`killWaitMaxMs`). Never rejects. */
  end(tree: Tree): Promise<void> {
    const running = this.#promises.get(tree.marker);
    if (running !== undefined) return running;
    const promise = new Promise<void>((done) => {
      const sinceMs = performance.now();
      const known = new Map<number, number>();
      this.#hunts.set(tree.marker, { tree, sinceMs, done, known, phase: 'found', emptyLooks: 0 });
    });
    this.#promises.set(tree.marker, promise);
    this.#hunting ??= this.#hunt();
    return promise;
  }

  /** Looks before long, together with others, whether a tree whose command has ended left something outside of its group. */
  endStrays(tree: Tree): void {
    this.#ended.set(tree.marker, { marker: tree.marker, group: undefined });
    this.#strayLook ??= this.#lookForStrays();
  }

  /** Resolves when all that was handed over is ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#strayLook;
    await this.#hunting;
  }

  async #lookForStrays(): Promise<void> {
    while (this.#ended.size > 0) {
      const waitMs = Math.max(STRAY_LOOK_MS, LOOK_SHARE * this.#lookCostMs);
      // Aborted on closing, when nobody should wait.
      await pause(waitMs, undefined, { ref: false, signal: this.#closing.signal }).catch(() => undefined);
      const trees = this.#ended;
      this.#ended = new Map();
      const table = await this.#look();
      if (table === 'too_busy') {
        for (const tree of trees.values()) this.#ended.set(tree.marker, tree);
        if (this.#closing.signal.aborted) break;
        continue;
      }
      if (table === 'none') continue;
      for (const [tree, members] of membersOf(trees.values(), table, process.pid)) {
        if (members.length === 0) continue;
        this.#onNotice(`attempt ${nameOf(tree)} left ${count(members)} behind, which are ended now`);
        void this.end(tree);
      }
    }
    this.#strayLook = undefined;
  }

  async #hunt(): Promise<void> {
    // All that is handed over in the same turn shares the first look.
    await pause(0);
    while (this.#hunts.size > 0) {
      const hunts = [...this.#hunts.values()];
      const table = await this.#look();
      const trees = hunts.map(({ tree }) => tree);
      const found = typeof table === 'string' ? undefined : membersOf(trees, table, process.pid);
      for (const hunt of hunts) this.#act(hunt, table, found?.get(hunt.tree) ?? []);
      const isUrgent = hunts.some(({ emptyLooks }) => emptyLooks === 1);
      await pause(isUrgent ? 0 : Math.min(LOOK_MAX_MS, Math.max(LOOK_MS, LOOK_SHARE * this.#lookCostMs)));
    }
    this.#hunting = undefined;
  }

  #act(hunt: Hunt, table: Look, found: MarkedProcess[]): void {
    const { tree, known } = hunt;
    const members = new Map(found.map((process) => [process.pid, process]));
    for (const [pid, startTicks] of known) {
      const process = typeof table === 'string' ? undefined : table.get(pid);
      if (process?.startTicks === startTicks && !process.isZombie) members.set(pid, process);
    }
    for (const { pid, startTicks } of members.values()) known.set(pid, startTicks);
    const isGroupLeft =
      tree.group !== undefined &&
      (typeof table === 'string'
        ? isGroupThere(tree.group)
        : found.some(({ group }) => group === tree.group));
    // A group that was empty once may be given to others.
    if (!isGroupLeft && hunt.emptyLooks > 0) tree.group = undefined;
    const isEmpty = members.size === 0 && !isGroupLeft && table !== 'too_busy';
    hunt.emptyLooks = isEmpty ? hunt.emptyLooks + 1 : 0;
    if (hunt.emptyLooks >= 2) return this.#finish(hunt);
    if (hunt.emptyLooks > 0) return;
    const ageMs = performance.now() - hunt.sinceMs;
    if (ageMs > this.#killGraceMs + limits.killWaitMaxMs) {
      const left = count([...members.values()]);
      this.#onNotice(`${left} of attempt ${nameOf(tree)} could not be ended, not even by KILL`);
      return this.#finish(hunt);
    }
    if (ageMs >= this.#killGraceMs) hunt.phase = 'killed';
    else if (hunt.phase === 'asked') return;
    else hunt.phase = 'asked';
    const signal = hunt.phase === 'killed' ? 'SIGKILL' : 'SIGTERM';
    if (isGroupLeft && tree.group !== undefined) signalGroup(tree.group, signal);
    for (const process of members.values()) if (process.group !== tree.group) signalProcess(process, signal);
  }

  #finish(hunt: Hunt): void {
    this.#hunts.delete(hunt.tree.marker);
    this.#promises.delete(hunt.tree.marker);
    hunt.done();
  }

  async #look(): Promise<Look> {
    const startMs = performance.now();
    const table = await this.#reader.read().then(
      (read): Look => read ?? 'none',
      (): Look => 'too_busy',
    );
    this.#lookCostMs = performance.now() - startMs;
    return table;
  }
}

function nameOf({ marker }: Tree): string {
  return marker.slice(marker.indexOf('.') + 1);
}

function count(processes: readonly MarkedProcess[]): string {
  const pids = processes.slice(0, 5).map(({ pid }) => pid);
  return `${processes.length} process${processes.length === 1 ? '' : 'es'} (${pids.join(', ')})`;
}
