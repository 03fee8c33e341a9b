import { loadApp } from './production.ts';
import type { DrawRows } from './panes-painter.ts';
import type { VirtualStdout } from './terminal/virtual-stdout.ts';

export type InkOptions = {
  readonly stdin: NodeJS.ReadStream;
  readonly virtual: VirtualStdout;
  readonly onKey: (key: string) => void;
  readonly onFailure: (error: unknown) => void;
};

/** Whole frames, nothing of Ink's own about the terminal: that is `terminal/`'s. */
const INK = {
  debug: true,
  interactive: true,
  exitOnCtrlC: false,
  patchConsole: false,
  isScreenReaderEnabled: false,
} as const;

/** Loads Ink and lets it listen to keys. Returns how to have rows drawn, and its end. */
export async function startInk(options: InkOptions): Promise<{ draw: DrawRows; end: () => void }> {
  const { stdin, virtual, onKey, onFailure } = options;
  const { App, render, createElement } = await loadApp();
  const ink = render(null, { ...INK, stdout: virtual, stdin, stderr: virtual });
  ink.waitUntilExit().catch(onFailure);
  const draw: DrawRows = (rows, { width, height }, isColored) => {
    ink.rerender(createElement(App, { rows, width, height, isColored, onKey }));
    return virtual.frame;
  };
  draw([], { width: virtual.columns, height: virtual.rows }, true);
  return { draw, end: () => ink.unmount() };
}
