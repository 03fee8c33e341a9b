import { setTimeout as pause } from 'node:timers/promises';
import { Admin, stringSerializers, Producer, ProduceAcks } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KAFKA } from '../../../scripts/servers/kafka.ts';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker, InboxMessage } from '../../../src/broker/port/port.ts';
import type { Position, ServerName } from '../../../src/model/ids.ts';
import { limits } from '../../../src/model/limits.ts';
import { bytes, range, read, record, text, until, watchLink } from '../../support/conformance-tools.ts';
import { FaultProxy } from '../../support/fault-proxy.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const SRV = 'srv-1' as ServerName;

const config = (proxyPort: number): string =>
  [
    'listeners=PLAINTEXT://127.0.0.1:PORT,PROXIED://127.0.0.1:SECOND_AT,CONTROLLER://127.0.0.1:CONTROLLER_AT',
    `advertised.listeners=PLAINTEXT://127.0.0.1:PORT,PROXIED://127.0.0.1:${proxyPort}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=PLAINTEXT',
    // As Kafka is when nobody says anything about it.
    'auto.create.topics.enable=true',
  ].join('\n');

describe.skipIf(!isAtHand(KAFKA))('what happens to topics', () => {
  let server: RealServer;
  let proxy: FaultProxy;
  let admin: Admin;
  let namespace = 'x';
  const brokers: Broker[] = [];
  const open = async (port = server.port): Promise<Broker> => {
    const broker = await openBroker(`kafka://127.0.0.1:${port}`, { namespace });
    brokers.push(broker);
    return broker;
  };
  const startOf = async (topic: string): Promise<number> => {
    const offsets = await admin.listOffsets({
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -2n }] }],
    });
    return Number(offsets[0]?.partitions[0]?.offset);
  };

  beforeAll(async () => {
    proxy = await FaultProxy.start();
    server = await startServer(KAFKA, { config: config(proxy.port) });
    proxy.lead(server.place.extraPorts[1]);
    admin = new Admin({ clientId: 'test', bootstrapBrokers: [`127.0.0.1:${server.port}`] });
  }, 120_000);
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
    namespace += 'x';
  });
  afterAll(async () => {
    await admin.close();
    await proxy.stop();
    await server.stop();
  });

  it('a log that is deleted stays deleted for who has it open, though Kafka would make it anew', async () => {
    const broker = await open();
    await broker.log.append([record('one')]);
    const reading = await read(broker);
    await until('the record', () => reading.bodies.length === 1);
    await admin.deleteTopics({ topics: [`${namespace}.events`] });
    await until('the fault', () => reading.faults.length > 0);
    expect(reading.faults[0]).toMatchObject({ code: 'log_gone' });
    await expect(broker.log.append([record('two')])).rejects.toMatchObject({ code: 'log_gone' });
    await expect(broker.log.head()).rejects.toMatchObject({ code: 'log_gone' });
    await pause(1_500);
    expect(await admin.listTopics()).not.toContain(`${namespace}.events`);
  });

  it('a log that was exchanged while the link was down gets nothing of ours', async () => {
    const broker = await open(proxy.port);
    const links = watchLink(broker);
    await broker.log.append([record('old')]);
    proxy.lead(1);
    proxy.cut();
    await until('the link down', () => links.at(-1)?.up === false);
    const late = broker.log.append([record('late')]).catch((error: unknown) => error);
    await admin.deleteTopics({ topics: [`${namespace}.events`] });
    const other = await open();
    await other.log.append([record('new')]);
    proxy.lead(server.place.extraPorts[1]);
    expect(await late).toMatchObject({ code: 'log_foreign' });
    const reading = await read(other);
    await until('the new record', () => reading.bodies.length > 0);
    await pause(300);
    expect(reading.bodies).toEqual(['new']);
  });

  it('a log that is exchanged under an open link gets nothing of ours either', async () => {
    const broker = await open();
    await broker.log.append([record('old')]);
    await admin.deleteTopics({ topics: [`${namespace}.events`] });
    const other = await open();
    await other.log.append(range(5).map((at) => record(`new ${at}`)));
    await expect(broker.log.append([record('late')])).rejects.toMatchObject({ code: 'log_foreign' });
    expect(await other.log.head()).toBe(5);
  });

  it('records that somebody else deletes are skipped, and what comes after is read', async () => {
    const broker = await open(proxy.port);
    await broker.log.append(range(10).map((at) => record(`${at}`)));
    await broker.log.trim(10 as Position);
    const reading = await read(broker, 3 as Position);
    await broker.log.append([record('next')]);
    await until('what came after', () => reading.bodies.length > 0);
    expect([reading.bodies, reading.positions]).toEqual([['next'], [11]]);
  });

  it('what other programs write into the log is read like all else, compressed or not', async () => {
    const broker = await open();
    const producer = new Producer({
      clientId: 'other',
      bootstrapBrokers: [`127.0.0.1:${server.port}`],
      serializers: stringSerializers,
    });
    await producer.send({
      messages: range(50).map((at) => ({ topic: `${namespace}.events`, key: 'k', value: `${at}` })),
      compression: 'gzip',
      acks: ProduceAcks.ALL,
    });
    await producer.close();
    const reading = await read(broker, 20 as Position);
    await until('the last 30', () => reading.bodies.length >= 30);
    expect(reading.bodies).toEqual(range(30).map((at) => `${at + 20}`));
  });

  it('who reads the bus too slowly is told, and hears what is new', async () => {
    const [publisher, slow] = [await open(), await open(proxy.port)];
    const heard: string[] = [];
    let gaps = 0;
    await slow.bus.subscribe('news', {
      onMessage: ({ body }) => heard.push(text(body)),
      onGap: () => (gaps += 1),
    });
    proxy.hold();
    const count = 4 * limits.busRingMax;
    const last: string[] = [];
    await publisher.bus.subscribe('news', { onMessage: ({ body }) => last.push(text(body)) });
    for (const at of range(count)) publisher.bus.publish('news', bytes(`${at}`.padEnd(100)));
    await until('all published', () => last.length === count);
    proxy.release();
    await until('the gap', () => gaps > 0);
    publisher.bus.publish('news', bytes('new'));
    await until('what is new', () => heard.includes('new'));
    expect(heard.length).toBeLessThan(count);
  });

  it('messages that are done do not stay in the inbox', async () => {
    const broker = await open();
    const held: InboxMessage[] = [];
    const stop = await broker.inbox.receive(SRV, (message) => held.push(message), 10);
    await broker.inbox.send(
      SRV,
      range(6).map((at) => bytes(`${at}`)),
    );
    await until('all six', () => held.length === 6);
    for (const at of [0, 1, 2, 4]) held[at]?.ack();
    stop();
    await until('three gone', async () => (await startOf(`${namespace}.inbox.srv-1`)) === 3);
    const again: string[] = [];
    await broker.inbox.receive(SRV, ({ body }) => again.push(text(body)), 10);
    await until('the two that are left', () => again.length >= 2);
    await pause(300);
    expect(again).toEqual(['3', '5']);
  });

  it('a second receiver does not disturb the first, and follows it at once', async () => {
    const [first, second] = [await open(), await open()];
    const held: InboxMessage[] = [];
    const stop = await first.inbox.receive(SRV, (message) => held.push(message), 10);
    await first.inbox.send(SRV, [bytes('0'), bytes('1')]);
    await until('both', () => held.length === 2);
    const taken: InboxMessage[] = [];
    await second.inbox.receive(SRV, (message) => taken.push(message), 10);
    await pause(4_000);
    await first.inbox.send(SRV, [bytes('2')]);
    await until('the third', () => held.length === 3);
    held[1]?.ack();
    expect(taken).toEqual([]);
    stop();
    await until('what was left', () => taken.length === 2);
    expect(taken.map(({ body, redelivered }) => [text(body), redelivered])).toEqual([
      ['0', true],
      ['2', true],
    ]);
  });

  it('an inbox that was deleted begins anew', async () => {
    const broker = await open();
    const got: string[] = [];
    await broker.inbox.receive(
      SRV,
      (message) => {
        got.push(`${text(message.body)} ${message.redelivered}`);
        message.ack();
      },
      4,
    );
    for (const at of range(5)) await broker.inbox.send(SRV, [bytes(`${at}`)]);
    await until('five', () => got.length === 5);
    await admin.deleteTopics({ topics: [`${namespace}.inbox.srv-1`] });
    await broker.inbox.send(SRV, [bytes('new')]);
    await until('the new one', () => got.includes('new false'));
  });
});
