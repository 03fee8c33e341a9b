import { describe, expect, it } from 'vitest';
import type { Broker } from '../../src/broker/port/port.ts';
import { limits } from '../../src/model/limits.ts';
import type { Stage } from '../support/conformance-stage.ts';
import { bytes, noise, range, text, until } from '../support/conformance-tools.ts';

/** pattern, subject, whether it is heard */
const WILDCARDS = [
  ['a.b', 'a.b', true],
  ['a.b', 'a.c', false],
  ['a.b', 'a', false],
  ['a.b', 'a.b.c', false],
  ['a.*', 'a.b', true],
  ['a.*', 'a', false],
  ['a.*', 'a.b.c', false],
  ['*.b', 'a.b', true],
  ['*.b', 'a.c', false],
  ['a.*.c', 'a.b.c', true],
  ['a.*.c', 'a.b.d', false],
  ['a.>', 'a.b', true],
  ['a.>', 'a.b.c.d', true],
  ['a.>', 'a', false],
  ['a.>', 'b.c', false],
  ['>', 'a', true],
  ['>', 'a.b.c', true],
  ['*.*.>', 'a.b.c', true],
  ['*.*.>', 'a.b', false],
  ['a.=2A', 'a.=2A', true],
  ['a.=2A', 'a.b', false],
] as const;

/** The bus: at most once, in order per publisher and subject. */
export function busCases(stage: () => Stage): void {
  describe('bus', () => {
    it.each(WILDCARDS)('pattern %s and subject %s: %s', async (pattern, subject, heard) => {
      const [publisher, subscriber] = [await stage().broker(), await stage().broker()];
      const lists = [await listen(publisher, pattern), await listen(subscriber, pattern)];
      const ends = [await listen(publisher, 'the.end'), await listen(subscriber, 'the.end')];
      publisher.bus.publish(subject, bytes('x'));
      publisher.bus.publish('the.end', bytes('x'));
      await until('the end', () => ends.every((list) => list.length > 0));
      const expected = heard ? [`${subject} x`] : [];
      const both = lists.map((list) => list.filter((line) => !line.startsWith('the.end')));
      expect(both).toEqual([expected, expected]);
    });

    it('keeps the order of a publisher', async () => {
      const [publisher, subscriber] = [await stage().broker(), await stage().broker()];
      const lists = [await listen(publisher, 'order.*'), await listen(subscriber, 'order.*')];
      for (const at of range(500)) publisher.bus.publish('order.x', bytes(`${at}`));
      await until('500 messages', () => lists.every((list) => list.length >= 500));
      for (const list of lists) expect(list).toEqual(range(500).map((at) => `order.x ${at}`));
    });

    it('delivers nothing after the subscription was ended', async () => {
      const [publisher, subscriber] = [await stage().broker(), await stage().broker()];
      const got: string[] = [];
      const stop = await subscriber.bus.subscribe('x', { onMessage: ({ body }) => got.push(text(body)) });
      const other = await listen(subscriber, 'x');
      publisher.bus.publish('x', bytes('1'));
      await until('the first', () => got.length === 1);
      stop();
      publisher.bus.publish('x', bytes('2'));
      await until('the second, at the other', () => other.length === 2);
      expect(got).toEqual(['1']);
    });

    it('answers requests of the same broker and of others', async () => {
      const [asker, answerer] = [await stage().broker(), await stage().broker()];
      await answerer.bus.respond('ask.me', async (body) => bytes(`you said ${text(body)}`));
      for (const broker of [asker, answerer]) {
        const answers = await Promise.all(
          range(20).map((at) => broker.bus.request('ask.me', bytes(`${at}`), 20_000).then(text)),
        );
        expect(answers).toEqual(range(20).map((at) => `you said ${at}`));
      }
    });

    it('gives up on a request that nobody answers', async () => {
      const [asker, other] = [await stage().broker(), await stage().broker()];
      const refusal = { code: expect.stringMatching(/^(?:timeout|no_responders)$/) as string };
      await expect(asker.bus.request('nobody.here', bytes('?'), 300)).rejects.toMatchObject(refusal);
      const stop = await other.bus.respond('ask.me', () => new Promise(() => {}));
      await expect(asker.bus.request('ask.me', bytes('?'), 300)).rejects.toMatchObject({ code: 'timeout' });
      stop();
      await expect(asker.bus.request('ask.me', bytes('?'), 300)).rejects.toMatchObject(refusal);
    });

    it('goes on answering after an answer that failed', async () => {
      const [asker, answerer] = [await stage().broker(), await stage().broker()];
      await answerer.bus.respond('ask.me', async (body) => {
        if (text(body) === 'bad') throw new Error('no');
        return bytes('good');
      });
      await expect(asker.bus.request('ask.me', bytes('bad'), 300)).rejects.toThrow();
      expect(text(await asker.bus.request('ask.me', bytes('fine'), 20_000))).toBe('good');
    });

    it('carries messages up to the bound; larger ones are dropped or refused and stop nothing', async () => {
      const [publisher, subscriber] = [await stage().broker(), await stage().broker()];
      const sizes: number[] = [];
      await subscriber.bus.subscribe('big', { onMessage: ({ body }) => sizes.push(body.length) });
      publisher.bus.publish('big', noise(limits.busMessageMaxBytes + 1));
      publisher.bus.publish('big', noise(limits.busMessageMaxBytes));
      publisher.bus.publish('big', noise(0));
      await until('the two that fit', () => sizes.length >= 2);
      expect(sizes).toEqual([limits.busMessageMaxBytes, 0]);
      await expect(
        publisher.bus.request('big', noise(limits.busMessageMaxBytes + 1), 1_000),
      ).rejects.toMatchObject({ code: 'too_large' });
    });

    it('keeps namespaces apart', async () => {
      const [here, there] = [await stage().broker(), await stage().broker(`${stage().namespace}-other`)];
      const [gotHere, gotThere] = [await listen(here, '>'), await listen(there, '>')];
      here.bus.publish('a', bytes('here'));
      there.bus.publish('a', bytes('there'));
      await until('both', () => gotHere.length > 0 && gotThere.length > 0);
      expect([gotHere, gotThere]).toEqual([['a here'], ['a there']]);
    });
  });
}

/** Subscribes; `subject body` of each message, as they come. */
async function listen(broker: Broker, pattern: string): Promise<string[]> {
  const got: string[] = [];
  await broker.bus.subscribe(pattern, {
    onMessage: ({ subject, body }) => got.push(`${subject} ${text(body)}`),
  });
  return got;
}
