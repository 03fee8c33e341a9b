import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from '../../src/tui/pace.ts';

const RATES = { canvasMs: () => 100, panesMs: () => 250, clockMs: () => 1_000 };

let drawn: string[];
let pace: Pace;
let startMs: number;

beforeEach(() => {
  vi.useFakeTimers();
  startMs = performance.now();
  drawn = [];
  pace = new Pace(RATES, (kind) => drawn.push(`${kind} at ${Math.round(performance.now() - startMs)}`));
});

afterEach(() => {
  pace.stop();
  vi.useRealTimers();
});

/** Something happens every 10 ms. */
function busy(forMs: number): void {
  for (let atMs = 0; atMs < forMs; atMs += 10) {
    pace.ask(false);
    vi.advanceTimersByTime(10);
  }
}

it('what happens after a rest is seen at once', () => {
  vi.advanceTimersByTime(500);
  pace.ask(false);
  vi.advanceTimersByTime(1);
  expect(drawn).toHaveLength(1);
  expect(drawn[0]).toMatch(/^all/);
});

it('while much happens, the canvas follows ten times a second and the rest four times', () => {
  busy(1_000);
  const kinds = drawn.map((line) => line.split(' ')[0]);
  const all = kinds.filter((kind) => kind === 'all').length;
  expect(all).toBeGreaterThanOrEqual(4);
  expect(all).toBeLessThanOrEqual(5);
  expect(kinds.length).toBeLessThanOrEqual(14);
  expect(kinds.length).toBeGreaterThanOrEqual(10);
});

it('what only the canvas showed comes to the panes in the end, and then there is rest', () => {
  pace.ask(false);
  vi.advanceTimersByTime(20);
  pace.ask(false);
  vi.advanceTimersByTime(900);
  expect(drawn.at(-1)).toMatch(/^all at 25\d/);
  expect(drawn).toHaveLength(3);
});

it('a key is answered at once, whatever was drawn last', () => {
  busy(50);
  const before = drawn.length;
  pace.ask(true);
  pace.ask(true);
  vi.advanceTimersByTime(1);
  expect(drawn.slice(before)).toEqual(['all at 50']);
});

it('the clock alone draws everything once a second, counted from the last time', () => {
  vi.advanceTimersByTime(600);
  pace.ask(true);
  vi.advanceTimersByTime(1_900);
  expect(drawn).toEqual(['all at 600', 'all at 1600']);
  pace.stop();
  vi.advanceTimersByTime(5_000);
  expect(drawn).toHaveLength(2);
});
