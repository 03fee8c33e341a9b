import { once } from 'node:events';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { REDIS } from '../../../scripts/servers/redis.ts';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import { parseAddress } from '../../../src/broker/redis/address.ts';
import { durabilityOf, findingsOf, readInfo } from '../../../src/broker/redis/probe.ts';
import type { ServerName } from '../../../src/model/ids.ts';
import { mayAppend, bytes, read, record, text, until } from '../../support/conformance-tools.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const SECRET = 'tr0ub4dor';

describe('the URL of a Redis server', () => {
  it('names a server, a login and files', () => {
    expect(parseAddress('redis://localhost')).toEqual({
      provider: 'redis',
      host: 'localhost',
      port: 6379,
      label: 'localhost:6379',
      db: 0,
    });
    expect(parseAddress('garnet://ops:p%40ss@[::1]:7000/3')).toMatchObject({
      provider: 'garnet',
      host: '::1',
      label: '[::1]:7000',
      db: 3,
      user: 'ops',
      pass: 'p@ss',
    });
    expect(parseAddress('redis://:secret@h')).toMatchObject({ pass: 'secret' });
    expect(parseAddress('rediss://h')).toMatchObject({ tls: {} });
  });

  it.each([
    'redis://',
    'redis://a b',
    `redis://u:${SECRET}%@a`,
    `redis://u:${SECRET}@a?x=1`,
    `redis://u:${SECRET}@a:port`,
    `redis://u:${SECRET}@a?ca=/no/such/file`,
  ])('%s is refused without a word of the secret', (url) => {
    expect(() => parseAddress(url)).toThrow(expect.objectContaining({ code: 'bad_broker_url' }));
    try {
      parseAddress(url);
    } catch (error) {
      expect(JSON.stringify([String(error), error])).not.toContain(SECRET);
    }
  });
});

describe('what a probe says', () => {
  const facts = (info: Record<string, string>, settings: Record<string, string>) => ({
    info: new Map(Object.entries(info)),
    settings: new Map(Object.entries(settings)),
  });
  const redis = { redis_version: '7.2.4' };

  it('of a power cut', () => {
    expect(durabilityOf(facts(redis, { appendonly: 'no' }))).toContain('lose everything');
    expect(durabilityOf(facts(redis, { appendonly: 'yes', appendfsync: 'always' }))).toContain('nothing');
    expect(durabilityOf(facts(redis, { appendonly: 'yes', appendfsync: 'everysec' }))).toContain('seconds');
    expect(durabilityOf(facts({ ...redis, aof_enabled: '1' }, {}))).toContain("doesn't tell");
    expect(durabilityOf(facts({ garnet_version: '2.1' }, { appendonly: 'yes' }))).toContain(
      '--aof-commit-wait',
    );
  });

  it.each<[string, ReturnType<typeof facts>, string]>([
    ['no append-only file', facts(redis, { appendonly: 'no' }), 'refused'],
    [
      'a memory that throws keys away',
      facts(redis, { appendonly: 'yes', maxmemory: '9', 'maxmemory-policy': 'allkeys-lru' }),
      'refused',
    ],
    ['a replica', facts({ ...redis, role: 'slave' }, { appendonly: 'yes' }), 'refused'],
    ['an old server', facts({ redis_version: '6.0.16' }, { appendonly: 'yes' }), 'refused'],
    ['fsync each second', facts(redis, { appendonly: 'yes', appendfsync: 'everysec' }), 'warning'],
    [
      'Garnet with a log',
      facts({ garnet_version: '2.1', redis_version: '7.4' }, { appendonly: 'yes' }),
      'warning',
    ],
    [
      'Garnet without one',
      facts({ garnet_version: '2.1', redis_version: '7.4' }, { appendonly: 'no' }),
      'refused',
    ],
  ])('of %s', (_, found, level) => {
    const levels = findingsOf(found, 'redis').map((finding) => finding.level);
    expect(levels).toContain(level);
    if (level === 'warning') expect(levels).not.toContain('refused');
  });

  it('reads what INFO prints', () => {
    expect(readInfo('# Server\r\nredis_version:7.0.15\r\nos:Linux 6:1\r\n')).toEqual(
      new Map([
        ['redis_version', '7.0.15'],
        ['os', 'Linux 6:1'],
      ]),
    );
  });
});

describe.skipIf(!isAtHand(REDIS))('a Redis server', () => {
  const servers: RealServer[] = [];
  const brokers: Broker[] = [];
  const start = async (config = ''): Promise<RealServer> => {
    const server = await startServer(REDIS, { config });
    servers.push(server);
    return server;
  };
  const open = async (url: string): Promise<Broker> => {
    const broker = await openBroker(url, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  it('that wants a login says so, once and clearly, and takes the right one', async () => {
    const { port } = await start(`requirepass ${SECRET}`);
    await expect(open(`redis://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining('wants a login') as string,
    });
    const wrong = await open(`redis://:not-${SECRET}@127.0.0.1:${port}`).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: 'broker_denied' });
    expect(JSON.stringify([String(wrong), wrong])).not.toContain(SECRET);
    const broker = await open(`redis://:${SECRET}@127.0.0.1:${port}`);
    await broker.log.append([record('in')]);
  });

  it('takes the password from a file', async () => {
    const { port, folder } = await start(`requirepass ${SECRET}`);
    await writeFile(join(folder, 'password'), `${SECRET}\n`);
    await open(`redis://127.0.0.1:${port}?password-file=${join(folder, 'password')}`);
  });

  it('that is not there, or no Redis server, is one clear error', async () => {
    await expect(open('redis://127.0.0.1:1')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('nothing listens') as string,
    });
    const other = createServer((socket) => socket.end('220 mail.example.com ESMTP\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(open(`redis://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'unavailable' });
    other.close();
  });

  it('whose memory is full refuses appends, and takes them again when there is room', async () => {
    const { url, port } = await start('maxmemory-policy noeviction');
    const broker = await open(url);
    const admin = new Redis(port, '127.0.0.1');
    await admin.config('SET', 'maxmemory', '1');
    await expect(broker.log.append([record('no room')])).rejects.toMatchObject({ code: 'broker_refused' });
    await admin.config('SET', 'maxmemory', '0');
    await broker.log.append([record('room')]);
    await admin.quit();
    const reading = await read(broker);
    await until('the record', () => reading.bodies.length > 0);
    expect(reading.bodies).toEqual(['room']);
  });

  it('that went back to an older copy of its data ends the use of the log', async () => {
    const server = await start();
    const broker = await open(server.url);
    const reading = await read(broker);
    await broker.log.append([record('1')]);
    await until('the first', () => reading.bodies.length === 1);
    const [data, copy] = [join(server.folder, 'data'), join(server.folder, 'copy')];
    await server.exchange(() => cp(data, copy, { recursive: true }));
    await until('the link', async () =>
      broker.log.append([record('2')]).then(
        () => true,
        () => false,
      ),
    );
    await until('the second', () => reading.bodies.includes('2'));
    await server.exchange(async () => {
      await rm(data, { recursive: true });
      await cp(copy, data, { recursive: true });
    });
    await until('a fault', () => reading.faults.length > 0);
    expect(reading.faults[0]).toMatchObject({ code: 'log_regressed' });
    await expect(broker.log.append([record('3')])).rejects.toMatchObject({ code: 'log_regressed' });
  });

  it('with the roles of deploy/redis-acl.conf lets each do its work, and nothing else', async () => {
    const roles = await readFile(join(import.meta.dirname, '../../../deploy/redis-acl.conf'), 'utf8');
    const { port } = await start(
      roles
        .split('\n')
        .filter((line) => line.startsWith('user '))
        .join('\n'),
    );
    const [operator, agent, monitor] = await Promise.all([
      open(`redis://operator:change-me-1@127.0.0.1:${port}`),
      open(`redis://operator:change-me-1@127.0.0.1:${port}`).then((first) =>
        first.log.head().then(() => open(`redis://agent:change-me-2@127.0.0.1:${port}`)),
      ),
      open(`redis://operator:change-me-1@127.0.0.1:${port}`).then(() =>
        open(`redis://monitor:change-me-3@127.0.0.1:${port}`),
      ),
    ]);
    const seen = await read(monitor);
    const got: string[] = [];
    await agent.inbox.receive(
      'srv-1' as ServerName,
      (message) => {
        got.push(text(message.body));
        message.ack();
      },
      4,
    );
    await operator.inbox.send('srv-1' as ServerName, [bytes('work')]);
    await until('the work', () => got.length === 1);
    await agent.log.append([record('done')]);
    await until('the result on the screen', () => seen.bodies.includes('done'));
    expect(await Promise.all([operator, agent, monitor].map(mayAppend))).toEqual([true, true, false]);
    await expect(monitor.log.append([record('forged')])).rejects.toMatchObject({ code: 'broker_denied' });
    await expect(monitor.inbox.send('srv-1' as ServerName, [bytes('x')])).rejects.toMatchObject({
      code: 'broker_denied',
    });
    await expect(agent.inbox.send('srv-2' as ServerName, [bytes('x')])).rejects.toMatchObject({
      code: 'broker_denied',
    });
    await expect(agent.log.trim(1 as never)).rejects.toMatchObject({ code: 'broker_denied' });
  });
});
