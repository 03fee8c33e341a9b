/** What goes to a server in one command at most. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** The items in their order, in chunks of a bounded size; an item that is larger stands alone. */
export function byteChunks<T extends { readonly body: Uint8Array }>(items: readonly T[]): T[][] {
  const chunks: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const last = chunks.at(-1);
    if (last === undefined || bytes + item.body.length > CHUNK_BYTES) {
      chunks.push([item]);
      bytes = item.body.length;
    } else {
      last.push(item);
      bytes += item.body.length;
    }
  }
  return chunks;
}
