import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Broker, InboxMessage } from '../../src/broker/port/port.ts';
import type { ServerName } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import type { Stage } from '../support/conformance-stage.ts';
import { bytes, noise, range, text, until } from '../support/conformance-tools.ts';

const server = (name: string): ServerName => name as ServerName;
const SRV = server('srv-1');

/** The inbox: at least once, bounded in flight, shared by competing receivers. */
export function inboxCases(stage: () => Stage): void {
  describe('inbox', () => {
    it('hands over what was sent before and after the receiver came', async () => {
      const [sender, receiver] = [await stage().broker(), await stage().broker()];
      await sender.inbox.send(SRV, [bytes('0'), bytes('1')]);
      const got = await take(receiver, SRV);
      await sender.inbox.send(SRV, [bytes('2')]);
      await until('three messages', () => new Set(got).size >= 3);
      expect(new Set(got)).toEqual(new Set(['0', '1', '2']));
    });

    it('loses nothing between three receivers that compete', async () => {
      const sender = await stage().broker();
      const lists = await Promise.all(range(3).map(async () => take(await stage().broker(), SRV, 8)));
      await Promise.all(
        range(30).map((batch) =>
          sender.inbox.send(
            SRV,
            range(10).map((at) => bytes(`${batch}:${at}`)),
          ),
        ),
      );
      await until('300 messages', () => new Set(lists.flat()).size >= 300);
      expect(new Set(lists.flat()).size).toBe(300);
    });

    it('sends each message to its server alone, whatever the name', async () => {
      const broker = await stage().broker();
      const names = ['a b', 'a.b', '*', '>', 'é☃', `"'`, '10.0.0.7', 'fe80::1'];
      const lists = await Promise.all(names.map((name) => take(broker, server(name))));
      await Promise.all(names.map((name) => broker.inbox.send(server(name), [bytes(`for ${name}`)])));
      await until('one message each', () => lists.every((list) => list.length >= 1));
      await pause(100);
      expect(lists.map((list) => [...new Set(list)])).toEqual(names.map((name) => [`for ${name}`]));
    });

    it('hands over no more than the bound until something is acknowledged', async () => {
      const broker = await stage().broker();
      const held: InboxMessage[] = [];
      await broker.inbox.send(
        SRV,
        range(20).map((at) => bytes(`${at}`)),
      );
      await broker.inbox.receive(SRV, (message) => held.push(message), 5);
      await until('five messages', () => held.length >= 5);
      await pause(400);
      expect(held).toHaveLength(5);
      held[0]?.ack();
      await until('a sixth', () => held.length >= 6);
      await pause(200);
      expect(held).toHaveLength(6);
      for (let at = 1; at < 20; at += 1) {
        await until(`message ${at}`, () => held.length > at);
        held[at]?.ack();
      }
      expect(new Set(held.map(({ body }) => text(body))).size).toBe(20);
    });

    it('hands over again what a receiver left unacknowledged, and says so', async () => {
      const [leaver, stayer] = [await stage().broker(), await stage().broker()];
      const held: InboxMessage[] = [];
      await leaver.inbox.send(
        SRV,
        range(6).map((at) => bytes(`${at}`)),
      );
      await leaver.inbox.receive(SRV, (message) => held.push(message), 10);
      await until('six messages', () => held.length >= 6);
      expect(held.every(({ redelivered }) => !redelivered)).toBe(true);
      held[0]?.ack();
      held[1]?.ack();
      const kept = held.slice(2).map(({ body }) => text(body));
      await leaver.close();

      const again: InboxMessage[] = [];
      await stayer.inbox.receive(SRV, (message) => again.push(message), 10);
      await until('the four', () => new Set(again.map(({ body }) => text(body))).size >= 4);
      expect(new Set(again.map(({ body }) => text(body)))).toEqual(new Set(kept));
      expect(again.every(({ redelivered }) => redelivered)).toBe(true);
    });

    it('gives to others what came for a receiver that ended, while its broker stays', async () => {
      const broker = await stage().broker();
      const held: InboxMessage[] = [];
      const stop = await broker.inbox.receive(SRV, (message) => held.push(message), 2);
      await broker.inbox.send(
        SRV,
        range(4).map((at) => bytes(`${at}`)),
      );
      await until('two messages', () => held.length >= 2);
      stop();
      const got = await take(broker, SRV);
      await until('all four', () => new Set(got).size >= 4);
      expect(held).toHaveLength(2);
    });

    it('forgets what was acknowledged', async () => {
      const first = await stage().broker();
      const got = await take(first, SRV, 50);
      await first.inbox.send(
        SRV,
        range(50).map((at) => bytes(`${at}`)),
      );
      await until('50 messages', () => new Set(got).size >= 50);
      await first.close();
      const second = await stage().broker();
      const again = await take(second, SRV);
      await second.inbox.send(SRV, [bytes('last')]);
      await until('the last', () => again.includes('last'));
      await pause(300);
      expect(again).toEqual(['last']);
    });

    it('keeps sent twice as two messages; acknowledging twice is harmless', async () => {
      const broker = await stage().broker();
      const held: InboxMessage[] = [];
      await broker.inbox.receive(SRV, (message) => held.push(message), 1);
      await broker.inbox.send(SRV, [bytes('same'), bytes('same')]);
      await until('the first', () => held.length >= 1);
      held[0]?.ack();
      held[0]?.ack();
      await until('the second', () => held.length >= 2);
      held[1]?.ack();
      expect(held.map(({ body }) => text(body))).toEqual(['same', 'same']);
    });

    it('takes messages up to the bound and refuses larger ones', async () => {
      const broker = await stage().broker();
      const body = noise(limits.inboxMessageMaxBytes);
      const got: Uint8Array[] = [];
      await broker.inbox.receive(
        SRV,
        (message) => {
          got.push(message.body);
          message.ack();
        },
        4,
      );
      await broker.inbox.send(SRV, [body]);
      await expect(broker.inbox.send(SRV, [noise(body.length + 1)])).rejects.toMatchObject({
        code: 'too_large',
      });
      await until('the large one', () => got.length >= 1);
      expect(Buffer.compare(got[0] ?? noise(1), body)).toBe(0);
    });

    it('keeps namespaces apart', async () => {
      const [here, there] = [await stage().broker(), await stage().broker(`${stage().namespace}-other`)];
      const [gotHere, gotThere] = [await take(here, SRV), await take(there, SRV)];
      await here.inbox.send(SRV, [bytes('here')]);
      await there.inbox.send(SRV, [bytes('there')]);
      await until('both', () => gotHere.length > 0 && gotThere.length > 0);
      await pause(100);
      expect([gotHere, gotThere]).toEqual([['here'], ['there']]);
    });
  });
}

/** Receives and acknowledges; the bodies, as they come. */
async function take(broker: Broker, name: ServerName, maxInFlight = 16): Promise<string[]> {
  const got: string[] = [];
  await broker.inbox.receive(
    name,
    (message) => {
      got.push(text(message.body));
      message.ack();
    },
    maxInFlight,
  );
  return got;
}
