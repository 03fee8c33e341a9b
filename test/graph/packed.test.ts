import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { flawOf, layoutOf, topologyOf } from '../support/drawing-samples.ts';

const FOLDER = join(import.meta.dirname, 'packed');

describe.each(readdirSync(FOLDER))('%s, packed by hand', (file) => {
  const [graph = '', ...rows] = readFileSync(join(FOLDER, file), 'utf8').trimEnd().split('\n');
  const topology = topologyOf(graph);

  test('is a drawing of that graph', () => {
    expect(flawOf(topology, rows.join('\n'))).toBeUndefined();
  });

  test('needs two thirds at least of the room of ours', () => {
    const { width, height } = layoutOf(topology);
    const packed = rows.length * Math.max(...rows.map((row) => row.length));
    expect(width * height).toBeLessThanOrEqual(1.5 * packed);
  });
});
