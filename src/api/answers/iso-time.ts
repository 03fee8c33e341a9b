/** RFC 3339 in UTC, as the contract has times. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A property with a time, where there is one: `...timeAt('endedAt', run.end?.atMs)`. */
export function timeAt<K extends string>(key: K, atMs: number | undefined): { readonly [P in K]?: string } {
  return atMs === undefined ? {} : ({ [key]: isoTime(atMs) } as { readonly [P in K]?: string });
}
