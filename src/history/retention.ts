import { run } from './port/sql.ts';
import type { Statement, Write } from './port/sql.ts';

/** What the history keeps; what is absent has no bound. Runs that go on are always kept. */
export type Retention = {
  /** After their end; commands and versions of dags that nobody needs, from when they came. */
  readonly keepMs?: number;
  /** Ended runs of each dag, the newest. */
  readonly keepRuns?: number;
};

const OF_RUNS = ['attempts', 'events'] as const;

/** What drops all that `retention` does not keep. */
export function pruningWrites({ keepMs, keepRuns }: Retention, nowMs: number): Write[] {
  const writes: Write[] = [];
  if (keepRuns !== undefined) {
    const ranked = `SELECT run, row_number() OVER (PARTITION BY dag ORDER BY triggered_ms DESC, run DESC) AS place
      FROM runs WHERE ended_ms IS NOT NULL`;
    const chosen = `SELECT run FROM (${ranked}) AS ranked WHERE place > ?`;
    writes.push(...dropRuns({ text: chosen, cells: [keepRuns] }));
  }
  if (keepMs !== undefined) {
    const beforeMs = nowMs - keepMs;
    writes.push(...dropRuns({ text: 'SELECT run FROM runs WHERE ended_ms < ?', cells: [beforeMs] }));
    writes.push(run('DELETE FROM commands WHERE at_ms < ?', beforeMs));
    // The newest is in force.
    writes.push(
      run(
        'DELETE FROM placements WHERE at_ms < ? AND position < (SELECT max(position) FROM placements)',
        beforeMs,
      ),
      run('DELETE FROM dags WHERE hash_key IS NULL AND changed_ms < ?', beforeMs),
      run(
        `DELETE FROM versions WHERE applied_ms < ? AND hash_key NOT IN (SELECT hash_key FROM runs)
          AND hash_key NOT IN (SELECT hash_key FROM dags WHERE hash_key IS NOT NULL)`,
        beforeMs,
      ),
    );
  }
  return writes;
}

/** The runs last: they say which. */
function dropRuns({ text, cells }: Statement): Write[] {
  return [...OF_RUNS, 'runs'].map((table) => run(`DELETE FROM ${table} WHERE run IN (${text})`, ...cells));
}
