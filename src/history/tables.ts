import type { Column, Table } from './port/sql.ts';

/** Columns by their names: those of whole numbers are marked with `#`. */
function table(name: string, key: readonly string[], columns: string): Table {
  const all = columns.split(/\s+/).map((text): Column => {
    const isWhole = text.startsWith('#');
    return { name: isWhole ? text.slice(1) : text, is: isWhole ? 'whole' : 'text' };
  });
  return { name, key, columns: all };
}

/** The tables as they are now; `migrations.ts` makes them. Times are milliseconds since 1970. */
export const tables = {
  /** Every version of a dag that was ever in force. `hash_key` is its hash, made short where it is long. */
  versions: table('versions', ['hash_key'], 'hash_key hash dag body #position #applied_ms author'),
  /** Which version of a dag is in force; none once it is removed. */
  dags: table('dags', ['dag'], 'dag hash_key #position #changed_ms'),
  placements: table('placements', ['position', 'idx'], '#position #idx #at_ms author body'),
  /** What operators did; `refusal` says why it had no effect. */
  commands: table(
    'commands',
    ['position', 'idx'],
    '#position #idx #at_ms author action dag run node server detail refusal',
  ),
  /** `detail` is there once a run has ended: what its row and its attempts do not tell. */
  runs: table(
    'runs',
    ['run'],
    'run dag hash_key state #triggered_ms #ended_ms author params #nodes #ended #succeeded #failed error searched detail',
  ),
  attempts: table(
    'attempts',
    ['run', 'node', 'attempt'],
    'run node #attempt server incarnation #epoch #position #dispatched_ms #started_ms #finished_ms outcome error ' +
      '#exit_code signal output #stdout_bytes #stderr_bytes #dropped_bytes tail late',
  ),
  /** Accepted events of runs. */
  events: table('events', ['run', 'position', 'idx'], 'run #position #idx body'),
  /** What the log had lost before it was recorded: what came after `position`, up to `upto`. */
  gaps: table('gaps', ['position'], '#position #upto'),
} as const;
