import type { Stats } from '../../api/contract/history.ts';

/** A round number that is at least `most`: 1, 2 or 5 times a power of ten. 1 where there is nothing. */
export function roundUp(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((value) => value >= most * 0.999_999) ?? most;
}

export type Day = Stats['days'][number];

const DAY_MS = 86_400_000;

/** The days without a gap, `count` of them at most, up to the last one that is known or `today`. */
export function wholeDays(days: readonly Day[], today: string, count: number): readonly Day[] {
  const known = new Map(days.map((day) => [day.day, day]));
  const firstMs = Math.min(...days.map(({ day }) => Date.parse(day)), Date.parse(today));
  const lastMs = Math.max(...days.map(({ day }) => Date.parse(day)), Date.parse(today));
  const from = Math.max(firstMs, lastMs - (count - 1) * DAY_MS);
  const length = Math.round((lastMs - from) / DAY_MS) + 1;
  return Array.from({ length }, (_, at) => {
    const day = new Date(from + at * DAY_MS).toISOString().slice(0, 10);
    return known.get(day) ?? { day, runs: 0, succeeded: 0, failed: 0, canceled: 0, took: {} };
  });
}
