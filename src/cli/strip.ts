import { sanitizeText } from '../graph/text.ts';

/** Makes text of bytes that come in pieces, line by line without control sequences; an incomplete character waits for its rest. */
export function createStripper(): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder();
  return (bytes) =>
    decoder
      .decode(bytes, { stream: true })
      .split('\n')
      .map((line) => sanitizeText(line))
      .join('\n');
}
