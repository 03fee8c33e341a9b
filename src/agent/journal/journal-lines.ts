import type { AttemptKey, NodeName, RunId } from '../../model/ids.ts';
import type { Finished } from '../ports.ts';

/**
 * The lines of a journal, each a JSON array: `["j",id,boot]` whose it is, `["b",run,node,attempt]` begun, `["f",event]` finished with its result,
 * `["c",run,node,attempt,atMs]` the log has it. A later line takes the place of an earlier one on the same attempt.
 */
export type JournalEntry =
  | { readonly is: 'named'; readonly id: string; readonly boot: string }
  | { readonly is: 'begun'; readonly key: AttemptKey }
  | { readonly is: 'finished'; readonly result: Finished }
  | { readonly is: 'confirmed'; readonly key: AttemptKey; readonly atMs: number };

export function journalLine(entry: JournalEntry): string {
  switch (entry.is) {
    case 'named':
      return `${JSON.stringify(['j', entry.id, entry.boot])}\n`;
    case 'begun':
      return `${JSON.stringify(['b', entry.key.run, entry.key.node, entry.key.attempt])}\n`;
    case 'finished':
      return `${JSON.stringify(['f', entry.result])}\n`;
    case 'confirmed':
      return `${JSON.stringify(['c', entry.key.run, entry.key.node, entry.key.attempt, entry.atMs])}\n`;
  }
}

/** Undefined for a line that was torn, when its writer was ended amid of it: nobody was told that it was written. */
export function readJournalLine(line: string): JournalEntry | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields)) return undefined;
  const [kind, first, node, attempt, atMs] = fields as unknown[];
  if (kind === 'j' && typeof first === 'string' && typeof node === 'string')
    return { is: 'named', id: first, boot: node };
  if (kind === 'f') {
    const result = first as Finished | null;
    if (keyOf(result?.run, result?.node, result?.attempt) === undefined || result === null) return undefined;
    return { is: 'finished', result };
  }
  const key = keyOf(first, node, attempt);
  if (key === undefined) return undefined;
  if (kind === 'b') return { is: 'begun', key };
  if (kind === 'c' && typeof atMs === 'number') return { is: 'confirmed', key, atMs };
  return undefined;
}

function keyOf(run: unknown, node: unknown, attempt: unknown): AttemptKey | undefined {
  if (typeof run !== 'string' || typeof node !== 'string' || typeof attempt !== 'number') return undefined;
  return { run: run as RunId, node: node as NodeName, attempt };
}
