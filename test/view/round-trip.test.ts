import { expect, test } from 'vitest';
import { roundTripText, steadyRoundTripMs } from '../../src/view/round-trip.ts';
import { eventsPerSecond, lastEventText, rateText } from '../../src/view/event-rate.ts';

/** What is shown after each trip. */
function shown(...tripsMs: number[]): string[] {
  let ms: number | undefined;
  return tripsMs.map((_, at) => {
    ms = steadyRoundTripMs(ms, tripsMs.slice(Math.max(0, at - 4), at + 1));
    return ms === undefined ? '' : roundTripText(ms);
  });
}

test('trips that wander by less than the double change nothing on the screen', () => {
  expect(new Set(shown(0.3, 0.9, 0.2, 1.6, 0.4, 0.7))).toEqual(new Set(['<1ms']));
  expect(new Set(shown(12, 15, 9, 20, 11, 14, 23))).toEqual(new Set(['12ms']));
});

test('one slow trip tells nothing, several do', () => {
  expect(shown(10, 10, 10, 90, 10, 10)).toEqual(Array.from({ length: 6 }, () => '10ms'));
  expect(shown(10, 10, 10, 90, 90, 90).at(-1)).toBe('90ms');
  expect(shown(90, 90, 90, 0.5, 0.5, 0.5).at(-1)).toBe('<1ms');
});

test('no answer shows at once, and an answer after it too', () => {
  expect(shown(10, 10, Infinity, 1_400)).toEqual(['10ms', '10ms', 'no answer', '10ms']);
  expect(shown(Infinity, 1_400)).toEqual(['no answer', '1.4s']);
  expect(steadyRoundTripMs(undefined, [])).toBeUndefined();
});

const at = (...timesMs: number[]) => ({ events: timesMs.map((atMs) => ({ event: { atMs } })), dropped: 0 });

test('events a second are those of the last five, over what the list reaches', () => {
  expect(eventsPerSecond(at(), 10_000)).toBe(0);
  expect(eventsPerSecond(at(1_000, 4_000, 9_000, 9_900), 10_000)).toBe(0.4);
  expect(eventsPerSecond(at(9_500, 9_600, 9_700), 10_000)).toBe(0.6);
  expect(eventsPerSecond({ ...at(9_500, 9_600, 9_700), dropped: 5 }, 10_000)).toBe(6);
  expect([0, 0.2, 7.4, 998, 1_250, 9_960, 123_000].map(rateText)).toEqual([
    '0',
    '<1',
    '7',
    '998',
    '1.3k',
    '10k',
    '123k',
  ]);
});

test('the age of the last event counts seconds only where something runs', () => {
  expect(lastEventText(at(), 10_000, true)).toBe('-');
  expect(lastEventText(at(1_000), 13_500, true)).toBe('12s');
  expect(lastEventText(at(1_000), 13_500, false)).toBe('<1m');
  expect(lastEventText(at(1_000), 200_000, false)).toBe('3m');
});
