/** `URL COUNT`: folds a log of so many events, tells its parent how long it took and what memory the process has then, and ends. */
import { openBroker } from '../../src/broker/open.ts';
import { Replica } from '../../src/replica/replica.ts';

const MIB = 1_048_576;
const [url = '', count = '0'] = process.argv.slice(2);
const broker = await openBroker(url, { namespace: 'replay' });
const replica = new Replica();
let folded = 0;
replica.listen({ onFolded: (events) => (folded += events.length) });
const startMs = performance.now();
await replica.start(broker.log);
const seconds = (performance.now() - startMs) / 1_000;
if (folded !== Number(count)) throw new Error(`${folded} of ${count} events were read`);
process.send?.({ seconds, rssMiB: process.memoryUsage().rss / MIB });
replica.stop();
await broker.close();
process.disconnect();
