import type { LogLine } from '../../view/log-text.ts';

/** Lines of one block: what is painted, or passed over, together. */
const BLOCK = 100;

/** The lines that contain a text, in any case; all for an empty one. */
export function matching(lines: readonly LogLine[], text: string): readonly LogLine[] {
  const wanted = text.trim().toLowerCase();
  return wanted === '' ? lines : lines.filter((line) => line.text.toLowerCase().includes(wanted));
}

/** The lines in blocks that keep their lines when more come at the end. */
export function blocksOf(lines: readonly LogLine[]): readonly (readonly LogLine[])[] {
  const blocks: LogLine[][] = [];
  let last: number | undefined;
  for (const line of lines) {
    const number = Math.floor(line.id / BLOCK);
    const block = number === last ? blocks.at(-1) : undefined;
    if (block === undefined) blocks.push([line]);
    else block.push(line);
    last = number;
  }
  return blocks;
}
