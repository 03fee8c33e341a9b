import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, Client, followRun } from '../../src/client/index.ts';
import { Cluster } from '../support/e2e-cluster.ts';

const ROOT = join(import.meta.dirname, '../..');

const WORDS = `params: {lines: 3}
nodes:
  count: {command: 'for i in 1 2 3; do echo "line $i of $DAGTOP_PARAMS"; sleep 0.2; done'}
  report: {depends: count, command: 'echo done; echo "a note" >&2'}
`;

const ATTEMPT = ['attempt.dispatched', 'attempt.started', 'attempt.finished'];
const WHOLE_RUN = ['run.triggered', ...ATTEMPT, ...ATTEMPT, 'run.finished'];

let cluster: Cluster;
let url: string;
let client: Client;

beforeAll(async () => {
  cluster = await Cluster.start();
  await cluster.write('dags/words.yaml', WORDS);
  await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"]}]\n');
  await cluster.does('apply', 'dags', 'nodes.yaml');
  await cluster.agent('srv-1');
  const serving = cluster.background('serve', '--api', '127.0.0.1:0');
  url = await new Promise((resolve) => {
    serving.stderr?.on('data', (data: Buffer) => {
      const found = /is at (http:\/\/[\d.:]+);/.exec(data.toString())?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const [token = ''] = await cluster.lines('.dagtop/api-token');
  client = new Client({ url, token });
});

afterAll(async () => {
  await cluster.stop();
});

const signal = (): AbortSignal => AbortSignal.timeout(60_000);

async function textOf(of: { run: string; node: string; attempt: number }, from?: string): Promise<string> {
  let text = '';
  for await (const heard of client.followLog(of, from, signal()))
    if (heard.is === 'chunk') text += Buffer.from(heard.chunk.data, 'base64').toString();
  return text;
}

async function typesOf(asking: Client, run: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of followRun(asking, run, signal())) types.push(type);
  return types;
}

/** A stream that fails after so many pieces. */
function breaksAfter(pieces: number): TransformStream<Uint8Array, Uint8Array> {
  let left = pieces;
  return new TransformStream({
    transform: (piece, controller) => {
      if (left === 0) controller.error(new Error('the connection broke'));
      else controller.enqueue(piece);
      left -= 1;
    },
  });
}

describe('the client', () => {
  it('lists DAGs and says who it is', async () => {
    const { items } = await client.call('listDags');
    expect(items).toMatchObject([{ name: 'words', params: [{ name: 'lines' }] }]);
    expect(await client.call('getMe')).toMatchObject({ role: 'admin' });
  });

  it('triggers once, however often it asks with one key, and follows the run from its beginning to its end', async () => {
    const ask = { body: { dag: 'words', params: { lines: 7 } } };
    const [first, second] = await Promise.all([
      client.call('triggerRun', ask, { idempotencyKey: 'night-1' }),
      client.call('triggerRun', ask, { idempotencyKey: 'night-1' }),
    ]);
    expect(second).toEqual(first);
    const { run } = first;
    expect(await typesOf(client, run)).toEqual(WHOLE_RUN);

    const { items } = await client.call('listRuns', { query: { dag: 'words', state: 'succeeded' } });
    expect(items).toMatchObject([{ run, state: 'succeeded', params: { lines: 7 } }]);
    expect(await client.call('getRun', { params: { run } })).toMatchObject({ isComplete: true, total: 2 });
  });

  it('follows a run over connections that break, and misses and repeats nothing', async () => {
    let streams = 0;
    const breaking: typeof fetch = async (...asked) => {
      const answer = await fetch(...asked);
      if (!String(asked[0]).includes('/api/v1/events') || answer.body === null) return answer;
      streams += 1;
      return new Response(answer.body.pipeThrough(breaksAfter(3)), answer);
    };
    const [token = ''] = await cluster.lines('.dagtop/api-token');
    const shaky = new Client({ url, token, fetch: breaking });
    const { run } = await shaky.call('triggerRun', { body: { dag: 'words' } });
    expect(await typesOf(shaky, run)).toEqual(WHOLE_RUN);
    expect(streams).toBeGreaterThan(0);
    // What has ended is told as a whole.
    expect(await typesOf(shaky, run)).toEqual(WHOLE_RUN);
  });

  it('follows a log while it is written, and goes on where it was', async () => {
    const { run } = await client.call('triggerRun', { body: { dag: 'words' } });
    for await (const heard of client.events(
      { run, types: 'attempt.started' },
      { after: '0', signal: signal() },
    ))
      if (heard.is === 'event') break;
    const whole = 'line 1 of {"lines":3}\nline 2 of {"lines":3}\nline 3 of {"lines":3}\n';
    expect(await textOf({ run, node: 'count', attempt: 1 })).toBe(whole);
    expect(await textOf({ run, node: 'count', attempt: 1 }, '22,0')).toBe(whole.slice(22));
  });

  it('throws what the API refuses, with what it says to do', async () => {
    const asked = client.call('triggerRun', { body: { dag: 'wrods' } });
    await expect(asked).rejects.toBeInstanceOf(ApiError);
    await expect(asked).rejects.toMatchObject({ status: 404, hint: expect.stringContaining('words') });
    const stranger = new Client({ url, token: 'nobody' });
    await expect(stranger.call('listRuns')).rejects.toMatchObject({ status: 401 });
  });

  it('works as the README shows it', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const script = /```js\n([^`]*from 'dagtop\/client'[^`]*)```/.exec(readme)?.[1] ?? '';
    // From the repository, where the package knows itself by its name; in the folder where the token is.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        script.replace('.dagtop/api-token', join(cluster.folder, '.dagtop/api-token')),
      ],
      { cwd: ROOT, env: { ...process.env, DAGTOP_API: url } },
    );
    expect(stdout).toMatch(/words \S+ succeeded\n/);
    expect(stdout).toContain('done');
    expect(stdout).toContain('a note');
  });
});
