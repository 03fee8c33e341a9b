import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { NATS, NATS_NEWEST } from '../../../scripts/servers/nats.ts';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import type { ServerName } from '../../../src/model/ids.ts';
import { bytes, mayAppend, read, record, text, until } from '../../support/conformance-tools.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const ROLES = readFileSync(join(import.meta.dirname, '../../../deploy/nats-accounts.conf'), 'utf8');
const SRV = 'srv-1' as ServerName;
const servers = [NATS, NATS_NEWEST].filter((recipe) =>
  recipe === NATS ? isAtHand(recipe) : recipe.find() !== undefined,
);

describe.each(servers)('the roles of deploy/nats-accounts.conf on $name', (recipe) => {
  let server: RealServer;
  const brokers: Broker[] = [];
  const as = async (login: string): Promise<Broker> => {
    const broker = await openBroker(`nats://${login}@127.0.0.1:${server.port}`, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()));
    await server.stop();
  });

  it('let each do its work, and nothing else', async () => {
    server = await startServer(recipe, { config: ROLES });
    const operator = await as('operator:change-me-1');
    const [agent, monitor] = [await as('agent:change-me-2'), await as('monitor:change-me-3')];
    const seen = await read(monitor);
    const got: string[] = [];
    await agent.inbox.receive(
      SRV,
      (message) => {
        got.push(text(message.body));
        message.ack();
      },
      4,
    );
    await operator.inbox.send(SRV, [bytes('work')]);
    await until('the work', () => got.length === 1);
    await agent.log.append([record('done')]);
    await until('the result on the screen', () => seen.bodies.includes('done'));
    await agent.bus.respond('request.agent.srv-1', async () => bytes('the output'));
    await until('an answer', () =>
      monitor.bus.request('request.agent.srv-1', bytes('?'), 1_000).then(
        (answer) => text(answer) === 'the output',
        () => false,
      ),
    );

    const heard: string[] = [];
    await monitor.bus.subscribe('echo.me', { onMessage: ({ body }) => heard.push(text(body)) });
    monitor.bus.publish('echo.me', bytes('how far?'));
    await until('its own echo', () => heard.length > 0);

    const denied = { code: 'broker_denied' };
    await expect(monitor.log.append([record('forged')])).rejects.toMatchObject(denied);
    await expect(monitor.inbox.send(SRV, [bytes('forged')])).rejects.toMatchObject(denied);
    await expect(agent.inbox.send('srv-2' as ServerName, [bytes('forged')])).rejects.toMatchObject(denied);
    await expect(agent.log.trim(1 as never)).rejects.toMatchObject(denied);
    expect(await Promise.all([operator, agent, monitor].map(mayAppend))).toEqual([true, true, false]);
    expect(seen.bodies).toEqual(['done']);
  });

  it('turn away a wrong password with one clear error', async () => {
    server = await startServer(recipe, { config: ROLES });
    await expect(as('monitor:wrong')).rejects.toMatchObject({ code: 'broker_denied' });
  });
});
