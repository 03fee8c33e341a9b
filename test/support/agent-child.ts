/**
 * An agent's parts in a process of their own, to be killed: `agent-child.ts FOLDER COUNT` opens the journal and the executor, begins
 * COUNT attempts, the first of which has ended, and says so. What they run notes its pids in FOLDER/pids.
 */
import { openJournal } from '../../src/agent/journal/journal.ts';
import { openExecutor } from '../../src/agent/process/executor.ts';
import { finishedEvent } from '../../src/agent/agent-events.ts';
import type { Incarnation, ServerName } from '../../src/model/ids.ts';
import { jobOf } from './agent-stage.ts';

const [folder = '', count = '0'] = process.argv.slice(2);
const journal = await openJournal(folder);
const executor = openExecutor({ dataFolder: folder, publish: () => undefined });
const shell = [
  'echo $$ >> "$PIDS"',
  `(setsid sh -c 'trap "" TERM; echo $$ >> "$PIDS"; while :; do sleep 1; done' > /dev/null 2>&1 &)`,
  `env -i PIDS="$PIDS" sh -c 'echo $$ >> "$PIDS"; exec sleep 1000'`,
].join('\n');
const jobs = Array.from({ length: Number(count) }, (_, at) => ({
  ...jobOf(`left-${at}`, { shell }),
  env: { PIDS: `${folder}/pids` },
}));
await journal.begin(jobs);
const [first, ...rest] = jobs;
if (first !== undefined) {
  const ended = { outcome: { is: 'succeeded', output: { n: 1 } }, wrote: undefined } as const;
  await journal.finish([finishedEvent(first, 'srv' as ServerName, 'inc' as Incarnation, ended, 1)]);
}
for (const job of rest) executor.start(job);
// Holds both for as long as it lives.
process.once('SIGTERM', () => void executor.close().then(() => journal.close()));
console.log('ready');
