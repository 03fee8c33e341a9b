import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitted, held, revealing, SCALE, zoomed } from '../../src/web/graph/camera.ts';
import { neighbourOf } from '../../src/web/graph/neighbour.ts';

const PORT = { width: 800, height: 600 };
const length = fc.integer({ min: 10, max: 50_000 });
const drawing = fc.record({ width: length, height: length });
const place = fc.double({ min: -5_000, max: 5_000, noNaN: true });
const camera = fc.record({
  x: place,
  y: place,
  scale: fc.double({ min: SCALE.least, max: SCALE.most, noNaN: true }),
});

describe('the camera', () => {
  it('shows all of a drawing in the middle, as far as it may shrink', () => {
    fc.assert(
      fc.property(drawing, (size) => {
        const { x, y, scale } = fitted(size, PORT);
        expect(x * 2 + size.width * scale).toBeCloseTo(PORT.width);
        expect(y * 2 + size.height * scale).toBeCloseTo(PORT.height);
        if (scale > SCALE.least) expect(Math.min(x, y)).toBeGreaterThan(0);
      }),
    );
  });

  it('keeps what is under the pointer there while it zooms', () => {
    fc.assert(
      fc.property(camera, fc.double({ min: 0.2, max: 5, noNaN: true }), (before, factor) => {
        const at = { x: 300, y: 200 };
        const after = zoomed(before, factor, at);
        expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale, 3);
        expect(after.scale).toBeGreaterThanOrEqual(SCALE.least);
        expect(after.scale).toBeLessThanOrEqual(SCALE.most);
      }),
    );
  });

  it('never loses the drawing', () => {
    fc.assert(
      fc.property(camera, drawing, (anywhere, size) => {
        const { x, y, scale } = held(anywhere, size, PORT);
        expect(x).toBeLessThan(PORT.width);
        expect(y).toBeLessThan(PORT.height);
        expect(x + size.width * scale).toBeGreaterThan(0);
        expect(y + size.height * scale).toBeGreaterThan(0);
      }),
    );
  });

  it('brings a box into sight, and does not move for one that is', () => {
    const box = { x: 2_000, y: 1_500, width: 160, height: 80 };
    const there = revealing({ x: 0, y: 0, scale: 1 }, box, PORT);
    expect(there.x + box.x + box.width).toBeLessThan(PORT.width);
    expect(there.y + box.y).toBeGreaterThan(0);
    expect(revealing(there, box, PORT)).toEqual(there);
  });
});

describe('an arrow key', () => {
  //  a   b
  //    c
  //  d
  const boxes = [
    { x: 0, y: 0, width: 100, height: 50 },
    { x: 300, y: 0, width: 100, height: 50 },
    { x: 160, y: 100, width: 100, height: 50 },
    { x: 0, y: 200, width: 100, height: 50 },
  ];

  it.each([
    ['right', 0, 1],
    ['left', 1, 0],
    ['down', 0, 3],
    ['down', 1, 2],
    ['up', 2, 1],
    ['up', 3, 0],
    ['up', 0, undefined],
    ['left', 0, undefined],
  ] as const)('%s leads from box %i to %s', (direction, from, to) => {
    expect(neighbourOf(boxes, from, direction)).toBe(to);
  });
});
