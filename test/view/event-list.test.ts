import { expect, it, test } from 'vitest';
import type { Position } from '../../src/model/ids.ts';
import { RecentEvents } from '../../src/replica/recent-events.ts';
import { eventRows } from '../../src/view/event-list.ts';
import { DIAMOND, Story, utcTime } from '../support/story.ts';

const told = new Story()
  .elect()
  .join('srv-1')
  .apply(DIAMOND)
  .trigger('diamond', 'r1')
  .succeed('r1', 'A', 'srv-1')
  .fail('r1', 'B', 'srv-1');

const texts = (filter: string): string[] => eventRows(told.seen, 0, filter, utcTime).map(({ text }) => text);

it.each([
  ['', 10],
  ['diamond', 8],
  ['DIAMOND', 8],
  ['!diamond', 2],
  ['B#1 (sent|started)', 2],
  ['!', 10],
  ['(', 0],
  ['nothing like it', 0],
])('the filter %j lets %i through', (filter, count) => {
  expect(texts(filter)).toHaveLength(count);
});

it('tells what went well from what did not, and what was ignored and why', () => {
  const [failed] = eventRows(told.seen, 0, 'failed', utcTime);
  expect(failed).toMatchObject({ at: 9, tone: 'bad', ignored: undefined });
  const refused = told.seen.slice(-1).map(({ event }) => ({
    event,
    verdict: { accepted: false, reason: 'that attempt has ended' } as const,
  }));
  expect(eventRows(refused, 500, '', utcTime)).toMatchObject([
    { at: 500, tone: 'muted', ignored: 'that attempt has ended' },
  ]);
});

test('the newest 2,000 are kept, and how many came before is known', () => {
  const recent = new RecentEvents();
  const [first] = told.seen;
  if (first === undefined) throw new Error('nothing was told');
  let position = 0;
  for (let batch = 0; batch < 70; batch += 1) {
    recent.onFolded(Array.from({ length: 100 }, () => ({ ...first, position: (position += 1) as Position })));
    expect(recent.events.length).toBe(Math.min(2_000, position));
    expect(recent.dropped).toBe(Math.max(0, position - 2_000));
    expect(recent.events.at(-1)).toMatchObject({ position });
    expect(recent.events[0]).toMatchObject({ position: recent.dropped + 1 });
  }
});
