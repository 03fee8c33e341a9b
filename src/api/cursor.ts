import { ApiProblem } from './problem.ts';

/** A place in a list as one word; who reads a page hands it back as it is. */
export function encodeCursor(parts: readonly [number, string | number]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Problem: 400. */
export function decodeCursor<K extends 'string' | 'number'>(
  text: string,
  second: K,
): readonly [number, K extends 'string' ? string : number] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    parts = undefined;
  }
  if (
    Array.isArray(parts) &&
    parts.length === 2 &&
    Number.isSafeInteger(parts[0]) &&
    typeof parts[1] === second
  )
    return parts as never;
  throw new ApiProblem(400, 'bad_cursor', 'this cursor is none', {
    hint: 'nextCursor of the page before, as it is',
  });
}
