import { expect, test } from 'vitest';
import { attemptLedger } from '../../src/view/attempt-ledger.ts';
import { DIAMOND, Story, utcTime } from '../support/story.ts';

function story(): Story {
  return new Story().elect().join('srv-1').join('a-server-far-away').apply(DIAMOND).trigger('diamond', 'r1');
}

const ledger = (told: Story): string[] =>
  attemptLedger(told.run('r1').nodes[0]?.attempts ?? [], told.nowMs, utcTime);

test('every attempt in columns, newest first; why it ended so, and what came too late, stand below it', () => {
  const told = story().fail('r1', 'A', 'srv-1').later(2_000);
  told
    .dispatch('r1', 'A', 'a-server-far-away')
    .later(300)
    .begin('r1', 'A')
    .later(10_000)
    .lose('a-server-far-away');
  told.later(17_000).late('r1', 'A', { is: 'succeeded' }).elect();
  told
    .start('r1', 'A', 'srv-1')
    .later(1_000)
    .finish('r1', 'A', { is: 'failed', error: 'killed: out of memory', signal: 'SIGKILL' });
  told.later(9_000).start('r1', 'A', 'srv-1').later(3_000);
  expect(ledger(told)).toMatchInlineSnapshot(`
    [
      "#   SENT      AFTER  TOOK  SERVER             EPOCH  EXIT     END",
      "#4  12:00:39  0.0s   3.0s  srv-1              2      -        running",
      "#3  12:00:29  0.0s   1.0s  srv-1              2      SIGKILL  failed",
      "    killed: out of memory",
      "#2  12:00:02  0.3s   10s   a-server-far-away  1      -        lost",
      "    a-server-far-away fell silent",
      "    12:00:29 came too late and was ignored, 17s after that: succeeded",
      "#1  12:00:00  0.0s   0.4s  srv-1              1      1        failed",
    ]
  `);
});

test('what is only sent has no times yet; without attempts there is nothing', () => {
  expect(ledger(story())).toEqual([]);
  expect(ledger(story().dispatch('r1', 'A', 'srv-1'))).toMatchInlineSnapshot(`
    [
      "#   SENT      AFTER  TOOK  SERVER  EPOCH  EXIT  END",
      "#1  12:00:00  -      -     srv-1   1      -     sent",
    ]
  `);
});
