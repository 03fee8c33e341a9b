import { describe, expect, it } from 'vitest';
import { windowOn } from '../../src/view/viewport.ts';

const layout = { width: 400, height: 100 };
const area = { width: 80, height: 20 };
const box = (x: number, y: number) => ({ x, y, width: 10, height: 3 });
const at = (x: number, y: number, corner?: { x: number; y: number }): string => {
  const window = windowOn(layout, box(x, y), area, corner);
  return `${window.x} ${window.y}`;
};

describe('the part of a drawing that is shown', () => {
  it('has the chosen box in its middle at first', () => {
    expect(at(200, 50)).toBe('165 41');
    expect(at(0, 0)).toBe('0 0');
    expect(at(390, 97)).toBe('320 80');
  });

  it('stays while the box is well within it', () => {
    const corner = { x: 165, y: 41 };
    for (const [x, y] of [
      [200, 50],
      [175, 44],
      [225, 55],
    ] as const)
      expect(at(x, y, corner)).toBe('165 41');
  });

  it('comes to a box that leaves it or stands at its border, in that direction alone', () => {
    const corner = { x: 165, y: 41 };
    expect(at(240, 50, corner)).toBe('205 41');
    expect(at(200, 58, corner)).toBe('165 49');
    expect(at(20, 50, corner)).toBe('0 41');
  });

  it('does not move for a box at the end of the drawing, which has nothing beyond', () => {
    expect(at(0, 0, { x: 0, y: 0 })).toBe('0 0');
    expect(at(390, 97, { x: 320, y: 80 })).toBe('320 80');
  });

  it('stands still where all fits, and takes a corner from another drawing', () => {
    expect(windowOn({ width: 40, height: 10 }, box(0, 0), area, { x: 9, y: 9 })).toEqual({
      x: -20,
      y: 0,
      ...area,
    });
    expect(at(390, 97, { x: 9_000, y: 9_000 })).toBe('320 80');
    expect(windowOn(layout, undefined, area, undefined)).toEqual({ x: 0, y: 0, ...area });
  });
});
