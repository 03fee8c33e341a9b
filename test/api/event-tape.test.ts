import { expect, it } from 'vitest';
import { EventTape } from '../../src/api/events/event-tape.ts';
import type { Position } from '../../src/model/ids.ts';
import { DIAMOND, Story } from '../support/story.ts';

it('knows no place before the position at which its reading began', () => {
  const tape = new EventTape();
  tape.onBegin(40);
  const { seen } = new Story().apply(DIAMOND).elect().trigger('diamond', 'r1');
  tape.onFolded(seen.map((item, at) => ({ ...item, position: (41 + at) as Position })));
  expect(tape.placeAfter(39)).toBeUndefined();
  expect(tape.placeAfter(40)).toBe(0);
  expect(tape.placeAfter(41)).toBe(1);
});
