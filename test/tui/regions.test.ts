import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { regionsOf, SCREEN_MIN } from '../../src/tui/regions.ts';
import type { Rect } from '../../src/tui/regions.ts';

test('at every size, panes fill the screen without gap or overlap', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: SCREEN_MIN.width, max: 300 }),
      fc.integer({ min: SCREEN_MIN.height, max: 100 }),
      fc.constantFrom('runs' as const, 'graph' as const, 'log' as const),
      fc.constantFrom('log' as const, 'view' as const, undefined),
      fc.nat(50),
      (width, height, focus, full, servers) => {
        const { separators, ...panes } = regionsOf(width, height, focus, full, servers);
        const rects = [...Object.values(panes), ...separators].filter(
          (rect): rect is Rect => rect !== undefined,
        );
        const covered = new Uint8Array(width * height);
        for (const rect of rects) {
          expect(rect.width).toBeGreaterThan(0);
          for (let y = rect.y; y < rect.y + rect.height; y += 1) {
            for (let x = rect.x; x < rect.x + rect.width; x += 1)
              covered[y * width + x] = (covered[y * width + x] ?? 0) + 1;
          }
        }
        expect(covered.every((count) => count === 1)).toBe(true);
        expect(rects.reduce((area, rect) => area + rect.width * rect.height, 0)).toBe(width * height);
      },
    ),
  );
});
