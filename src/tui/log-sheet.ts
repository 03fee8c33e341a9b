import { textWidth } from '../graph/text.ts';
import type { ServerName } from '../model/ids.ts';
import type { Attempt } from '../model/state.ts';
import { clampPlace, lastPlace } from '../view/log-rows.ts';
import type { LogPlace, LogWindow } from '../view/log-rows.ts';
import type { LogLine, LogSource } from '../view/log-text.ts';
import type { LogTimes, LogWish } from './log-wish.ts';

/** A log as the pane and the keys see it. */
export type LogSheet = {
  /** What the filter lets through, of `total` lines. */
  readonly lines: readonly LogLine[];
  readonly total: number;
  /** The filter has not seen all of them yet. */
  readonly isSifting: boolean;
  /** The ids of its lines are from `firstId` on, and below `nextId`. */
  readonly firstId: number;
  readonly nextId: number;
  readonly sources: readonly LogSource[];
  /** Nodes whose output belongs here; only those of `sources` and at most so many at a time are followed. */
  readonly nodes: number;
  readonly followed: number;
  /** More may come. */
  readonly isOpen: boolean;
  /** What times since the start count from. */
  readonly startMs: number;
  /** Of the one attempt that is shown, which has ended, when nothing of what it wrote has come from its server. */
  readonly unread: UnreadOutput | undefined;
};

export type UnreadOutput = {
  readonly server: ServerName;
  readonly bytes: number;
  /** Its last lines, as its result told them: hostile. */
  readonly tail: string;
  /** What reading it came to, so far. */
  readonly notes: readonly string[];
};

/** Undefined where there is something to read, there never was, or more may come. */
export function unreadOf(attempt: Attempt | undefined, lines: readonly LogLine[]): UnreadOutput | undefined {
  const wrote = attempt?.outcome === undefined ? undefined : attempt.wrote;
  const bytes = (wrote?.stdoutBytes ?? 0) + (wrote?.stderrBytes ?? 0);
  if (attempt === undefined || wrote === undefined || bytes === 0) return undefined;
  if (lines.some(({ stream }) => stream !== 'note')) return undefined;
  return { server: attempt.server, bytes, tail: wrote.tail, notes: lines.map(({ text }) => text) };
}

/** Cells of what stands before the text: a column that is not shown has none. */
export type LogColumns = {
  readonly time: number;
  readonly server: number;
  readonly node: number;
  readonly text: number;
};

export const MARK_WIDTH = 2;
const TIME_WIDTHS: Readonly<Record<LogTimes, number>> = { off: 0, day: 13, start: 11 };
/** What the names may take of the pane, and of that the server's. */
const NAMES_SHARE = 0.35;
const SERVER_SHARE = 0.4;

export function nodeLabel({ node, attempt }: LogSource): string {
  return `${node}#${attempt}`;
}

export function columnsOf({ sources }: LogSheet, { times, scope }: LogWish, width: number): LogColumns {
  const time = TIME_WIDTHS[times];
  const names = scope === 'node' ? 0 : Math.floor(width * NAMES_SHARE);
  const server = Math.min(widest(sources.map((source) => source.server)), Math.floor(names * SERVER_SHARE));
  const node = names === 0 ? 0 : Math.min(widest(sources.map(nodeLabel)), names - server);
  const gaps = names === 0 ? 0 : 2;
  return { time, server, node, text: Math.max(1, width - time - server - node - gaps - MARK_WIDTH) };
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, textWidth(text)), 0);
}

export function windowOf(sheet: LogSheet, wish: LogWish, width: number, height: number): LogWindow {
  return {
    lines: sheet.lines,
    width: columnsOf(sheet, wish, width).text,
    height,
    isWrapped: wish.isWrapped,
  };
}

/** Where the pane begins. A line that was dropped stands for the first one, and a line of another log for the end. */
export function placeIn({ firstId, lines }: LogSheet, { top }: LogWish, window: LogWindow): LogPlace {
  if (top === undefined || top.id < firstId) return lastPlace(window);
  const index = lines.findIndex(({ id }) => id === top.id);
  return clampPlace(index < 0 ? { index: 0, row: 0 } : { index, row: top.row }, window);
}

/** How many lines came since the end was left; 0 while it is followed. */
export function newLines({ lines, firstId }: LogSheet, { top }: LogWish): number {
  if (top === undefined || top.id < firstId) return 0;
  return lines.reduce((count, { id }) => count + (id >= top.seenId ? 1 : 0), 0);
}
