import xterm from '@xterm/headless';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cells } from '../../src/tui/terminal/cells.ts';
import { Terminal } from '../../src/tui/terminal/terminal.ts';
import type { TerminalOutput } from '../../src/tui/terminal/terminal.ts';

type Dot = { readonly x: number; readonly y: number; readonly text: string; readonly style: string };
type Step =
  | { readonly do: 'draw'; readonly dots: readonly Dot[] }
  | { readonly do: 'resize'; readonly width: number; readonly height: number }
  | { readonly do: 'drain' };

const LARGEST = { width: 24, height: 8 };

const dots = fc.array(
  fc.record({
    x: fc.nat(LARGEST.width - 1),
    y: fc.nat(LARGEST.height - 1),
    text: fc.constantFrom('a', '─', '▼', '日', '한', 'é', 'e\u0301', ' '),
    style: fc.constantFrom('', '1', '2', '7', '32', '1;35', '2;7;31', '1;2;7;36'),
  }),
  { maxLength: 40 },
);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: dots.map((all): Step => ({ do: 'draw', dots: all })) },
    {
      weight: 1,
      arbitrary: fc
        .record({
          width: fc.integer({ min: 2, max: LARGEST.width }),
          height: fc.integer({ min: 1, max: LARGEST.height }),
        })
        .map((size): Step => ({ do: 'resize', ...size })),
    },
    { weight: 2, arbitrary: fc.constant<Step>({ do: 'drain' }) },
  ),
  { minLength: 1, maxLength: 25 },
);

/** A link that is full after each write, where `isSlow`, until it is drained. */
class Link implements TerminalOutput {
  readonly written: string[] = [];
  readonly #isSlow: () => boolean;
  #onDrain: () => void = () => undefined;
  isFull = false;

  constructor(isSlow: () => boolean) {
    this.#isSlow = isSlow;
  }

  write(text: string): boolean {
    expect(this.isFull, 'a write to a full link').toBe(false);
    this.written.push(text);
    this.isFull = this.#isSlow();
    return !this.isFull;
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  drain(): void {
    this.isFull = false;
    this.#onDrain();
  }

  writeNow(text: string): void {
    this.written.push(text);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

/** What an emulator shows in a cell, in the terms of `Cells`. */
function shownCell(emulator: InstanceType<typeof xterm.Terminal>, x: number, y: number): string {
  const { active } = emulator.buffer;
  const cell = active.getLine(active.viewportY + y)?.getCell(x);
  if (cell === undefined) return 'none';
  const style = [
    cell.isBold() !== 0 ? '1' : '',
    cell.isDim() !== 0 ? '2' : '',
    cell.isInverse() !== 0 ? '7' : '',
    cell.isFgPalette() ? String(30 + cell.getFgColor()) : '',
  ];
  const text = cell.getWidth() === 0 ? '' : cell.getChars() || ' ';
  return `${text}|${style.filter((code) => code !== '').join(';')}`;
}

test('whatever is drawn, resized and skipped on a slow link, an emulator shows the newest frame', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }), async (all, slow) => {
      let turn = 0;
      const link = new Link(() => slow[(turn += 1) % slow.length] ?? false);
      const terminal = new Terminal(link);
      let size = { width: 12, height: 5 };
      const emulator = new xterm.Terminal({ cols: size.width, rows: size.height, allowProposedApi: true });
      const flush = async (): Promise<void> => {
        for (const text of link.written.splice(0))
          await new Promise<void>((done) => emulator.write(text, done));
      };
      terminal.enter();
      let newest = new Cells(size.width, size.height);
      for (const step of all) {
        if (step.do === 'drain') link.drain();
        else if (step.do === 'resize') {
          await flush();
          size = { width: step.width, height: step.height };
          emulator.resize(size.width, size.height);
          terminal.forget();
          newest = new Cells(size.width, size.height);
          const blank = newest;
          terminal.show(() => blank);
        } else {
          newest = new Cells(size.width, size.height);
          for (const { x, y, text, style } of step.dots) {
            newest.put(x, y, text, style);
            if (text === '日' || text === '한') newest.put(x + 1, y, '', style);
          }
          const drawn = newest;
          terminal.show(() => drawn);
        }
      }
      while (link.isFull) link.drain();
      await flush();
      for (let y = 0; y < size.height; y += 1) {
        for (let x = 0; x < size.width; x += 1) {
          const isCut = newest.text(x, y) !== '' && newest.text(x + 1, y) !== '' && isWide(newest.text(x, y));
          if (isCut) continue;
          const expected = `${newest.text(x, y)}|${newest.style(x, y)}`;
          if (newest.text(x, y) !== '') expect(shownCell(emulator, x, y), `${x},${y}`).toBe(expected);
        }
      }
      emulator.dispose();
    }),
    { numRuns: 150 },
  );
});

function isWide(text: string): boolean {
  return text === '日' || text === '한';
}
