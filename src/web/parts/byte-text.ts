const UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

/** `812 B`, `1.4 KiB`, `3.0 GiB`. */
export function byteText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < UNITS.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
