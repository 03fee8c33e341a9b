import { openBroker } from '../../src/broker/open.ts';
import type { Broker } from '../../src/broker/port/port.ts';
import type { ServerName } from '../../src/model/ids.ts';
import { bytes, record, text } from './conformance-tools.ts';

/**
 * A process beside the test: `URL NAMESPACE ROLE …`. It tells its parent by IPC messages.
 * - `append WRITER COUNT`: appends `WRITER:0` … one at a time, says `appended N` after each, and ends.
 * - `follow`: says every body that it reads, until it is killed.
 * - `hold SERVER MAX`: receives, says every message, and acknowledges none.
 * - `take SERVER MAX`: receives, says and acknowledges every message.
 * - `die SERVER POISON`: as `take`, but a message POISON kills it, once it has said `POISON new` or `POISON again`.
 * - `answer SUBJECT`: says `ready`, and answers `child:` and what was asked.
 * - `publish SUBJECT COUNT`: publishes `0` …, says `published`, and waits to be killed.
 * - `listen PATTERN`: says `ready`, then every message's body.
 */
export type ChildRole = 'append' | 'follow' | 'hold' | 'take' | 'die' | 'answer' | 'publish' | 'listen';

const say = (message: string): void => {
  process.send?.(message);
};

const roles: Record<ChildRole, (broker: Broker, first: string, second: string) => Promise<unknown>> = {
  async append(broker, writer, count) {
    for (let at = 0; at < Number(count); at += 1) {
      await broker.log.append([record(`${writer}:${at}`)]);
      say(`appended ${at}`);
    }
    await broker.close();
    process.disconnect();
  },
  follow: (broker) =>
    broker.log.follow(0 as never, {
      onRecords(records) {
        for (const { body } of records) say(text(body));
      },
      onFault: (error) => say(`fault ${error.message}`),
    }),
  hold: (broker, server, max) =>
    broker.inbox.receive(server as ServerName, (message) => say(text(message.body)), Number(max)),
  take: (broker, server, max) =>
    broker.inbox.receive(
      server as ServerName,
      (message) => {
        say(text(message.body));
        message.ack();
      },
      Number(max),
    ),
  die: (broker, server, poison) =>
    broker.inbox.receive(
      server as ServerName,
      (message) => {
        if (text(message.body) !== poison) {
          say(text(message.body));
          return message.ack();
        }
        const last = `${poison} ${message.redelivered ? 'again' : 'new'}`;
        process.send?.(last, () => process.kill(process.pid, 'SIGKILL'));
      },
      4,
    ),
  async answer(broker, subject) {
    await broker.bus.respond(subject, async (body) => bytes(`child:${text(body)}`));
    say('ready');
  },
  async publish(broker, subject, count) {
    for (let at = 0; at < Number(count); at += 1) broker.bus.publish(subject, bytes(`${at}`));
    say('published');
  },
  async listen(broker, pattern) {
    await broker.bus.subscribe(pattern, { onMessage: ({ body }) => say(text(body)) });
    say('ready');
  },
};

const [url = '', namespace = '', role = '', first = '', second = ''] = process.argv.slice(2);
await roles[role as ChildRole](await openBroker(url, { namespace }), first, second);
