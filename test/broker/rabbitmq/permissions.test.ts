import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RABBITMQ } from '../../../scripts/servers/rabbitmq.ts';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import type { ServerName } from '../../../src/model/ids.ts';
import { bytes, mayAppend, read, record, text, until } from '../../support/conformance-tools.ts';
import { rabbitmqctl, rabbitmqctlFor } from '../../support/rabbitmqctl.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const SRV = 'srv-1.example' as ServerName;
const DENIED = { code: 'broker_denied', hint: expect.stringContaining('permission') as string };

describe.skipIf(!isAtHand(RABBITMQ))('deploy/rabbitmq-permissions.sh', () => {
  let server: RealServer;
  let program = '';
  const brokers: Broker[] = [];
  const open = async (user: string): Promise<Broker> => {
    const broker = await openBroker(`amqp://${user}:secret@127.0.0.1:${server.port}`, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };

  beforeAll(async () => {
    server = await startServer(RABBITMQ);
    program = await rabbitmqctlFor(server);
    for (const [role, ...rest] of [
      ['setup'],
      ['scheduler'],
      ['agent', SRV],
      ['operator'],
      ['monitor'],
      ['nobody'],
    ]) {
      await rabbitmqctl(server, 'add_user', role ?? '', 'secret');
      if (role === 'nobody') await rabbitmqctl(server, 'set_permissions', 'nobody', '', '', '');
      else
        await promisify(execFile)('deploy/rabbitmq-permissions.sh', [role ?? '', role ?? '', ...rest], {
          env: { ...process.env, RABBITMQCTL: program },
        });
    }
    // Before the log is there, others are told what they lack.
    await expect(open('operator')).rejects.toMatchObject(DENIED);
    await (await open('setup')).log.append([record('first')]);
  }, 120_000);
  afterAll(() => server.stop());
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
  });

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
    await scheduler.inbox.send('srv-2' as ServerName, [bytes('other work')]);
    await agent.log.append([record('done')]);
    await expect(agent.inbox.receive('srv-2' as ServerName, () => undefined, 1)).rejects.toMatchObject(
      DENIED,
    );
    await expect(agent.inbox.send(SRV, [bytes('x')])).rejects.toMatchObject(DENIED);
    await expect(operator.inbox.send(SRV, [bytes('x')])).rejects.toMatchObject(DENIED);
    expect(got).toEqual(['work']);
  });

  it('each is told by a probe whether it may append, of which nobody hears', async () => {
    const [operator, agent, monitor] = [await open('operator'), await open('agent'), await open('monitor')];
    const headBefore = await operator.log.head();
    expect(await Promise.all([operator, agent, monitor].map(mayAppend))).toEqual([true, true, false]);
    expect(await operator.log.head()).toBe(headBefore);
  });

  it('who may nothing is told so at once', async () => {
    await expect(open('nobody')).rejects.toMatchObject(DENIED);
  });
});
