import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RABBITMQ } from '../../../scripts/servers/rabbitmq.ts';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import { parseAddress } from '../../../src/broker/rabbitmq/address.ts';
import { findingsOf } from '../../../src/broker/rabbitmq/probe.ts';
import { CodedError } from '../../../src/model/coded-error.ts';
import { until } from '../../support/conformance-tools.ts';
import { rabbitmqctl } from '../../support/rabbitmqctl.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const SECRET = 'tr0ub4dor';

describe('the URL of a RabbitMQ server', () => {
  it('names servers, a login, a vhost and files', () => {
    expect(parseAddress('amqp://localhost')).toEqual({
      hosts: [{ hostname: 'localhost', port: 5672 }],
      label: 'localhost:5672',
      vhost: '/',
    });
    expect(parseAddress('amqp://u:p%40ss@a,b:5673/night%2Fly')).toEqual({
      hosts: [
        { hostname: 'a', port: 5672 },
        { hostname: 'b', port: 5673 },
      ],
      label: 'a:5672,b:5673',
      vhost: 'night/ly',
      user: 'u',
      pass: 'p@ss',
    });
    expect(parseAddress('amqps://[fe80::1]/')).toEqual({
      hosts: [{ hostname: 'fe80::1', port: 5671 }],
      label: '[fe80::1]:5671',
      vhost: '/',
      tls: {},
    });
    expect(parseAddress('amqp://a?ca=/dev/null')).toMatchObject({ tls: { ca: Buffer.from('') } });
    expect(parseAddress('amqp://u@a?password-file=/dev/null')).toMatchObject({ user: 'u', pass: '' });
  });

  it.each([
    'amqp://',
    'amqp://a b',
    'amqp://[::1],b',
    `amqp://u:${SECRET}%@a`,
    `amqp://u:${SECRET}@a?x=1`,
    `amqp://u:${SECRET}@a:port`,
    `amqp://u:${SECRET}/@a`,
    `amqp://u:${SECRET}@a?ca=/no/such/file`,
  ])('%s is refused without a word of the secret', (url) => {
    const error = caught(() => parseAddress(url));
    expect(error).toMatchObject({ code: 'bad_broker_url' });
    expect(told(error)).not.toContain(SECRET);
  });
});

describe('what a probe finds', () => {
  const levels = (version: string, url: string): string[] =>
    findingsOf(version, parseAddress(url), undefined).map(({ level, text }) => `${level}: ${text}`);

  it('of versions', () => {
    expect(levels('3.8.9', 'amqp://localhost')).toContain('refused: RabbitMQ 3.8.9: use 3.10 or later');
    expect(levels('3.10.8', 'amqp://localhost')).toContain('ok: RabbitMQ 3.10.8');
    expect(levels('4.1.2', 'amqp://localhost')).toContain('ok: RabbitMQ 4.1.2');
    expect(levels('unknown', 'amqp://localhost').join('\n')).toContain('does not tell its version');
  });

  it('of a login that crosses the network in the clear', () => {
    const clear = /cross the network in the clear/;
    expect(levels('4.1.2', 'amqp://u:p@broker').join('\n')).toMatch(clear);
    expect(levels('4.1.2', 'amqps://u:p@broker').join('\n')).not.toMatch(clear);
    expect(levels('4.1.2', 'amqp://u:p@127.0.0.1').join('\n')).not.toMatch(clear);
  });
});

describe.skipIf(!isAtHand(RABBITMQ))('connecting to RabbitMQ', () => {
  let server: RealServer;
  const brokers: Broker[] = [];
  const open = async (url: string): Promise<Broker> => {
    const broker = await openBroker(url, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };
  const refused = async (url: string): Promise<unknown> => open(url).catch((error: unknown) => error);

  beforeAll(async () => {
    server = await startServer(RABBITMQ);
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
  });

  it('where nothing listens, where something else does, and where the name is unknown', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await until('the mute server', () => mute.listening);
    const { port } = mute.address() as AddressInfo;
    expect(await refused(`amqp://127.0.0.1:${port}`)).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('answer') as string,
    });
    mute.close();
    await until('its end', () => !mute.listening);
    expect(await refused(`amqp://127.0.0.1:${port}`)).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('nothing listens') as string,
    });
    expect(await refused('amqp://no-such-host.invalid')).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('name is unknown') as string,
    });
  });

  it('a host that is down among several', async () => {
    const broker = await open(`amqp://guest:guest@127.0.0.1:1,127.0.0.1:${server.port}`);
    expect(await broker.log.head()).toBe(0);
  });

  it('TLS where the server has none', async () => {
    expect(await refused(`amqps://guest:guest@127.0.0.1:${server.port}`)).toMatchObject({
      code: expect.stringMatching(/^(?:broker_tls|unavailable)$/) as string,
    });
  });

  it('a login: a wrong one, a vhost that is not there, the right one; and no message tells it', async () => {
    await rabbitmqctl(server, 'add_user', 'ops', SECRET);
    await rabbitmqctl(server, 'set_permissions', 'ops', '.*', '.*', '.*');
    const wrong = await refused(`amqp://ops:${SECRET}x@127.0.0.1:${server.port}`);
    expect(wrong).toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining('does not accept this login') as string,
    });
    const nowhere = await refused(`amqp://ops:${SECRET}@127.0.0.1:${server.port}/no%2Fwhere`);
    expect(nowhere).toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining("no vhost 'no/where'") as string,
    });
    const right = await open(`amqp://ops:${SECRET}@127.0.0.1:${server.port}`);
    const report = await right.probe();
    expect(report.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(report.server).toContain('RabbitMQ at 127.0.0.1');
    for (const text of [told(wrong), told(nowhere), JSON.stringify(report)])
      expect(text).not.toContain(SECRET);
  });
});

function caught(task: () => unknown): unknown {
  try {
    return task();
  } catch (error) {
    return error;
  }
}

/** All that a user might see of an error. */
function told(error: unknown): string {
  if (!(error instanceof CodedError)) return String(error);
  const cause = error.cause instanceof Error ? `${error.cause.message} ${error.cause.stack ?? ''}` : '';
  return `${error.message} ${error.hint ?? ''} ${error.stack ?? ''} ${cause}`;
}
