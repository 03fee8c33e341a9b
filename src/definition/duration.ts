import { limits } from '../model/limits.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PART = /(\d+(?:\.\d+)?) *(ms|s|m|h|d)/y;

/** The same as a JSON Schema pattern. */
export const DURATION_PATTERN = String.raw`^(\d+(\.\d+)?|(\d+(\.\d+)? *(ms|s|m|h|d) *)+)$`;

/**
 * Milliseconds, rounded, of `30s`, `5m`, `1h30m`, `500ms` or a bare number of seconds; undefined when `text` is none of
 * these, repeats a unit, or passes `limits.durationMaxMs`.
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  const totalMs = /^\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) * 1_000 : sumOfParts(trimmed);
  if (totalMs === undefined || totalMs > limits.durationMaxMs) return undefined;
  return Math.round(totalMs);
}

function sumOfParts(text: string): number | undefined {
  const seen = new Set<string>();
  let totalMs = 0;
  PART.lastIndex = 0;
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    while (text[at] === ' ') at += 1;
    PART.lastIndex = at;
    const [, amount, unit] = PART.exec(text) ?? [];
    if (amount === undefined || unit === undefined || seen.has(unit)) return undefined;
    seen.add(unit);
    totalMs += Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return seen.size === 0 ? undefined : totalMs;
}
