import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NATS, NATS_NEWEST } from '../../../scripts/servers/nats.ts';
import { freePort } from '../../../scripts/servers/recipe.ts';
import { openBroker } from '../../../src/broker/open.ts';
import { createLogWriter } from '../../../src/broker/port/log-writer.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import { systemClock } from '../../../src/cli/system-clock.ts';
import type { LogEvent } from '../../../src/model/event.ts';
import type { EventId, Incarnation, ServerName } from '../../../src/model/ids.ts';
import { Replica } from '../../../src/replica/replica.ts';
import type { Folded } from '../../../src/replica/replica.ts';
import { range, until } from '../../support/conformance-tools.ts';
import { FaultProxy } from '../../support/fault-proxy.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const joined = (at: number): LogEvent => ({
  type: 'agent.joined',
  id: `event-${at}` as EventId,
  atMs: 1_000 + at,
  by: 'agent:test',
  server: `srv-${at}` as ServerName,
  incarnation: `srv-${at}.1` as Incarnation,
  names: [`srv-${at}`],
  slots: 1,
  labels: {},
  journal: `journal-${at}`,
  version: '0.1.0',
});

const servers = [NATS, NATS_NEWEST].filter((recipe) =>
  recipe === NATS ? isAtHand(recipe) : recipe.find() !== undefined,
);

/** Each is a way in which JetStream stores once what was said twice, or twice what was said once. What the log says must not change. */
describe.each(servers)('a trap of $name', (recipe) => {
  let server: RealServer;
  let proxy: FaultProxy;
  let admin: NatsConnection;
  let jsm: JetStreamManager;
  let brokers: Broker[] = [];

  const open = async (port: number): Promise<Broker> => {
    const broker = await openBroker(`nats://127.0.0.1:${port}`, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };
  /** What somebody who reads the whole log makes of it. */
  const fold = async (broker: Broker): Promise<Folded[]> => {
    const replica = new Replica();
    const all: Folded[] = [];
    replica.listen({ onFolded: (folded) => void all.push(...folded) });
    await replica.start(broker.log);
    replica.stop();
    return all;
  };
  const acceptedOf = (folded: readonly Folded[]): string[] =>
    folded.filter(({ verdict }) => verdict.accepted).map(({ event }) => event.id);

  beforeEach(async () => {
    server = await startServer(recipe);
    proxy = await FaultProxy.start();
    proxy.lead(server.port);
    admin = await connect({ servers: `127.0.0.1:${server.port}` });
    jsm = await jetstreamManager(admin);
  });
  afterEach(async () => {
    await Promise.all(brokers.map((broker) => broker.close()));
    brokers = [];
    await admin.close();
    await proxy.stop();
    await server.stop();
  });

  it('a publish that timed out and was stored: said again with the same id, the fold takes one', async () => {
    const broker = await open(server.port);
    const failures: unknown[] = [];
    const writer = createLogWriter(broker.log, systemClock, { onFailure: (error) => failures.push(error) });
    // The link is well, the message is stored, and no answer comes.
    await jsm.streams.update('dag_events', { no_ack: true });
    const writing = writer.append([joined(1)]);
    await until('the time to run out', () => failures.length > 0, 60_000);
    expect(failures[0]).toMatchObject({ code: 'unavailable' });
    await jsm.streams.update('dag_events', { no_ack: false });
    await writing;
    writer.close();
    const folded = await fold(broker);
    expect(folded.length).toBeGreaterThan(1);
    expect(acceptedOf(folded)).toEqual(['event-1']);
  });

  it('duplicates after a reconnect: what was stored and not heard of is there twice, and counts once', async () => {
    const [behind, direct] = [await open(proxy.port), await open(server.port)];
    const writer = createLogWriter(behind.log, systemClock);
    for (const at of range(5)) {
      const before = await direct.log.head();
      proxy.loseReplies();
      const writing = writer.append([joined(at)]);
      await until('it is stored', async () => (await direct.log.head()) > before);
      proxy.cut();
      await writing;
    }
    writer.close();
    const folded = await fold(direct);
    expect(folded.length).toBeGreaterThanOrEqual(10);
    expect(acceptedOf(folded)).toEqual(range(5).map((at) => `event-${at}`));
  });

  it.each([100, 120_000])(
    'the dedupe window, of %i ms: what is said again later counts once',
    async (windowMs) => {
      const broker = await open(server.port);
      await jsm.streams.update('dag_events', { duplicate_window: windowMs * 1_000_000 });
      for (const _ of range(3)) {
        const writer = createLogWriter(broker.log, systemClock);
        await writer.append([joined(1)]);
        writer.close();
        await pause(150);
      }
      // Nothing here leans on the window: the server stores each, and the fold knows them.
      const folded = await fold(broker);
      expect(folded.map(({ event }) => event.id)).toEqual(range(3).map(() => 'event-1'));
      expect(acceptedOf(folded)).toEqual(['event-1']);
    },
  );

  it('storage, replicas and how the server flushes are read and said', async () => {
    const monitorPort = await freePort();
    const settings = `http: "127.0.0.1:${monitorPort}"\njetstream { SYNC }`;
    const sayings: string[] = [];
    // 2.9 takes no such setting, and flushes every two minutes.
    const isOld = admin.info?.version.startsWith('2.9.') === true;
    for (const sync of isOld ? [''] : ['', 'sync_interval: 5s', 'sync_interval: always']) {
      const own = await startServer(recipe, { config: settings.replace('SYNC', sync) });
      const broker = await openBroker(`${own.url}?monitor=http://127.0.0.1:${monitorPort}`, {
        namespace: 'dag',
      });
      const { durability, findings } = await broker.probe();
      sayings.push(durability);
      expect(findings.map(({ text }) => text)).toContain('stream dag_events: storage file, replicas 1');
      await broker.close();
      await own.stop();
    }
    expect(sayings.map((text) => /last \d+ s|loses nothing that/.exec(text)?.[0])).toEqual(
      isOld ? ['last 120 s'] : ['last 120 s', 'last 5 s', 'loses nothing that'],
    );
  });
});
