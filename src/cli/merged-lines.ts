import type { PrintedLine, StoredLines } from './stored-lines.ts';

/** A stream to be merged: nothing in it was written before `startMs`. */
export type MergedStream = { readonly startMs: number; readonly lines: StoredLines };

type Open = { readonly lines: StoredLines; head: PrintedLine; keyMs: number };

export type MergeOptions = {
  readonly print: (line: PrintedLine) => void;
  /** A stream that can't be read any further. */
  readonly onError: (stream: StoredLines, error: unknown) => void;
  /** Whether more may come: then a last line without an end waits for it. */
  readonly isToCome: (stream: StoredLines) => boolean;
  /** Not worth asking for. */
  readonly isLost: (stream: StoredLines) => boolean;
  readonly stopped: AbortSignal;
};

/**
 * Prints the lines that are kept of many streams in the order of their times. A stream is read from when the merge comes to its start, so that
 * as many are held open as ran at a time. Lines of unknown time stand behind the line before them.
 */
export async function mergeLines(streams: readonly MergedStream[], options: MergeOptions): Promise<void> {
  const waiting = streams.toSorted((one, other) => one.startMs - other.startMs);
  const open: Open[] = [];
  let opened = 0;
  for (;;) {
    const first = open.reduce<Open | undefined>(
      (least, one) => (least === undefined || one.keyMs < least.keyMs ? one : least),
      undefined,
    );
    const next = waiting[opened];
    if (options.stopped.aborted || (first === undefined && next === undefined)) return;
    if (next !== undefined && (first === undefined || next.startMs <= first.keyMs)) {
      opened += 1;
      const head = await headOf(next.lines, options);
      if (head !== undefined)
        open.push({ lines: next.lines, head, keyMs: Math.max(next.startMs, head.atMs ?? 0) });
    } else if (first !== undefined) {
      options.print(first.head);
      const head = await headOf(first.lines, options);
      if (head === undefined) open.splice(open.indexOf(first), 1);
      else Object.assign(first, { head, keyMs: Math.max(first.keyMs, head.atMs ?? 0) });
    }
  }
}

async function headOf(
  lines: StoredLines,
  { onError, isToCome, isLost }: MergeOptions,
): Promise<PrintedLine | undefined> {
  if (isLost(lines)) return undefined;
  try {
    return await lines.next(isToCome(lines));
  } catch (error) {
    onError(lines, error);
    return undefined;
  }
}
