import { layoutGraph } from '../../src/graph/layout.ts';
import { paintGraph } from '../../src/graph/paint.ts';
import { Cells } from '../../src/tui/terminal/cells.ts';
import { composeCells } from '../../src/tui/terminal/compositor.ts';
import { difference } from '../../src/tui/terminal/difference.ts';
import { randomDag, randomOf } from '../../test/support/random-dags.ts';
import type { Told } from './told.ts';
import { percentile } from './usage.ts';

const ROUNDS = 300;
/** Share of the cells that differ from frame to frame. */
const CHANGING = 0.05;
const STATES = '○◌▶↻✓✗';
type Size = { readonly width: number; readonly height: number };

/** Paints a window of a drawing of 1,000 boxes in this process, and what has changed of it: states of boxes. */
export function benchFrames(size: Size, bytesGoal: number, told: Told): void {
  const result = layoutGraph(randomDag(3, 'layered', 1_000));
  if (!result.drawn) throw new Error(result.reason);
  const { layout } = result;
  const random = randomOf(1);
  const times: number[] = [];
  const bytes: number[] = [];
  const changed: number[] = [];
  const window = {
    x: Math.max(0, (layout.width - size.width) >> 1),
    y: Math.max(0, (layout.height - size.height) >> 1),
    ...size,
  };
  const seen = layout.boxes.filter(({ x, y, width, height }) => {
    const [left, top] = [x - window.x, y - window.y];
    return left >= 0 && top >= 0 && left + width <= size.width && top + height <= size.height;
  });
  const states = new Map(layout.boxes.map(({ id }) => [id, 0]));
  const content = (id: string) => {
    const state = states.get(id) ?? 0;
    return { lines: [{ text: `${STATES[state] ?? ''} ${id}`, style: state }], borderStyle: state };
  };
  const panes = new Cells(size.width, size.height);
  let before = new Cells(size.width, size.height);
  for (let round = 0; round < ROUNDS; round += 1) {
    // A change of state colours a border and writes a line: boxes of which that is as much as is to change.
    let left = size.width * size.height * CHANGING;
    while (left > 0) {
      const box = seen[Math.floor(random() * seen.length)];
      if (box === undefined) throw new Error('no box is seen');
      states.set(box.id, ((states.get(box.id) ?? 0) + 1 + Math.floor(random() * 5)) % STATES.length);
      left -= 2 * (box.width + box.height) - 4 + box.id.length + 2;
    }
    const startMs = performance.now();
    const grid = paintGraph(layout, content, { window });
    const canvas = { rect: { x: 0, y: 0, ...size }, grid };
    const over = { canvas, dialog: undefined, faded: undefined };
    const after = composeCells(panes, over, { ascii: false, isColored: true });
    const written = difference(before, after);
    times.push(performance.now() - startMs);
    if (round > 0) {
      bytes.push(Buffer.byteLength(written));
      changed.push(countChanged(before, after) / (size.width * size.height));
    }
    before = after;
  }
  const name = `${size.width}×${size.height}`;
  told(`paint and difference at ${name}, p50`, percentile(times, 0.5), 1, 'ms');
  told(`paint and difference at ${name}, p95`, percentile(times, 0.95), 5, 'ms');
  const share = (percentile(changed, 0.5) * 100).toFixed(1);
  told(
    `bytes of a frame at ${name}, ${share} % of the cells changing, p50`,
    percentile(bytes, 0.5),
    bytesGoal,
    'B',
  );
}

function countChanged(before: Cells, after: Cells): number {
  let count = 0;
  for (let y = 0; y < after.height; y += 1) {
    for (let x = 0; x < after.width; x += 1) {
      if (before.text(x, y) !== after.text(x, y) || before.style(x, y) !== after.style(x, y)) count += 1;
    }
  }
  return count;
}
