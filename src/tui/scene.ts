import type { Grid } from '../graph/grid.ts';
import type { State } from '../model/state.ts';
import type { LogSheet } from './log-sheet.ts';
import type { Rect } from './regions.ts';
import type { MonitorSource, Notice } from './source.ts';
import type { Line } from './span.ts';
import type { UiState } from './ui-state.ts';

/** All that a screen is made from. */
export type Scene = {
  readonly source: MonitorSource;
  readonly state: State;
  readonly ui: UiState;
  readonly log: LogSheet | undefined;
  readonly message: Notice | undefined;
  /** The present, or the moment that is replayed. */
  readonly nowMs: number;
  readonly ascii: boolean;
  readonly timeText: (atMs: number) => string;
  readonly frames: FrameCounts;
};

/** Frames that were never shown, since the terminal still took an older one. */
export type FrameCounts = { readonly dropped: number };

/** Lines that stand at a place, each exactly as wide as it. */
export type Block = { readonly rect: Rect; readonly lines: readonly Line[] };

/** A painted drawing; it stands over the blocks and under the dialog. */
export type Canvas = { readonly rect: Rect; readonly grid: Grid };

export type Screen = {
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly Block[];
  readonly canvas: Canvas | undefined;
  readonly dialog: Block | undefined;
  /** What is not true any more: shown without colours and dimmed, but for the dialog over it. */
  readonly faded: Rect | undefined;
};
