import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker, Link } from '../../../src/broker/port/port.ts';
import { LOG_START } from '../../../src/model/ids.ts';
import { appendSurely, range, read, record, text, until } from '../../support/conformance-tools.ts';
import { NATS } from '../../../scripts/servers/nats.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

/** What only a NATS server can do to its log. */
describe.skipIf(!isAtHand(NATS))('the event log on NATS', () => {
  let server: RealServer;
  let brokers: Broker[] = [];

  const open = async (): Promise<Broker> => {
    const broker = await openBroker(server.url, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };
  beforeEach(async () => {
    server = await startServer(NATS);
  });
  afterEach(async () => {
    await Promise.all(brokers.map((broker) => broker.close()));
    brokers = [];
    await server.stop();
  });

  it('two writers, and SIGKILL in the middle of their appends, twice: nothing acknowledged is lost', async () => {
    const [one, two, reader] = [await open(), await open(), await open()];
    const reading = await read(reader);
    const acknowledged: string[] = [];
    const state = { over: false };
    const write = async (broker: Broker, name: string): Promise<void> => {
      for (let at = 0; !state.over; at += 1) {
        const batch = range(20).map((index) => `${name}:${at}:${index}`);
        await appendSurely(
          broker,
          batch.map((body) => record(body)),
        );
        acknowledged.push(...batch);
      }
    };
    const writing = Promise.all([write(one, 'one'), write(two, 'two')]);
    for (const kills of [1, 2]) {
      const before = acknowledged.length;
      await until(`appends before kill ${kills}`, () => acknowledged.length > before + 200);
      await server.restart('kill', { downMs: 200 });
    }
    const after = acknowledged.length;
    await until('appends after the last kill', () => acknowledged.length > after + 200);
    state.over = true;
    await writing;
    await until('all that was acknowledged', () => {
      const seen = new Set(reading.bodies);
      return acknowledged.every((body) => seen.has(body));
    });
    expect(reading.faults).toEqual([]);
    expect(reading.positions).toEqual(range(reading.positions.length).map((at) => at + 1));
    for (const name of ['one', 'two']) {
      const own = [...new Set(reading.bodies)].filter((body) => body.startsWith(name));
      expect(own).toEqual(acknowledged.filter((body) => body.startsWith(name)));
    }
  });

  it('a slow reader, handed what came before the link broke and what came after, misses nothing', async () => {
    const [writer, follower] = [await open(), await open()];
    await writer.log.append(range(2_000).map((at) => record(`${at}`)));
    const bodies: string[] = [];
    await follower.log.follow(LOG_START, {
      async onRecords(records) {
        await pause(150);
        for (const { body } of records) bodies.push(text(body));
      },
      onFault: (error) => expect.unreachable(error.message),
    });
    for (const kills of [1, 2, 3]) {
      await until(`records before kill ${kills}`, () => bodies.length > kills * 200);
      await server.restart('kill');
    }
    await until('all records', () => bodies.length >= 2_000);
    expect(bodies).toEqual(range(2_000).map(String));
  });

  it('keeps its identity over a restart of the server', async () => {
    const broker = await open();
    const identity = await broker.log.identity();
    await server.restart('kill');
    expect(await broker.log.identity()).toBe(identity);
    expect(await (await open()).log.identity()).toBe(identity);
  });

  it('a server that comes back with an empty folder is refused, by readers and writers', async () => {
    const broker = await open();
    await broker.log.append(range(3).map((at) => record(`${at}`)));
    const reading = await read(broker);
    await until('three records', () => reading.bodies.length === 3);
    await server.restart('kill', { wipe: true });
    await until('a fault', () => reading.faults.length > 0);
    expect(reading.faults[0]).toMatchObject({ code: 'log_gone' });
    await expect(broker.log.append([record('x')])).rejects.toMatchObject({ code: 'log_gone' });
    await expect(broker.log.head()).rejects.toMatchObject({ code: 'log_gone' });
  });

  it('a log that was deleted and made again, with the same description, is another one', async () => {
    const broker = await open();
    await broker.log.append([record('old')]);
    const reading = await read(broker);
    const nc = await connect({ servers: `127.0.0.1:${server.port}` });
    const jsm = await jetstreamManager(nc);
    const { config } = await jsm.streams.info('dag_events');
    await jsm.streams.delete('dag_events');
    await jsm.streams.add(config);
    await nc.close();
    await until('a fault', () => reading.faults.length > 0);
    expect(reading.faults[0]).toMatchObject({ code: 'log_foreign' });
    await expect(broker.log.append([record('x')])).rejects.toMatchObject({ code: 'log_foreign' });
  });

  it.each(['at once', 'when it grew past what was read'])(
    'an older copy of the data is noticed %s',
    async (when) => {
      const [broker, witness] = [await open(), await open()];
      const [store, copy] = [join(server.folder, 'store'), join(server.folder, 'copy')];
      await broker.log.append([record('1'), record('2')]);
      await server.exchange(() => cp(store, copy, { recursive: true }));
      const reading = await read(witness);
      await appendSurely(broker, [record('3'), record('4')]);
      await until('four records', () => new Set(reading.bodies).size >= 4);

      await server.exchange(async () => {
        await rm(store, { recursive: true, force: true });
        if (when === 'at once') return cp(copy, store, { recursive: true });
        const folder = join(server.folder, 'twin');
        await cp(copy, join(folder, 'store'), { recursive: true });
        const twin = await startServer(NATS, { folder });
        const other = await openBroker(twin.url, { namespace: 'dag' });
        await other.log.append(range(20).map((at) => record(`other ${at}`)));
        await other.close();
        await twin.exchange(() => cp(join(folder, 'store'), store, { recursive: true }));
        await twin.stop();
      });
      await until('a fault', () => reading.faults.length > 0);
      expect(reading.faults[0]).toMatchObject({ code: 'log_regressed' });
      expect(new Set(reading.bodies)).toEqual(new Set(['1', '2', '3', '4']));
      await expect(witness.log.append([record('x')])).rejects.toMatchObject({ code: 'log_regressed' });
    },
  );

  it('a server that hangs: the link goes down and comes up, and reading goes on', async () => {
    const broker = await open();
    const links: Link[] = [];
    broker.onLink((link) => links.push(link));
    const reading = await read(broker);
    await broker.log.append([record('before')]);
    server.pause();
    await until('the link down', () => links.at(-1)?.up === false);
    await pause(3_000);
    server.resume();
    await until('the link up', () => links.at(-1)?.up === true);
    await appendSurely(broker, [record('after')]);
    await until('both', () => reading.bodies.includes('after'));
    expect([...new Set(reading.bodies)]).toEqual(['before', 'after']);
    expect(reading.faults).toEqual([]);
  });

  it('a record that somebody deleted is a hole, and the reading stops before it', async () => {
    const broker = await open();
    await broker.log.append(range(5).map((at) => record(`${at}`)));
    const nc = await connect({ servers: `127.0.0.1:${server.port}` });
    const jsm = await jetstreamManager(nc);
    await expect(jsm.streams.deleteMessage('dag_events', 3)).rejects.toThrow();
    // Only a purge can: of one run's subject, as somebody might do to clean up.
    await broker.log.append([record('gone', 'd', 'other'), record('last')]);
    await jsm.streams.purge('dag_events', { filter: 'dag.events.d.other' });
    await nc.close();
    const reading = await read(broker);
    await until('a fault', () => reading.faults.length > 0);
    expect(reading.bodies).toEqual(range(5).map(String));
    expect(reading.faults[0]).toMatchObject({ code: 'log_damaged' });
  });

  it('records that somebody else appends, too large for the usual request, are read as well', async () => {
    const broker = await open();
    const nc = await connect({ servers: `127.0.0.1:${server.port}` });
    const [small, large] = [record('small'), new Uint8Array(1_000_000)];
    await broker.log.append([small]);
    for (const _ of range(4)) nc.publish('dag.events.d.r', large);
    await nc.flush();
    await broker.log.append([small]);
    const reading = await read(broker);
    await until('all six', () => reading.bodies.length >= 6);
    expect(reading.bodies.map(({ length }) => length)).toEqual([5, ...range(4).map(() => 1_000_000), 5]);
    await nc.close();
  });
});
