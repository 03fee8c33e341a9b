import { execFileSync } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  alterUserScramCredentialsV0,
  Connection,
  Consumer,
  ResourcePatternTypes,
  ResourceTypes,
  ScramMechanisms,
  stringDeserializers,
} from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/servers/recipe.ts';
import { KAFKA } from '../../../scripts/servers/kafka.ts';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import { CodedError } from '../../../src/model/coded-error.ts';
import type { ServerName } from '../../../src/model/ids.ts';
import { record, until } from '../../support/conformance-tools.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const SECRET = 'tr0ub4dor';
const ITERATIONS = 4_096;
const LOGIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule required';

/** One listener wants a login, by PLAIN or SCRAM; the other speaks TLS. */
const config = (pem: string): string =>
  [
    'listeners=LOGIN://127.0.0.1:PORT,TLS://127.0.0.1:SECOND_AT,CONTROLLER://127.0.0.1:CONTROLLER_AT',
    'advertised.listeners=LOGIN://127.0.0.1:PORT,TLS://localhost:SECOND_AT',
    'listener.security.protocol.map=LOGIN:SASL_PLAINTEXT,TLS:SSL,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=LOGIN',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256',
    'sasl.mechanism.inter.broker.protocol=PLAIN',
    `listener.name.login.plain.sasl.jaas.config=${LOGIN_MODULE} username="ops" password="${SECRET}" user_ops="${SECRET}" user_guest="guest";`,
    // Who comes by TLS, or from the controller, is ANONYMOUS.
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users=User:ops;User:ali;User:ANONYMOUS',
    'listener.name.login.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'listener.name.tls.ssl.keystore.type=PEM',
    `listener.name.tls.ssl.keystore.location=${pem}`,
  ].join('\n');

describe.skipIf(!isAtHand(KAFKA))('connecting to Kafka', () => {
  let server: RealServer;
  let folder: string;
  const brokers: Broker[] = [];
  const open = async (url: string): Promise<Broker> => {
    const broker = await openBroker(url, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };
  const refused = async (url: string): Promise<unknown> => open(url).catch((error: unknown) => error);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dagtop-tls-'));
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'ca.pem')];
    execFileSync('openssl', [...made, ...names, ...files], { stdio: 'ignore' });
    const both = await Promise.all(['key.pem', 'ca.pem'].map((name) => readFile(join(folder, name), 'utf8')));
    await writeFile(join(folder, 'server.pem'), both.join(''));
    server = await startServer(KAFKA, { config: config(join(folder, 'server.pem')) });
  }, 120_000);
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('where nothing listens, where something else does, and where the name is unknown', async () => {
    expect(await refused(`kafka://127.0.0.1:${await freePort()}`)).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('nothing listens') as string,
    });
    expect(await refused('kafka://no-such-host.invalid')).toMatchObject({ code: 'unavailable' });
    let tries = 0;
    const mute = createServer(() => (tries += 1)).listen(0, '127.0.0.1');
    await until('the mute server', () => mute.listening);
    const error = await refused(`kafka://127.0.0.1:${(mute.address() as AddressInfo).port}`);
    expect(error).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('answer') as string,
    });
    expect(tries).toBe(1);
    mute.close();
  });

  it('the next server of the list when the first is not there', async () => {
    const nobody = await freePort();
    const broker = await open(`kafka://ops:${SECRET}@127.0.0.1:${nobody},127.0.0.1:${server.port}`);
    await broker.log.append([record('x')]);
  });

  it('a login: none, a wrong one, the right one; and no message tells it', async () => {
    const nobody = await refused(`kafka://127.0.0.1:${server.port}`);
    expect(nobody).toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining('hangs up') as string,
    });
    const wrong = await refused(`kafka://ops:${SECRET}x@127.0.0.1:${server.port}`);
    expect(wrong).toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining('accept') as string,
    });
    const kind = await refused(`kafka://ops:${SECRET}@127.0.0.1:${server.port}?sasl=scram-sha-512`);
    expect(kind).toMatchObject({ code: 'broker_denied', message: expect.stringContaining('kind') as string });
    const right = await open(`kafka://ops:${SECRET}@127.0.0.1:${server.port}`);
    const report = await right.probe();
    for (const told of [nobody, wrong, kind].map(tell).concat(JSON.stringify(report)))
      expect(told).not.toContain(SECRET);
  });

  it('a login by SCRAM', async () => {
    const admin = new Connection('test', {
      sasl: { mechanism: 'PLAIN', username: 'ops', password: SECRET },
    });
    await admin.connect('127.0.0.1', server.port);
    const salt = Buffer.from('some salt');
    const saltedPassword = pbkdf2Sync('open sesame', salt, ITERATIONS, 32, 'sha256');
    const user = { name: 'ali', mechanism: ScramMechanisms.SCRAM_SHA_256, iterations: ITERATIONS };
    await alterUserScramCredentialsV0.api.async(admin, [], [{ ...user, salt, saltedPassword }]);
    await admin.close();
    const url = `127.0.0.1:${server.port}?sasl=scram-sha-256`;
    await until('the user', () =>
      open(`kafka://ali:open%20sesame@${url}`).then(
        () => true,
        () => false,
      ),
    );
    expect(await refused(`kafka://ali:close@${url}`)).toMatchObject({ code: 'broker_denied' });
  });

  it('a login without rights is told so at once, and what it would need', async () => {
    await open(`kafka://ops:${SECRET}@127.0.0.1:${server.port}`);
    expect(await refused(`kafka://guest:guest@127.0.0.1:${server.port}`)).toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining('TOPIC_AUTHORIZATION_FAILED') as string,
      hint: expect.stringContaining('ACLs') as string,
    });
  }, 20_000);

  it('a login that may write and not receive is told so', async () => {
    const admin = new Admin({
      clientId: 'test',
      bootstrapBrokers: [`127.0.0.1:${server.port}`],
      sasl: { mechanism: 'PLAIN', username: 'ops', password: SECRET },
    });
    await admin.createAcls({
      creations: [
        {
          resourceType: ResourceTypes.TOPIC,
          resourceName: 'dag.',
          resourcePatternType: ResourcePatternTypes.PREFIXED,
          principal: 'User:guest',
          host: '*',
          operation: AclOperations.ALL,
          permissionType: AclPermissionTypes.ALLOW,
        },
      ],
    });
    await admin.close();
    let guest: Broker | undefined;
    await until('the right to write', async () => {
      guest = await open(`kafka://guest:guest@127.0.0.1:${server.port}`).catch(() => undefined);
      return guest !== undefined;
    });
    await guest?.log.append([record('x')]);
    await expect(guest?.inbox.receive('srv-1' as ServerName, () => {}, 1)).rejects.toMatchObject({
      code: 'broker_denied',
      message: expect.stringContaining('GROUP_AUTHORIZATION_FAILED') as string,
    });
  });

  it('TLS: with the right CA, without, and where one side does not speak it', async () => {
    const tls = server.place.extraPorts[1];
    const broker = await open(`kafkas://localhost:${tls}?ca=${join(folder, 'ca.pem')}`);
    await broker.log.append([record('over TLS')]);
    expect(await refused(`kafkas://localhost:${tls}`)).toMatchObject({ code: 'broker_tls' });
    expect(await refused(`kafka://localhost:${tls}`)).toMatchObject({
      code: expect.stringMatching(/^broker_(?:tls|denied)$/) as string,
      hint: expect.stringContaining('kafkas://') as string,
    });
    expect(await refused(`kafkas://ops:x@localhost:${server.port}`)).toMatchObject({
      code: expect.stringMatching(/^(?:broker_tls|unavailable)$/) as string,
    });
  });

  it('a probe tells of one copy that is on the disk, and of the version', async () => {
    const report = await (await open(`kafka://ops:${SECRET}@127.0.0.1:${server.port}`)).probe();
    expect(report.version).toMatch(/^\d+\.\d+.* \(metadata\.version \d+\)$/);
    expect(report.durability).toContain('flush.messages=1');
    expect(report.findings).toEqual([
      { level: 'warning', text: expect.stringContaining('one copy') as string },
      { level: 'ok', text: 'this login may read the log and append to it' },
    ]);
  });

  it('anybody can read the log with plain Kafka: the keys tell dag and run', async () => {
    const broker = await open(`kafka://ops:${SECRET}@127.0.0.1:${server.port}`);
    await broker.log.append([record('told', 'etl', 'r1')]);
    const consumer = new Consumer({
      clientId: 'plain',
      groupId: 'plain',
      bootstrapBrokers: [`127.0.0.1:${server.port}`],
      sasl: { mechanism: 'PLAIN', username: 'ops', password: SECRET },
      deserializers: stringDeserializers,
    });
    const stream = await consumer.consume({ topics: ['dag.events'], mode: 'earliest', autocommit: false });
    const seen: string[] = [];
    stream.on('data', ({ key, value }) => seen.push(`${key} ${value}`));
    await until('the record', () => seen.includes('etl.r1 told'));
    await consumer.close(true);
  });
});

function tell(error: unknown): string {
  return error instanceof CodedError ? `${error.message} ${error.hint ?? ''}` : String(error);
}
