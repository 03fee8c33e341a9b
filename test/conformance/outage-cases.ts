import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Broker, Link } from '../../src/broker/port/port.ts';
import type { ServerName } from '../../src/model/ids.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { needing } from '../support/conformance-stage.ts';
import type { Harness, Stage } from '../support/conformance-stage.ts';
import {
  appendSurely,
  range,
  read,
  record,
  sendSurely,
  text,
  until,
  watchLink,
} from '../support/conformance-tools.ts';
import { randomOf } from '../support/random-dags.ts';

const A_SERVER = 'a server of its own';
const SRV = 'srv-1' as ServerName;
/** How often each fault is made, every time at another moment; a seed that fails is in the name of its case. */
const SEEDS = Number(process.env['DAGTOP_FAULT_SEEDS'] ?? 2);
/** Seconds that a black hole lasts. Some clients and servers change their minds only after minutes. */
const HOLES = (process.env['DAGTOP_FAULT_HOLES'] ?? '5').split(',').map(Number);
/** Seconds between what was acknowledged and the kill: servers that write behind have other moments. */
const DELAYS = (process.env['DAGTOP_FAULT_DELAYS'] ?? '0,1').split(',').map(Number);
const LONG = { timeout: 300_000 };

/** Networks and servers that fail at chosen and at random moments. */
export function outageCases(stage: () => Stage, harness: Harness): void {
  describe('killed after an acknowledgement', needing(harness.restart, A_SERVER), () => {
    it.each(DELAYS)('%i s later: it is there', LONG, async (seconds) => {
      const broker = await stage().broker();
      await broker.log.append(range(20).map((at) => record(`${at}`)));
      await broker.inbox.send(
        SRV,
        range(5).map((at) => Buffer.from(`message ${at}`)),
      );
      await pause(seconds * 1_000);
      await harness.restart?.('kill');
      const reading = await read(await reopened(stage));
      await until('all that was acknowledged', () => reading.bodies.length >= 20);
      expect(reading.bodies).toEqual(range(20).map(String));
      const got = new Set<string>();
      await (await stage().broker()).inbox.receive(SRV, (message) => got.add(text(message.body)), 10);
      await until('the messages', () => got.size >= 5);
    });
  });

  describe('killed at a random moment under load', needing(harness.restart, A_SERVER), () => {
    it.each(range(SEEDS).map((at) => at + 1))('seed %i', LONG, async (seed) => {
      const random = randomOf(seed);
      await underLoad(
        stage,
        () => stage().broker(),
        async () => {
          for (const _ of range(2)) {
            await pause(random() * 700);
            await harness.restart?.(random() < 0.7 ? 'kill' : 'graceful');
          }
        },
      );
    });
  });

  describe('a server that stands still', needing(harness.pause, A_SERVER), () => {
    it.each(HOLES)('for %i s loses nothing', LONG, async (seconds) => {
      await underLoad(
        stage,
        () => stage().broker(),
        async () => {
          await harness.pause?.();
          await pause(seconds * 1_000);
          await harness.resume?.();
        },
      );
    });
  });

  describe('behind a bad network', needing(harness.proxied, 'a network between it and its server'), () => {
    const proxy = (): FaultProxy => {
      if (harness.proxy === undefined) throw new Error('the harness has no proxy');
      return harness.proxy();
    };
    const behind = (): Promise<Broker> => stage().adopt(harness.proxied?.(stage().namespace));
    afterEach(() => {
      proxy().resetAfter(Infinity);
      proxy().release();
    });

    it.each(HOLES)('a black hole of %i s loses nothing', LONG, async (seconds) => {
      await underLoad(stage, behind, async () => {
        await pause(300);
        proxy().hold();
        await pause(seconds * 1_000);
        proxy().release();
      });
    });

    it.each(HOLES)(
      'a black hole of %i s that no connection survives loses nothing',
      LONG,
      async (seconds) => {
        await underLoad(stage, behind, async () => {
          await pause(300);
          proxy().hold();
          await pause(seconds * 1_000);
          proxy().cut();
          proxy().release();
        });
      },
    );

    it('appends resolve or reject within a bound while nothing comes through', LONG, async () => {
      const broker = await behind();
      await broker.log.append([record('before')]);
      proxy().hold();
      const during = broker.log.append([record('during')]).catch(() => 'rejected');
      // The bound of this case alone; the adapters' own ones are seconds.
      expect(await Promise.race([during, pause(120_000, 'late', { ref: false })])).not.toBe('late');
      proxy().release();
    });

    it('connections whose other side is gone without a word are noticed', LONG, async () => {
      const broker = await behind();
      const links = watchLink(broker);
      const reading = await read(broker);
      await appendSurely(broker, [record('before')]);
      proxy().halfOpen();
      await appendSurely(broker, [record('after')], 120_000);
      await until('what came after', () => reading.bodies.includes('after'), 120_000);
      expect([...new Set(reading.bodies)]).toEqual(['before', 'after']);
      await until('the link back up', () => links.at(-1)?.up === true, 120_000);
    });

    it(
      'an outage has a beginning, and tries at the moments that are told and at no others',
      LONG,
      async () => {
        const broker = await behind();
        const links = watchLink(broker);
        const said = (): Link[] => links.filter(({ up }) => !up);
        const retries = (): number[] => [
          ...new Set(said().flatMap((link) => ('retryAtMs' in link ? link.retryAtMs : []))),
        ];
        proxy().refuse();
        await until('a few tries', () => retries().length >= 4);
        // All connections of an adapter, three at most, are tried together, and once before the first wait.
        expect(proxy().refused).toBeGreaterThan(0);
        expect(proxy().refused).toBeLessThanOrEqual(3 * (retries().length + 1));
        expect(retries()).toEqual(retries().toSorted((a, b) => a - b));
        proxy().release();
        await until('the link back up', () => links.at(-1)?.up === true);
        const since = new Set(said().map((link) => ('sinceMs' in link ? link.sinceMs : undefined)));
        expect([...since]).toEqual([expect.any(Number)]);
        expect(links.at(-1)).toEqual({ up: true });
        await broker.log.append([record('after')]);
      },
    );

    it('an append whose answer was lost is appended again, and is there once or twice', LONG, async () => {
      const broker = await behind();
      await broker.log.append([record('first')]);
      proxy().loseReplies();
      const lost = broker.log.append([record('lost')]).catch(() => undefined);
      await pause(300);
      proxy().cut();
      await lost;
      await appendSurely(broker, [record('lost')]);
      await appendSurely(broker, [record('last')]);
      const reading = await read(await stage().broker());
      await until('the last', () => reading.bodies.includes('last'));
      expect([...new Set(reading.bodies)]).toEqual(['first', 'lost', 'last']);
    });

    it.each(range(SEEDS).map((at) => at + 1))(
      'connections that are reset again and again, seed %i',
      LONG,
      async (seed) => {
        const random = randomOf(seed);
        await underLoad(stage, behind, async () => {
          for (const _ of range(6)) {
            // Enough for a connection to be opened: nothing can go on through less.
            proxy().resetAfter(40 + Math.floor(random() * 100));
            await pause(100 + random() * 400);
          }
          proxy().resetAfter(Infinity);
        });
      },
    );
  });
}

/** Appends and sends all the while, then looks whether everything came, in order and without a gap. */
async function underLoad(
  stage: () => Stage,
  open: () => Promise<Broker>,
  fault: () => Promise<void>,
): Promise<void> {
  const [writer, other] = [await open(), await open()];
  const reading = await read(other);
  const got = new Set<string>();
  await other.inbox.receive(
    SRV,
    (message) => {
      got.add(text(message.body));
      message.ack();
    },
    8,
  );
  const state = { isOver: false };
  let written = 0;
  const writing = (async () => {
    for (; !state.isOver || written < 50; written += 1)
      await appendSurely(writer, [record(`${written}`)], 240_000);
  })();
  const sending = sendSurely(writer, SRV, range(40).map(String), 240_000);
  await until('some records', () => reading.bodies.length >= 5);
  await fault();
  state.isOver = true;
  await Promise.all([writing, sending]);
  await until('every record', () => new Set(reading.bodies).size >= written, 120_000);
  await until('every message', () => got.size >= 40, 120_000);
  expect([...new Set(reading.bodies)]).toEqual(range(written).map(String));
  expect(reading.faults).toEqual([]);
  const whole = await read(await stage().broker());
  // The newest record may be a second copy that one of the two has not read yet.
  await until('the whole log again', () => whole.bodies.length === reading.bodies.length, 120_000);
  expect(whole.bodies).toEqual(reading.bodies);
}

/** A server that was killed may take a while to serve what it kept. */
async function reopened(stage: () => Stage): Promise<Broker> {
  let broker: Broker | undefined;
  await until('a broker', async () => {
    broker = await stage()
      .broker()
      .catch(() => undefined);
    return broker !== undefined;
  });
  if (broker === undefined) throw new Error('no broker');
  return broker;
}
