import { readFields } from './fields.ts';
import type { Field } from './fields.ts';
import type { Problems } from './problems.ts';
import { readDuration, readText, readWhole } from './values.ts';

/** `history:` of `dagtop.yaml`. What is absent has its default: no bound, where it is one. */
export type HistorySection = {
  /** Of the database, or `off`. */
  readonly url?: string;
  readonly keepMs?: number;
  /** Of each dag. */
  readonly keepRuns?: number;
};

const KEEP_RUNS_MAX = 1_000_000_000;

/** A URL, `off`, or a map such as `{url: sqlite:runs.db, keep: 90d, keep_runs: 1000}`. */
export function readHistory(problems: Problems, field: Field): HistorySection {
  const { value } = field;
  if (value.kind === 'scalar' && value.value === false) return { url: 'off' };
  if (value.kind !== 'map') {
    const url = readUrl(problems, field);
    return url === undefined ? {} : { url };
  }
  const known = ['url', 'keep', 'keep_runs'];
  const fields = readFields(problems, value, field.label, { known, aliases: { keepRuns: 'keep_runs' } });
  const [url, keep, runs] = known.map((key) => fields?.get(key));
  const chosen = url && readUrl(problems, url);
  const keepMs = keep && readDuration(problems, keep, true);
  const keepRuns = runs && readWhole(problems, runs, 1, KEEP_RUNS_MAX);
  return {
    ...(chosen === undefined ? {} : { url: chosen }),
    ...(keepMs === undefined ? {} : { keepMs }),
    ...(keepRuns === undefined ? {} : { keepRuns }),
  };
}

function readUrl(problems: Problems, field: Field): string | undefined {
  const { value } = field;
  if (value.kind === 'scalar' && value.value === false) return 'off';
  const text = readText(problems, field, 'a URL or off');
  if (text === undefined || text === 'off' || /^(?:sqlite:.|postgres(?:ql)?:\/\/.)/s.test(text)) return text;
  problems.error(
    field.value.at,
    `${field.label} is no URL of a history`,
    'write sqlite:FILE, postgres://USER@HOST/DATABASE?password-file=FILE, or off',
  );
  return undefined;
}
