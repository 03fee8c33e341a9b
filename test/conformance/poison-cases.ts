import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ServerName } from '../../src/model/ids.ts';
import type { Stage } from '../support/conformance-stage.ts';
import { bytes, range, text, until } from '../support/conformance-tools.ts';

const SRV = 'srv-1' as ServerName;
const POISON = 'poison';
/** Longer than any adapter's lease, twice over. */
const HELD_MS = 25_000;
const DEATHS = 3;
const LONG = { timeout: 300_000 };

/** A message that nobody gets done with: it must not stall the others, and not come again and again. */
export function poisonCases(stage: () => Stage): void {
  describe('a poisonous message', () => {
    it('that is held for long takes one place, and is handed to nobody else', LONG, async () => {
      const [broker, other] = [await stage().broker(), await stage().broker()];
      const got: string[] = [];
      let poisoned = 0;
      for (const receiver of [broker, other]) {
        await receiver.inbox.receive(
          SRV,
          (message) => {
            if (text(message.body) === POISON) poisoned += 1;
            else {
              got.push(text(message.body));
              message.ack();
            }
          },
          2,
        );
      }
      await broker.inbox.send(SRV, [bytes(POISON)]);
      await until('the poison', () => poisoned > 0);
      await pause(HELD_MS);
      // Twice where a busy machine let a lease end.
      expect(poisoned).toBeLessThanOrEqual(2);
      await broker.inbox.send(
        SRV,
        range(20).map((at) => bytes(`${at}`)),
      );
      await until('all others', () => new Set(got).size >= 20);
    });

    it(
      'whose receiver dies each time: the others get through, and each successor is told',
      LONG,
      async () => {
        const broker = await stage().broker();
        const messages = [...range(10).map(String), POISON, ...range(10).map((at) => `${10 + at}`)];
        await broker.inbox.send(SRV, messages.map(bytes));
        const got = new Set<string>();
        const told: string[] = [];
        for (const death of range(DEATHS)) {
          const victim = stage().child('die', SRV, POISON);
          await until(`death ${death + 1}`, () => victim.process.signalCode !== null, 120_000);
          told.push(...victim.said.filter((line) => line.startsWith(POISON)));
          for (const line of victim.said) if (!line.startsWith(POISON)) got.add(line);
        }
        expect(told).toEqual([`${POISON} new`, `${POISON} again`, `${POISON} again`]);
        // Who is told that it may have been there before can look, and drop it.
        let isOver = false;
        await broker.inbox.receive(
          SRV,
          (message) => {
            if (text(message.body) !== POISON) got.add(text(message.body));
            else isOver = message.redelivered;
            message.ack();
          },
          4,
        );
        await until('the others and the end of it', () => isOver && got.size >= 20, 120_000);
      },
    );
  });
}
