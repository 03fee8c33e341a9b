import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Broker } from '../../src/broker/port/port.ts';
import { LOG_START } from '../../src/model/ids.ts';
import type { Position } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import { escapeToken } from '../../src/model/subject.ts';
import type { Stage } from '../support/conformance-stage.ts';
import { noise, range, read, record, until } from '../support/conformance-tools.ts';

const WEIRD = [
  'two words',
  'a.b.c',
  '*',
  '>',
  'naïve ☃ 日本',
  `"quoted" 'twice'`,
  '$dollar/slash',
  '=41',
  '.',
  '..',
];

/** The log: durable, in one order, without gaps. */
export function logCases(stage: () => Stage): void {
  describe('log', () => {
    it('gives back what was appended, in order, from the start', async () => {
      const broker = await stage().broker();
      expect(await broker.log.head()).toBe(LOG_START);
      await broker.log.append([record('one'), record('two')]);
      await broker.log.append([record('three')]);
      const reading = await read(broker);
      await until('three records', () => reading.bodies.length >= 3);
      expect(reading.bodies).toEqual(['one', 'two', 'three']);
      expect(await broker.log.head()).toBe(reading.positions.at(-1));
    });

    it('follows what is appended later, by another broker', async () => {
      const [writer, follower] = [await stage().broker(), await stage().broker()];
      const reading = await read(follower);
      for (const at of range(20)) await writer.log.append([record(`${at}`)]);
      await until('20 records', () => reading.bodies.length >= 20);
      expect(reading.bodies).toEqual(range(20).map(String));
    });

    it('shows all readers the same order of 8 concurrent writers, and each writer its own order', async () => {
      const writers = await Promise.all(range(8).map(() => stage().broker()));
      const [one, two] = [await read(await stage().broker()), await read(await stage().broker())];
      await Promise.all(
        writers.map(async ({ log }, writer) => {
          // Every other append doesn't wait for the one before.
          for (const at of range(25)) {
            await Promise.all([
              log.append([record(`${writer}:${at}:a`), record(`${writer}:${at}:b`)]),
              log.append([record(`${writer}:${at}:c`)]),
            ]);
          }
        }),
      );
      await until('600 records, twice', () => one.bodies.length >= 600 && two.bodies.length >= 600);
      expect(two.bodies).toEqual(one.bodies);
      expect(new Set(one.bodies).size).toBe(600);
      expectGrowing(one.positions);
      for (const writer of range(8)) {
        const own = one.bodies.filter((body) => body.startsWith(`${writer}:`) && !body.endsWith('c'));
        expect(own).toEqual(range(25).flatMap((at) => [`${writer}:${at}:a`, `${writer}:${at}:b`]));
      }
    });

    it('keeps the same record twice when it was appended twice', async () => {
      const broker = await stage().broker();
      await broker.log.append([record('again')]);
      await broker.log.append([record('again')]);
      const reading = await read(broker);
      await until('two records', () => reading.bodies.length >= 2);
      expect(reading.bodies).toEqual(['again', 'again']);
    });

    it('is read from the start, the middle and the end while it grows', async () => {
      const broker = await stage().broker();
      for (const at of range(30)) await broker.log.append([record(`${at}`)]);
      const whole = await read(broker);
      await until('30 records', () => whole.bodies.length >= 30);
      const growing = (async () => {
        for (const at of range(30)) await broker.log.append([record(`${30 + at}`)]);
      })();
      const middle = await read(broker, whole.positions[14] ?? LOG_START);
      const end = await read(broker, whole.positions[29] ?? LOG_START);
      await growing;
      await until(
        'all readings',
        () => whole.bodies.length >= 60 && middle.bodies.length >= 45 && end.bodies.length >= 30,
      );
      expect(whole.bodies).toEqual(range(60).map(String));
      expect(middle.bodies).toEqual(range(45).map((at) => `${at + 15}`));
      expect(end.bodies).toEqual(range(30).map((at) => `${at + 30}`));
    });

    it('gives the next batch only when the last one was dealt with', async () => {
      const broker = await stage().broker();
      const count = 3 * limits.followBatchMax;
      const reading = followSlowly(broker);
      await broker.log.append(range(count).map((at) => record(`${at}`)));
      await until('all records', async () => (await reading).seen.length >= count);
      const { seen, atOnceMax, batches } = await reading;
      expect(seen).toEqual(range(count).map(String));
      expect(atOnceMax).toBe(1);
      expect(batches).toBeGreaterThan(1);
    });

    it('gives nothing after the reading was ended', async () => {
      const broker = await stage().broker();
      const [ended, other] = [await read(broker), await read(broker)];
      await broker.log.append([record('before')]);
      await until('the first record', () => ended.bodies.length === 1);
      ended.stop();
      await broker.log.append([record('after')]);
      await until('the second record', () => other.bodies.length === 2);
      expect(ended.bodies).toEqual(['before']);
    });

    it('takes bodies of 0 bytes, 256 KiB and up to the bound unchanged, and refuses larger ones', async () => {
      const broker = await stage().broker();
      const bodies = [0, 1, 256 * 1024, limits.recordMaxBytes].map((size) => noise(size));
      for (const body of bodies) await broker.log.append([record(body)]);
      await expect(broker.log.append([record(noise(limits.recordMaxBytes + 1))])).rejects.toMatchObject({
        code: 'too_large',
      });
      const got: Uint8Array[] = [];
      await broker.log.follow(LOG_START, {
        onRecords: (records) => void got.push(...records.map(({ body }) => body)),
        onFault: (error) => expect.unreachable(error.message),
      });
      await until('four records', () => got.length >= 4);
      expect(got.map((body) => Buffer.compare(body, bodies[got.indexOf(body)] ?? noise(1)))).toEqual([
        0, 0, 0, 0,
      ]);
      const head = await broker.log.head();
      await broker.log.append([record('small')]);
      expect(await broker.log.head()).toBe(head + 1);
    });

    it('takes any name of a dag or run', async () => {
      const broker = await stage().broker();
      for (const name of WEIRD) await broker.log.append([record(name, escapeToken(name), escapeToken(name))]);
      const reading = await read(broker);
      await until('all records', () => reading.bodies.length >= WEIRD.length);
      expect(reading.bodies).toEqual(WEIRD);
    });

    it('keeps namespaces apart, whatever their names', async () => {
      const names = [stage().namespace, `${stage().namespace} b.*>"é`];
      const brokers = [await stage().broker(names[0]), await stage().broker(names[1])] as const;
      const readings = [await read(brokers[0]), await read(brokers[1])] as const;
      await brokers[0].log.append([record('zero')]);
      await brokers[1].log.append([record('one')]);
      await until('both', () => readings.every(({ bodies }) => bodies.length > 0));
      await pause(100);
      expect(readings.map(({ bodies }) => bodies)).toEqual([['zero'], ['one']]);
    });

    it('tells where it begins and ends, before and after a trim', async () => {
      const broker = await stage().broker();
      expect([await broker.log.head(), await broker.log.tail()]).toEqual([0, 1]);
      await broker.log.append(range(10).map((at) => record(`${at}`)));
      const before = await read(broker);
      await until('ten records', () => before.bodies.length >= 10);
      expect(await broker.log.tail()).toBe(before.positions[0]);

      await broker.log.trim(before.positions[3] ?? LOG_START);
      expect(await broker.log.tail()).toBe(before.positions[4]);
      const trimmed = await read(broker);
      await until('six records', () => trimmed.bodies.length >= 6);
      expect(trimmed.bodies).toEqual(range(6).map((at) => `${at + 4}`));

      await broker.log.trim(before.positions[9] ?? LOG_START);
      const head = await broker.log.head();
      expect([head, await broker.log.tail()]).toEqual([before.positions[9], head + 1]);
      await broker.log.append([record('new')]);
      await until('the record after the trim', () => trimmed.bodies.length >= 7);
      expect(trimmed.positions[6]).toBeGreaterThan(head);
    });

    it('keeps its identity and its records when everybody left', async () => {
      const first = await stage().broker();
      const identity = await first.log.identity();
      await first.log.append([record('kept')]);
      await first.close();
      const second = await stage().broker();
      expect(await second.log.identity()).toBe(identity);
      const reading = await read(second);
      await until('the record', () => reading.bodies.length >= 1);
      expect(reading.bodies).toEqual(['kept']);
      expect(await (await stage().broker(`${stage().namespace}-other`)).log.identity()).not.toBe(identity);
    });

    it('rejects what is asked of a closed broker, and closes twice', async () => {
      const broker = await stage().broker();
      await broker.log.append([record('one')]);
      await Promise.all([broker.close(), broker.close()]);
      await broker.close();
      await expect(broker.log.append([record('two')])).rejects.toThrow();
    });
  });
}

function expectGrowing(positions: readonly Position[]): void {
  for (const [at, position] of positions.entries())
    expect(position).toBeGreaterThan(positions[at - 1] ?? LOG_START);
}

/** A reader that takes a while for each batch, and counts how many it was given at once. */
async function followSlowly(broker: Broker): Promise<{ seen: string[]; atOnceMax: number; batches: number }> {
  const told = { seen: [] as string[], atOnceMax: 0, batches: 0 };
  let atOnce = 0;
  await broker.log.follow(LOG_START, {
    async onRecords(records) {
      atOnce += 1;
      told.batches += 1;
      told.atOnceMax = Math.max(told.atOnceMax, atOnce);
      await pause(20);
      for (const { body } of records) told.seen.push(Buffer.from(body).toString());
      atOnce -= 1;
    },
    onFault: (error) => expect.unreachable(error.message),
  });
  return told;
}
