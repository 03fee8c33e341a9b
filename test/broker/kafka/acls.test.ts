import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KAFKA } from '../../../scripts/servers/kafka.ts';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import type { ServerName } from '../../../src/model/ids.ts';
import { bytes, mayAppend, read, record, text, until } from '../../support/conformance-tools.ts';
import { kafkaAclsIn } from '../../support/kafka-acls.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const SRV = 'srv_1.example' as ServerName;
const OTHER = 'srv-2' as ServerName;
const DENIED = { code: 'broker_denied', hint: expect.stringContaining('kafka-acls.sh') as string };
const ROLES: readonly (readonly [role: string, ...rest: string[]])[] = [
  ['scheduler'],
  ['agent', SRV],
  ['operator'],
  ['monitor'],
];
const USERS = ['admin', 'nobody', ...ROLES.map(([role]) => role)];
const LOGIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
const CONFIG = [
  'listeners=LOGIN://127.0.0.1:PORT,CONTROLLER://127.0.0.1:CONTROLLER_AT',
  'advertised.listeners=LOGIN://127.0.0.1:PORT',
  'listener.security.protocol.map=LOGIN:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
  'inter.broker.listener.name=LOGIN',
  'sasl.enabled.mechanisms=PLAIN',
  'sasl.mechanism.inter.broker.protocol=PLAIN',
  `listener.name.login.plain.sasl.jaas.config=${LOGIN_MODULE} username="admin" password="secret" ${USERS.map((user) => `user_${user}="secret"`).join(' ')};`,
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  // What comes from the controller is ANONYMOUS.
  'super.users=User:admin;User:ANONYMOUS',
].join('\n');

const own = await mkdtemp(join(tmpdir(), 'dagtop-acls-'));
const program = isAtHand(KAFKA) ? await kafkaAclsIn(own) : undefined;
if (program === undefined) console.warn(`skipped: no kafka-acls here: ${KAFKA.remedy}`);
afterAll(() => rm(own, { recursive: true }));

describe.skipIf(program === undefined)('deploy/kafka-acls.sh', () => {
  let server: RealServer;
  const brokers: Broker[] = [];
  const open = async (user: string): Promise<Broker> => {
    const broker = await openBroker(`kafka://${user}:secret@127.0.0.1:${server.port}`, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };

  beforeAll(async () => {
    server = await startServer(KAFKA, { config: CONFIG });
    const login = join(own, 'admin.properties');
    const sasl = `sasl.jaas.config=${LOGIN_MODULE} username="admin" password="secret";`;
    await writeFile(login, `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n${sasl}\n`);
    const env = {
      ...process.env,
      KAFKA_ACLS: program,
      BOOTSTRAP: `127.0.0.1:${server.port}`,
      COMMAND_CONFIG: login,
    };
    for (const [role, ...rest] of ROLES)
      await promisify(execFile)('deploy/kafka-acls.sh', [role, `User:${role}`, ...rest], { env });
    // Before the log is there, others are told what they lack.
    await expect(open('operator')).rejects.toMatchObject(DENIED);
    const scheduler = await open('scheduler');
    await scheduler.log.append([record('first')]);
    await scheduler.bus.subscribe('x', { onMessage: () => undefined });
  });
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
  });
  afterAll(() => server.stop());

  it('a monitor reads the log and hears the bus, and changes nothing', async () => {
    const [monitor, operator] = [await open('monitor'), await open('operator')];
    const reading = await read(monitor);
    const heard: string[] = [];
    await monitor.bus.subscribe('news.*', { onMessage: ({ body }) => heard.push(text(body)) });
    await operator.bus.respond('ask', async () => bytes('answered'));
    expect(text(await monitor.bus.request('ask', bytes('?'), 20_000))).toBe('answered');
    operator.bus.publish('news.today', bytes('heard'));
    await operator.log.append([record('second')]);
    await until('the records', () => reading.bodies.includes('second') && heard.length > 0);
    await expect(monitor.log.append([record('x')])).rejects.toMatchObject(DENIED);
    await expect(monitor.log.trim(1 as never)).rejects.toMatchObject(DENIED);
    await expect(monitor.inbox.send(SRV, [bytes('x')])).rejects.toMatchObject(DENIED);
    expect(await operator.log.head()).toBe(reading.positions.at(-1));
  });

  it('an agent receives what is for its server, a scheduler sends it; an operator does neither', async () => {
    const [agent, scheduler, operator] = [
      await open('agent'),
      await open('scheduler'),
      await open('operator'),
    ];
    const got: string[] = [];
    await agent.inbox.receive(
      SRV,
      (message) => {
        got.push(text(message.body));
        message.ack();
      },
      4,
    );
    await scheduler.inbox.send(SRV, [bytes('work')]);
    await until('the message', () => got.length > 0);
    await scheduler.inbox.send(OTHER, [bytes('other work')]);
    await agent.log.append([record('done')]);
    await expect(agent.inbox.receive(OTHER, () => undefined, 1)).rejects.toMatchObject(DENIED);
    await expect(agent.inbox.send(SRV, [bytes('x')])).rejects.toMatchObject(DENIED);
    await expect(agent.log.trim(1 as never)).rejects.toMatchObject(DENIED);
    await expect(operator.inbox.send(SRV, [bytes('x')])).rejects.toMatchObject(DENIED);
    await expect(operator.log.trim(1 as never)).rejects.toMatchObject(DENIED);
    await scheduler.log.trim(1 as never);
    expect(got).toEqual(['work']);
  });

  it('each is told by a probe whether it may append', async () => {
    const [operator, agent, monitor] = [await open('operator'), await open('agent'), await open('monitor')];
    expect(await Promise.all([operator, agent, monitor].map(mayAppend))).toEqual([true, true, false]);
  });

  it('who may nothing is told so at once', async () => {
    await expect(open('nobody')).rejects.toMatchObject(DENIED);
  });
});
