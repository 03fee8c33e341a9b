import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { ServerName } from '../../src/model/ids.ts';
import type { Stage } from '../support/conformance-stage.ts';
import { bytes, range, read, record, text, until } from '../support/conformance-tools.ts';

const SRV = 'srv-1' as ServerName;
const LONG = { timeout: 240_000 };

/** The same broker in several processes, some of which die. */
export function processCases(stage: () => Stage): void {
  describe('several processes', () => {
    it('append and read one log', async () => {
      const broker = await stage().broker();
      const reading = await read(broker);
      const follower = stage().child('follow');
      const writers = range(3).map((at) => stage().child('append', `w${at}`, '60'));
      await Promise.all(range(60).map((at) => broker.log.append([record(`own:${at}`)])));
      expect(await Promise.all(writers.map((writer) => writer.ended()))).toEqual([0, 0, 0]);
      await until(
        '240 records here and there',
        () => reading.bodies.length >= 240 && follower.said.length >= 240,
      );
      expect(follower.said).toEqual(reading.bodies);
      for (const writer of ['w0', 'w1', 'w2']) {
        const own = reading.bodies.filter((body) => body.startsWith(`${writer}:`));
        expect(own).toEqual(range(60).map((at) => `${writer}:${at}`));
      }
    });

    it('what one said was appended is there after its SIGKILL', async () => {
      const writer = stage().child('append', 'w', '100000');
      await until('30 appends', () => writer.said.length >= 30);
      await writer.kill();
      const reading = await read(await stage().broker());
      await until('what was acknowledged', () => reading.bodies.length >= writer.said.length);
      expect(reading.bodies).toEqual(reading.bodies.map((_, at) => `w:${at}`));
      expect(reading.faults).toEqual([]);
    });

    it('hand over again what a killed receiver held', async () => {
      const broker = await stage().broker();
      const holder = stage().child('hold', SRV, '8');
      await broker.inbox.send(
        SRV,
        range(12).map((at) => bytes(`${at}`)),
      );
      await until('eight held', () => holder.said.length >= 8);
      await holder.kill();
      const again = new Map<string, boolean>();
      await broker.inbox.receive(
        SRV,
        (message) => {
          again.set(text(message.body), message.redelivered);
          message.ack();
        },
        16,
      );
      await until('all twelve', () => again.size >= 12);
      for (const body of holder.said) expect(again.get(body)).toBe(true);
    });

    it('lose nothing when a receiver is stopped beyond its lease and goes on', LONG, async () => {
      const broker = await stage().broker();
      const holder = stage().child('hold', SRV, '4');
      await broker.inbox.send(
        SRV,
        range(40).map((at) => bytes(`${at}`)),
      );
      await until('four held', () => holder.said.length >= 4);
      holder.process.kill('SIGSTOP');
      const got = new Set<string>();
      await broker.inbox.receive(
        SRV,
        (message) => {
          got.add(text(message.body));
          message.ack();
        },
        4,
      );
      await until('all of them, once the broker takes it for dead', () => got.size >= 40, 120_000);
      holder.process.kill('SIGCONT');
      await broker.inbox.send(SRV, [bytes('last')]);
      await until('the last, here or there', () => got.has('last') || holder.said.includes('last'), 60_000);
    });

    it('hear each other on the bus and answer each other', async () => {
      const broker = await stage().broker();
      const [answerer, listener] = [stage().child('answer', 'ask.child'), stage().child('listen', 'news.>')];
      await until('both', () => [answerer, listener].every(({ said }) => said.includes('ready')));
      expect(text(await broker.bus.request('ask.child', bytes('hello'), 20_000))).toBe('child:hello');
      for (const at of range(50)) broker.bus.publish('news.today', bytes(`${at}`));
      await until('50 messages', () => listener.said.length >= 51);
      expect(listener.said.slice(1)).toEqual(range(50).map(String));
    });

    it('do not stall each other: a stopped subscriber keeps nobody waiting', async () => {
      const broker = await stage().broker();
      const sleeper = stage().child('listen', '>');
      await until('the subscriber', () => sleeper.said.includes('ready'));
      sleeper.process.kill('SIGSTOP');
      const got: number[] = [];
      await broker.bus.subscribe('flood', { onMessage: ({ body }) => got.push(body.length) });
      for (const _ of range(200)) broker.bus.publish('flood', new Uint8Array(50_000));
      await until('all here', () => got.length >= 200);
      await broker.log.append([record('still working')]);
      const other = await stage().broker();
      const heard: string[] = [];
      await other.bus.subscribe('after', { onMessage: ({ body }) => heard.push(text(body)) });
      await until('a message elsewhere', () => {
        broker.bus.publish('after', bytes('now'));
        return heard.length > 0;
      });
      sleeper.process.kill('SIGCONT');
      sleeper.process.kill('SIGTERM');
      await once(sleeper.process, 'exit');
    });
  });
}
