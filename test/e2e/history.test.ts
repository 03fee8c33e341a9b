import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cluster } from '../support/e2e-cluster.ts';

let cluster: Cluster;
/** The run that succeeded, and the one that did not. */
let [good, bad] = ['', ''];
const HERE = ['--history', 'sqlite:kept/runs.db'];
/** A broker that knows nothing: what is shown comes from the history. */
const ELSEWHERE = ['--broker', 'embedded:./elsewhere', ...HERE];

beforeAll(async () => {
  cluster = await Cluster.start();
  await cluster.write(
    'dags/night.yaml',
    'params: {exit: 0}\nnodes:\n  first: {command: "echo one two"}\n' +
      '  second: {depends: first, command: "echo no disk; exit $(echo $DAGTOP_PARAMS | grep -o [0-9])"}\n',
  );
  await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"]}]\n');
  await cluster.does('apply', 'dags', 'nodes.yaml');
  await cluster.agent('srv-1');
  cluster.background('record', ...HERE);
  good = await cluster.trigger('night');
  await cluster.until(good, 'the end', ({ state }) => state === 'succeeded');
  bad = (await cluster.does('run', 'night', '-p', 'exit=7')).trim();
  await cluster.until(bad, 'the end', ({ state }) => state === 'failed');
  await untilRecorded(2);
});

afterAll(() => cluster.stop());

async function untilRecorded(count: number): Promise<void> {
  for (const startMs = Date.now(); Date.now() - startMs < 60_000;) {
    const { code, stdout } = await cluster.dagtop('stats', ...HERE, '--json');
    if (code !== 0) continue;
    const { dags } = JSON.parse(stdout) as { dags: { runs: number }[] };
    if (dags[0]?.runs === count) return;
  }
  throw new Error('the runs were not recorded');
}

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('lists all runs, those in memory and those that only the history has', async () => {
  const live = lines(await cluster.does('history', ...HERE, '--json'));
  expect(live.map(({ run, state, foundIn }) => [run, state, foundIn])).toEqual([
    [bad, 'failed', 'memory'],
    [good, 'succeeded', 'memory'],
  ]);
  const kept = lines(await cluster.does('history', ...ELSEWHERE, '--json'));
  expect(kept).toEqual(live.map((run) => ({ ...run, foundIn: 'history' })));
  const text = await cluster.does('history', ...ELSEWHERE, '--status', 'failed', '--search', 'EXIT=7');
  expect(text).toMatch(new RegExp(`^RUN .* ERROR\n${bad} +night +failed +2/2 .* exit code 7`));
  expect(await cluster.does('runs', ...ELSEWHERE)).toContain(good);
});

it('shows a run that memory does not have as if it did, by its id, its beginning or its dag', async () => {
  const here = await cluster.does('show', bad, ...HERE);
  expect(await cluster.does('show', bad, ...ELSEWHERE)).toBe(here);
  expect(await cluster.does('show', 'night', ...ELSEWHERE)).toBe(here);
  const [whole] = lines(await cluster.does('show', good, ...ELSEWHERE, '--json'));
  expect(whole).toEqual(lines(await cluster.does('show', good, ...HERE, '--json'))[0]);
  expect(await cluster.dagtop('show', 'nothing', ...ELSEWHERE)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("there is no dag and no run 'nothing'"),
  });
});

it('gives the last lines of a command whose agent does not answer', async () => {
  const { code, stdout, stderr } = await cluster.dagtop('logs', bad, 'second', ...ELSEWHERE);
  expect(code).toBe(1);
  expect(stderr).toBe(
    'dagtop: the agent of srv-1 does not answer\n  its last lines, as they were recorded:\n',
  );
  expect(stdout).toBe('no disk\n');
});

it('tells what differs between two runs', async () => {
  const [diff] = lines(await cluster.does('diff', good, bad, ...ELSEWHERE, '--json'));
  expect(diff).toMatchObject({ params: [{ name: 'exit', one: 0, other: 7 }] });
  expect(diff?.['version']).toBeUndefined();
  const text = await cluster.does('diff', good, bad, ...ELSEWHERE);
  expect(text).toMatch(/param exit +0 +7\n/);
  expect(text).toMatch(/second +state +succeeded +failed\n/);
});

it('comes to the same when it is built anew', async () => {
  const before = await cluster.does('history', ...ELSEWHERE, '--json');
  expect(await cluster.does('history', 'rebuild', ...HERE)).toMatch(
    /kept\/runs\.db reflects the log up to \d+ again/,
  );
  expect(await cluster.does('history', ...ELSEWHERE, '--json')).toBe(before);
});

it('refuses to mix two logs, and says what to do', async () => {
  const { code, stderr } = await cluster.dagtop('record', ...ELSEWHERE);
  expect(code).toBe(1);
  expect(stderr).toContain('the history is of another log');
  expect(stderr).toContain('dagtop history rebuild');
});
