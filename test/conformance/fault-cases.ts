import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LOG_START } from '../../src/model/ids.ts';
import type { ServerName } from '../../src/model/ids.ts';
import { needing } from '../support/conformance-stage.ts';
import type { Harness, Stage } from '../support/conformance-stage.ts';
import {
  appendSurely,
  bytes,
  range,
  read,
  record,
  sendSurely,
  text,
  until,
  watchLink,
} from '../support/conformance-tools.ts';

const A_SERVER = 'a server of its own';
const SRV = 'srv-1' as ServerName;

/** What goes wrong beneath a broker, as far as the harness can make it. */
export function faultCases(stage: () => Stage, harness: Harness): void {
  const { pause: stop, resume } = harness;
  const KILLABLE = needing(harness.restart, A_SERVER);

  describe('faults', () => {
    it('tells its link at once, and reports on itself', async () => {
      const broker = await stage().broker();
      const links = watchLink(broker);
      await until('the present state', () => links.length > 0);
      expect(links).toEqual([{ up: true }]);
      const report = await broker.probe();
      expect(report.version).not.toBe('');
      expect(report.durability).not.toBe('');
      expect(report.roundTripMs).toBeGreaterThanOrEqual(0);
      expect(report.findings.filter(({ level }) => level === 'refused')).toEqual([]);
    });

    it('a reader that stands beyond the end of the log is told, not left waiting', async () => {
      const broker = await stage().broker();
      await broker.log.append([record('one')]);
      const head = await broker.log.head();
      const reading = await read(broker, (head + 100) as typeof head);
      await until('a fault', () => reading.faults.length > 0);
      expect(reading.bodies).toEqual([]);
    });

    it(
      'a wiped log is noticed, and another one has another identity',
      needing(harness.wipe, 'a log that can be wiped'),
      async () => {
        const broker = await stage().broker();
        const identity = await broker.log.identity();
        await broker.log.append(range(5).map((at) => record(`${at}`)));
        const reading = await read(broker);
        await until('five records', () => reading.bodies.length >= 5);
        await harness.wipe?.(stage().namespace);
        await until('a fault', () => reading.faults.length > 0);
        const fresh = await stage().broker();
        expect(await fresh.log.identity()).not.toBe(identity);
        await fresh.log.append([record('new')]);
        await pause(100);
        expect(reading.faults).toHaveLength(1);
        expect(reading.bodies).toHaveLength(5);
      },
    );

    it(
      'a server that comes back empty is detected: nothing is begun afresh by who had the log',
      needing(harness.empty, A_SERVER),
      async () => {
        const broker = await stage().broker();
        await broker.log.append(range(5).map((at) => record(`${at}`)));
        const reading = await read(broker);
        await until('five records', () => reading.bodies.length >= 5);
        await harness.empty?.();
        const stopped = { code: expect.stringMatching(/^log_(?:gone|foreign|regressed)$/) as string };
        await until('a fault', () => reading.faults.length > 0, 60_000);
        expect(reading.faults[0]).toMatchObject(stopped);
        await expect(broker.log.append([record('late')])).rejects.toMatchObject(stopped);
        await expect(broker.log.head()).rejects.toMatchObject(stopped);
        const fresh = await read(await stage().broker());
        await pause(300);
        expect(fresh.bodies).toEqual([]);
      },
    );

    for (const how of ['graceful', 'kill'] as const) {
      it(`a ${how} restart under load loses nothing and leaves no gap`, KILLABLE, async () => {
        const [writer, other] = [await stage().broker(), await stage().broker()];
        const links = watchLink(other);
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
        let restarted = false;
        let written = 0;
        const writing = (async () => {
          for (; !restarted || written < 50; written += 1) await appendSurely(writer, [record(`${written}`)]);
        })();
        const sending = sendSurely(
          writer,
          SRV,
          range(30).map((at) => `${at}`),
        );
        await until('some records', () => reading.bodies.length >= 10);
        await harness.restart?.(how);
        restarted = true;
        await Promise.all([writing, sending]);
        await until('every record', () => new Set(reading.bodies).size >= written);
        await until('every message', () => got.size >= 30);
        // Second copies of what was appended again aside, the order is the writer's.
        expect([...new Set(reading.bodies)]).toEqual(range(written).map(String));
        expect(reading.faults).toEqual([]);
        await until('the link back up', () => links.at(-1)?.up === true);
        expect(links.some(({ up }) => !up)).toBe(true);
        const whole = await read(await stage().broker(), LOG_START);
        await until('the whole log again', () => whole.bodies.length >= reading.bodies.length);
        expect(whole.bodies).toEqual(reading.bodies);
      });
    }

    it('the bus works again after a restart, and tells of the gap', KILLABLE, async () => {
      const [publisher, subscriber] = [await stage().broker(), await stage().broker()];
      const heard: string[] = [];
      let gaps = 0;
      await subscriber.bus.subscribe('news', {
        onMessage: ({ body }) => heard.push(text(body)),
        onGap: () => (gaps += 1),
      });
      await subscriber.bus.respond('ask.me', async () => bytes('here'));
      await harness.restart?.('kill');
      await until('a message', () => {
        publisher.bus.publish('news', bytes('again'));
        return heard.length > 0;
      });
      await until('the gap', () => gaps > 0);
      await until('an answer', () =>
        publisher.bus.request('ask.me', bytes('?'), 1_000).then(
          (answer) => text(answer) === 'here',
          () => false,
        ),
      );
    });

    it(
      'a server that hangs: appends resolve or reject within a bound, and nothing is lost',
      needing(stop, A_SERVER),
      async () => {
        const broker = await stage().broker();
        const reading = await read(broker);
        await appendSurely(broker, [record('before')]);
        await stop?.();
        const during = broker.log.append([record('during')]).then(
          () => true,
          () => false,
        );
        await pause(3_000);
        await resume?.();
        if (!(await during)) await appendSurely(broker, [record('during')]);
        await appendSurely(broker, [record('after')]);
        await until('all three', () => reading.bodies.includes('after'));
        expect([...new Set(reading.bodies)]).toEqual(['before', 'during', 'after']);
      },
    );
  });
}
