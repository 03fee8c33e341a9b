import { openBroker } from '../../src/broker/open.ts';
import { GroupCommit } from '../../src/broker/port/group-commit.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { RAW_SERVER, RAW_TOPIC } from './raw.ts';

/** The other end of `raw.ts`: from the inbox to the log. */
const broker = await openBroker(process.argv[2] ?? '', { namespace: 'raw' });
const commits = new GroupCommit<Uint8Array>({
  clock: systemClock,
  commit: (bodies) => broker.log.append(bodies.map((body) => ({ topic: RAW_TOPIC, body }))),
  backlogMax: 100_000,
  batchMax: 1_000,
  retryMs: 100,
});
await broker.inbox.receive(
  RAW_SERVER,
  (message) => {
    message.ack();
    void commits.add([message.body]);
  },
  2_000,
);
process.send?.('ready');
process.once('disconnect', () => void broker.close().then(() => process.exit(0)));
