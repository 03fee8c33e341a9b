import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, nkeys } from '@nats-io/transport-node';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/broker/nats/address.ts';
import { flushingIn } from '../../../src/broker/nats/flushing.ts';
import { durabilityOf, versionFinding } from '../../../src/broker/nats/probe.ts';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import { CodedError } from '../../../src/model/coded-error.ts';
import { record, until } from '../../support/conformance-tools.ts';
import { NATS } from '../../../scripts/servers/nats.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer, ServerOptions } from '../../support/real-server.ts';

const SECRET = 'tr0ub4dor';

describe('the URL of a NATS server', () => {
  it('names servers, a login and files', () => {
    expect(parseAddress('nats://localhost')).toEqual({ servers: ['localhost'], label: 'localhost' });
    expect(parseAddress('nats://u:p%40ss@a:4222,b:4223/')).toEqual({
      servers: ['a:4222', 'b:4223'],
      label: 'a:4222,b:4223',
      user: 'u',
      pass: 'p@ss',
    });
    expect(parseAddress('nats://s3cret@[::1]:4222')).toMatchObject({
      servers: ['[::1]:4222'],
      token: 's3cret',
    });
    expect(parseAddress('tls://a')).toMatchObject({ tls: {} });
    expect(parseAddress(`nats://a?ca=${import.meta.filename}`).tls?.ca?.toString()).toContain(
      'names servers',
    );
  });

  it.each([
    'nats://',
    'nats://a b',
    `nats://u:${SECRET}%@a`,
    `nats://u:${SECRET}@a?x=1`,
    `nats://u:${SECRET}@a:port`,
    `nats://u:${SECRET}/@a`,
    `nats://u:${SECRET}@a?creds=/no/such/file`,
    `nats://u:${SECRET}@a?monitor=http://x:y@b:8222`,
    `nats://u:${SECRET}@a?ca=/no/such/file`,
  ])('%s is refused without a word of the secret', (url) => {
    const error = caught(() => parseAddress(url));
    expect(error).toMatchObject({ code: 'bad_broker_url' });
    expect(told(error)).not.toContain(SECRET);
  });
});

describe('what a probe says', () => {
  it('of versions', () => {
    expect(versionFinding('2.8.4').level).toBe('refused');
    expect(versionFinding('2.9.10').level).toBe('warning');
    expect(versionFinding('2.12.1').level).toBe('ok');
  });

  it('of a power cut', () => {
    const info = (config: object): never => ({ config }) as never;
    const unknown = { everyMs: undefined };
    expect(durabilityOf(info({ storage: 'memory', num_replicas: 1 }), unknown)).toContain('loses everything');
    expect(durabilityOf(info({ storage: 'file', num_replicas: 1 }), unknown)).toContain("server's machine");
    expect(durabilityOf(info({ storage: 'file', num_replicas: 3 }), unknown)).toContain(
      'all 3 servers at once',
    );
    expect(durabilityOf(info({ storage: 'file', num_replicas: 1 }), { everyMs: 10_000 })).toContain(
      'last 10 s',
    );
    expect(durabilityOf(info({ storage: 'file', num_replicas: 1 }), { everyMs: 0 })).toContain(
      'loses nothing',
    );
  });

  it.each([undefined, null, 7, [], {}, { jetstream: { config: { sync_interval: '2m' } } }])(
    'of a monitoring port that answers %j: nothing is known',
    (answer) => {
      expect(flushingIn(answer)).toEqual({ everyMs: undefined });
    },
  );
});

describe.skipIf(!isAtHand(NATS))('connecting to NATS', () => {
  let server: RealServer | undefined;
  const brokers: Broker[] = [];
  const start = async (options: ServerOptions = {}): Promise<RealServer> =>
    (server = await startServer(NATS, options));
  const open = async (url: string): Promise<Broker> => {
    const broker = await openBroker(url, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };
  const refused = async (url: string): Promise<unknown> => open(url).catch((error: unknown) => error);

  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
    await server?.stop();
    server = undefined;
  });

  it('where nothing listens, where something else does, and where the name is unknown', async () => {
    const { port } = await start();
    await server?.stop();
    expect(await refused(`nats://127.0.0.1:${port}`)).toMatchObject({ code: 'unavailable' });
    expect(await refused('nats://no-such-host.invalid')).toMatchObject({ code: 'unavailable' });
    const mute = createServer().listen(0, '127.0.0.1');
    await until('the mute server', () => mute.listening);
    const error = await refused(`nats://127.0.0.1:${(mute.address() as AddressInfo).port}`);
    expect(error).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('answer') as string,
    });
    mute.close();
  });

  it('a login: none, a wrong one, the right one; and no message tells it', async () => {
    const { port } = await start({ config: `authorization { user: ops, password: "${SECRET}" }` });
    const nobody = await refused(`nats://127.0.0.1:${port}`);
    expect(nobody).toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining('wants a login') as string,
    });
    const wrong = await refused(`nats://ops:${SECRET}x@127.0.0.1:${port}`);
    expect(wrong).toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining('accept') as string,
    });
    const right = await open(`nats://ops:${SECRET}@127.0.0.1:${port}`);
    const report = await right.probe();
    const reasons: string[] = [];
    right.onLink((link) => reasons.push(link.up ? 'up' : link.reason));
    await server?.stop();
    await until('the link down', () => reasons.length > 1);
    for (const text of [told(nobody), told(wrong), JSON.stringify(report), ...reasons])
      expect(text).not.toContain(SECRET);
  });

  it('secrets in files: a password, a token, the seed of an nkey', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dagtop-secrets-'));
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), `${text}\n`, { mode: 0o600 });
      return join(folder, name);
    };
    const user = nkeys.createUser();
    const logins: readonly (readonly [string, string])[] = [
      [`user: ops, password: "${SECRET}"`, `ops@HOST?password-file=${await file('password', SECRET)}`],
      [`token: "${SECRET}"`, `HOST?token-file=${await file('token', SECRET)}`],
      [
        `users: [{ nkey: ${user.getPublicKey()} }]`,
        `HOST?nkey=${await file('seed', new TextDecoder().decode(user.getSeed()))}`,
      ],
    ];
    for (const [config, url] of logins) {
      const { port } = await start({ config: `authorization { ${config} }` });
      await expect(refused(`nats://127.0.0.1:${port}`)).resolves.toMatchObject({ code: 'broker_denied' });
      const broker = await open(`nats://${url.replace('HOST', `127.0.0.1:${port}`)}`);
      await broker.log.append([record('in')]);
      await broker.close();
      await server?.stop();
    }
    await rm(folder, { recursive: true });
    expect(told(await refused(`nats://ops@127.0.0.1?password-file=${folder}/gone`))).toContain(
      'password file',
    );
  });

  it('a login that may read and not write is told so, long before the time runs out', async () => {
    const config = `authorization { users: [
      { user: boss, password: b },
      { user: guest, password: g, permissions: { publish: { deny: "dag.events.>" } } } ] }`;
    const { port } = await start({ config });
    await open(`nats://boss:b@127.0.0.1:${port}`);
    const guest = await open(`nats://guest:g@127.0.0.1:${port}`);
    await expect(guest.log.append([record('x')])).rejects.toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining('dag.events') as string,
    });
  }, 20_000);

  it('a server without JetStream', async () => {
    const { url } = await start({ config: '# no jetstream' });
    expect(await refused(url)).toMatchObject({
      code: 'jetstream_off',
      hint: expect.stringContaining('-js') as string,
    });
  });

  it('a stream of that name that can’t do the work is refused; one that would lose records is found out', async () => {
    const { port, url } = await start();
    const nc = await connect({ servers: `127.0.0.1:${port}` });
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: 'dag_events', subjects: ['else.>'] });
    expect(await refused(url)).toMatchObject({
      code: 'broker_misconfigured',
      message: expect.stringContaining('dag.events.>') as string,
    });
    await jsm.streams.delete('dag_events');
    await jsm.streams.add({
      name: 'dag_events',
      subjects: ['dag.events.>'],
      storage: 'memory',
      max_age: 3_600_000_000_000,
      max_msgs: 1_000,
      discard: 'old',
    });
    await nc.close();
    const { findings, durability } = await (await open(url)).probe();
    const problems = findings.filter(({ level }) => level === 'refused').map(({ text }) => text);
    expect(problems.join('\n')).toMatch(/memory[^]*age[^]*drops old/);
    expect(durability).toContain('loses everything');
  });

  it('a server that takes small messages only', async () => {
    const { url } = await start({ config: 'max_payload: 65536' });
    const { findings } = await (await open(url)).probe();
    expect(findings).toContainEqual({
      level: 'refused',
      text: expect.stringContaining('max_payload is 65536') as string,
    });
  });

  it('a full stream says so, and the record is not taken for stored', async () => {
    const { port, url } = await start();
    const broker = await open(url);
    const nc = await connect({ servers: `127.0.0.1:${port}` });
    const jsm = await jetstreamManager(nc);
    await jsm.streams.update('dag_events', { max_msgs: 2 });
    await nc.close();
    await broker.log.append([record('1'), record('2')]);
    await expect(broker.log.append([record('3')])).rejects.toMatchObject({
      code: 'broker_refused',
      message: expect.stringContaining('maximum messages') as string,
    });
    expect(await broker.log.head()).toBe(2);
  });

  it('anybody can watch the log with a plain subscriber', async () => {
    const { port, url } = await start();
    const nc = await connect({ servers: `127.0.0.1:${port}` });
    const seen: [string, unknown][] = [];
    nc.subscribe('dag.events.>', {
      callback: (_, message) => void seen.push([message.subject, message.json()]),
    });
    await nc.flush();
    await (await open(url)).log.append([record('[{"type":"run.triggered"}]', 'etl', 'r1')]);
    await until('the record', () => seen.length > 0);
    expect(seen).toEqual([['dag.events.etl.r1', [{ type: 'run.triggered' }]]]);
    await nc.close();
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
