import { Worker } from 'bullmq';

/** Jobs that do nothing, as the pass-through nodes of the other side. */
const [port, queue = ''] = process.argv.slice(2);
const worker = new Worker(queue, async () => undefined, {
  connection: { host: '127.0.0.1', port: Number(port) },
  concurrency: 100,
});
await worker.waitUntilReady();
process.send?.('ready');
process.once('disconnect', () => void worker.close().then(() => process.exit(0)));
