import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from 'rabbitmq-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RABBITMQ } from '../../../scripts/servers/rabbitmq.ts';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker, Link } from '../../../src/broker/port/port.ts';
import { namesOf } from '../../../src/broker/rabbitmq/names.ts';
import type { Names } from '../../../src/broker/rabbitmq/names.ts';
import type { ServerName } from '../../../src/model/ids.ts';
import { bytes, range, read, record, text, until, watchLink } from '../../support/conformance-tools.ts';
import { FaultProxy } from '../../support/fault-proxy.ts';
import { rabbitmqctl } from '../../support/rabbitmqctl.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const SRV = 'srv-1' as ServerName;

describe.skipIf(!isAtHand(RABBITMQ))('RabbitMQ', () => {
  let server: RealServer;
  let proxy: FaultProxy;
  let client: Connection;
  let names: Names;
  let namespace = '';
  let count = 0;
  const brokers: Broker[] = [];
  const open = async (port = server.port): Promise<Broker> => {
    const broker = await openBroker(`amqp://guest:guest@127.0.0.1:${port}`, { namespace });
    brokers.push(broker);
    return broker;
  };

  beforeAll(async () => {
    server = await startServer(RABBITMQ);
    proxy = await FaultProxy.start();
    proxy.lead(server.port);
    client = new Connection({ url: server.url });
  });
  afterAll(async () => {
    client.unsafeDestroy();
    await proxy.stop();
    await server.stop();
  });
  beforeEach(() => {
    count += 1;
    namespace = `n${count}`;
    names = namesOf(namespace);
  });
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
  });

  it('short of memory it takes nothing: who appends or sends is told, reading goes on, and so does all afterwards', async () => {
    const [writer, reader] = [await open(), await open()];
    const links = watchLink(writer);
    const reading = await read(reader);
    await writer.log.append([record('before')]);
    await rabbitmqctl(server, 'set_vm_memory_high_watermark', '0.00001');
    try {
      // The alarm reaches a connection when it next publishes.
      const during = writer.log.append([record('during')]).catch((error: unknown) => error);
      await until('the link to tell', () => links.at(-1)?.up === false);
      expect((links.at(-1) as Link & { reason: string }).reason).toContain('short of memory');
      const error = { code: 'unavailable', message: expect.stringContaining('short of memory') as string };
      await expect(writer.inbox.send(SRV, [bytes('x')])).rejects.toMatchObject(error);
      await during;
      expect(await reader.log.head()).toBeGreaterThanOrEqual(1);
      expect((await writer.probe({ triesRights: true })).findings).toContainEqual({
        level: 'warning',
        text: expect.stringContaining('short of memory') as string,
      });
    } finally {
      await rabbitmqctl(server, 'set_vm_memory_high_watermark', '0.6');
    }
    await until('the link back up', () => links.at(-1)?.up === true);
    await writer.log.append([record('after')]);
    await until('what came after', () => reading.bodies.includes('after'));
    expect([...new Set(reading.bodies)].filter((body) => body !== 'during')).toEqual(['before', 'after']);
  }, 120_000);

  it('anybody hears records with a client of their own, and a monitor’s queue does not hide that the log is gone', async () => {
    const broker = await open();
    const heard: string[] = [];
    const channel = await client.acquire();
    const { queue } = await channel.queueDeclare({ queue: '', exclusive: true });
    await channel.queueBind({ queue, exchange: names.events, routingKey: `${namespace}.events.etl.*` });
    await channel.basicConsume({ queue, noAck: true }, ({ routingKey, body }) =>
      heard.push(`${routingKey} ${String(body)}`),
    );
    await broker.log.append([record('one', 'etl', 'r1'), record('two', 'other', 'r2')]);
    await broker.log.append([record('three', 'etl', 'r3')]);
    await until('both', () => heard.length >= 2);
    expect(heard).toEqual([`${namespace}.events.etl.r1 one`, `${namespace}.events.etl.r3 three`]);
    await client.queueDelete({ queue: names.log });
    await until('a refusal', () =>
      broker.log.append([record('lost', 'etl', 'r4')]).then(
        () => false,
        (error: unknown) => (error as { code?: string }).code === 'log_gone',
      ),
    );
    await channel.close();
  });

  it('a log that was deleted is not begun anew without a word', async () => {
    await (await open()).log.append([record('one')]);
    await client.queueDelete({ queue: names.log });
    await expect(open()).rejects.toMatchObject({
      code: 'log_gone',
      hint: expect.stringContaining(names.made) as string,
    });
  });

  it('a log that was exchanged during an outage gets nothing appended', async () => {
    const broker = await open(proxy.port);
    await broker.log.append([record('old')]);
    proxy.hold();
    proxy.cut();
    await client.queueDelete({ queue: names.log });
    await client.exchangeDelete({ exchange: names.made });
    const fresh = await open();
    await fresh.log.append([record('new')]);
    proxy.release();
    await until('a refusal', () =>
      broker.log.append([record('late')]).then(
        () => false,
        (error: unknown) => (error as { code?: string }).code === 'log_foreign',
      ),
    );
    const reading = await read(fresh);
    await until('the record', () => reading.bodies.length > 0);
    expect(reading.bodies).toEqual(['new']);
  });

  it('a log that lost its end is noticed by who has read further', async () => {
    const broker = await open(proxy.port);
    await broker.log.append(range(3).map((at) => record(`${at}`)));
    const reading = await read(broker);
    await until('three records', () => reading.bodies.length >= 3);
    const header = await headerOf();
    proxy.hold();
    proxy.cut();
    await client.queueDelete({ queue: names.log });
    const channel = await client.acquire();
    await channel.confirmSelect();
    await channel.queueDeclare({ queue: names.log, durable: true, arguments: { 'x-queue-type': 'stream' } });
    await channel.queueBind({ queue: names.log, exchange: names.events, routingKey: names.allRecords });
    for (const [type, body] of [
      ['dagtop.log', header],
      [undefined, '0'],
    ] as const)
      await channel.basicPublish(
        {
          exchange: names.events,
          routingKey: `${namespace}.events.d.r`,
          ...(type === undefined ? {} : { type }),
        },
        Buffer.from(body),
      );
    await channel.close();
    proxy.release();
    await until('a fault', () => reading.faults.length > 0);
    expect(reading.faults[0]).toMatchObject({ code: 'log_regressed' });
    await expect(broker.log.append([record('x')])).rejects.toMatchObject({ code: 'log_regressed' });
  });

  it('many that begin a log at once begin one', async () => {
    const all = await Promise.all(range(6).map(() => open()));
    const identities = await Promise.all(all.map(({ log }) => log.identity()));
    expect(new Set(identities).size).toBe(1);
    await Promise.all(all.map(({ log }, at) => log.append([record(`${at}`)])));
    const reading = await read(await open());
    await until('six records', () => reading.bodies.length >= 6);
    expect(reading.positions).toEqual(range(6).map((at) => at + 1));
  });

  it('the head is never before what was acknowledged, while others append', async () => {
    const [writer, other] = [await open(), await open()];
    let acknowledged = 0;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        const size = 1 + (acknowledged % 40);
        await writer.log.append(range(size).map(() => record('x')));
        acknowledged += size;
      }
    })();
    for (const _ of range(40)) {
      const floor = acknowledged;
      expect(await other.log.head()).toBeGreaterThanOrEqual(floor);
    }
    isOver = true;
    await writing;
    expect(await other.log.head()).toBe(acknowledged);
  });

  it('trims of several at once leave the furthest in force', async () => {
    const [one, two] = [await open(), await open()];
    await one.log.append(range(9).map((at) => record(`${at}`)));
    await Promise.all([one.log.trim(3 as never), one.log.trim(7 as never), two.log.trim(5 as never)]);
    expect(await two.log.tail()).toBe(8);
    await one.log.trim(2 as never);
    expect(await two.log.tail()).toBe(8);
  });

  it('carries names that are longer than AMQP’s keys', async () => {
    const [here, there] = [await open(), await open()];
    const long = '☃'.repeat(128);
    const token = '=E2=98=83'.repeat(128);
    const heard: string[] = [];
    await here.bus.subscribe(`a.${token}.*`, { onMessage: ({ subject }) => heard.push(subject) });
    await here.bus.subscribe('a.*.b', { onMessage: ({ subject }) => heard.push(subject) });
    there.bus.publish(`a.${token}.b`, bytes('x'));
    await there.log.append([record('x', token, token)]);
    const got: string[] = [];
    await here.inbox.receive(long as ServerName, ({ body }) => got.push(text(body)), 1);
    await there.inbox.send(long as ServerName, [bytes('for the snowmen')]);
    await until('all', () => heard.length >= 2 && got.length > 0);
    expect(heard).toEqual([`a.${token}.b`, `a.${token}.b`]);
    expect(await here.log.head()).toBe(1);
  });

  it('an inbox that somebody deleted is made again', async () => {
    const broker = await open();
    await broker.inbox.send(SRV, [bytes('lost')]);
    await client.queueDelete({ queue: names.inbox(SRV) });
    await broker.inbox.send(SRV, [bytes('kept')]);
    const got: string[] = [];
    await broker.inbox.receive(SRV, ({ body }) => got.push(text(body)), 4);
    await until('the message', () => got.length > 0);
    await client.queueDelete({ queue: names.inbox(SRV) });
    await until('the receiver to be back', async () => {
      await broker.inbox.send(SRV, [bytes('again')]);
      return got.includes('again');
    });
  });

  it('what was acknowledged in the last moment does not come again', async () => {
    const [sender, first] = [await open(), await open()];
    await sender.inbox.send(
      SRV,
      range(300).map((at) => bytes(`${at}`)),
    );
    const got: string[] = [];
    const stop = await first.inbox.receive(
      SRV,
      (message) => {
        got.push(text(message.body));
        message.ack();
      },
      64,
    );
    await until('all', () => got.length >= 300);
    stop();
    await first.close();
    const again: string[] = [];
    await sender.inbox.receive(SRV, ({ body }) => again.push(text(body)), 64);
    await pause(1_000);
    expect(again).toEqual([]);
  });

  async function headerOf(): Promise<string> {
    const channel = await client.acquire();
    await channel.basicQos({ prefetchCount: 1 });
    const header = await new Promise<string>((resolve, reject) => {
      channel
        .basicConsume({ queue: names.log, arguments: { 'x-stream-offset': 'first' } }, ({ body }) =>
          resolve(String(body)),
        )
        .catch(reject);
    });
    await channel.close();
    return header;
  }
});
