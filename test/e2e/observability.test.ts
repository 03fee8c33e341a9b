import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Cluster } from '../support/e2e-cluster.ts';
import { attributesOf, OtlpCollector } from '../support/otlp-collector.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const SECRET = 'a secret that nobody guesses';
const PATIENTLY = { timeout: 60_000, interval: 100 };
const SERVE = ['serve', '--api', '127.0.0.1:0'];

const NIGHT = `nodes:
  extract: {command: 'echo "$TRACEPARENT" >> ../traces.txt; echo hunter2'}
  load: {depends: extract, command: 'test -e ../mended || { echo "no such table" >&2; exit 3; }'}
`;

let cluster: Cluster;
let collector: OtlpCollector;
let receiver: WebhookReceiver;

beforeAll(async () => {
  [cluster, collector, receiver] = await Promise.all([
    Cluster.start(),
    OtlpCollector.open(),
    WebhookReceiver.open(SECRET),
  ]);
  await cluster.write('dags/night.yaml', NIGHT.replaceAll('../', `${cluster.folder}/`));
  await cluster.write('secret', SECRET);
  await cluster.write(
    'dagtop.yaml',
    `telemetry: {otlp: "http://127.0.0.1:${collector.port}"}
public_url: https://dags.example.com
notify: [{url: "http://localhost:${receiver.port}/hook", secret_file: secret}]
`,
  );
  await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"]}]\n');
  await cluster.does('apply', 'dags', 'nodes.yaml');
  await cluster.agent('srv-1');
});

afterAll(async () => {
  await cluster.stop();
  await collector.close();
  await receiver.close();
});

describe('a process that serves', () => {
  it('tells of a run that fails, under the trace that its commands were given', async () => {
    const serving = cluster.background(...SERVE);
    await cluster.seen('the API of');
    const run = await cluster.trigger('night');
    await vi.waitFor(() => expect(receiver.types).toEqual(['run.failed']), PATIENTLY);
    const [message] = receiver.messages;
    expect(message?.body.data).toMatchObject({
      run,
      url: `https://dags.example.com/runs/${run}`,
      failedNodes: [{ node: 'load', exitCode: 3, tail: 'no such table' }],
    });
    await vi.waitFor(() => expect(collector.spans).toHaveLength(3), PATIENTLY);
    const [extract] = collector.named('night/extract');
    expect(await cluster.lines('traces.txt')).toEqual([`00-${extract?.traceId}-${extract?.spanId}-01`]);
    expect(collector.named('night/load')[0]?.links).toMatchObject([{ spanId: extract?.spanId }]);
    expect(collector.bodies.join('')).not.toContain('hunter2');

    const ended = once(serving, 'exit');
    serving.kill('SIGKILL');
    await ended;
  });

  it('that was killed tells at its next start what happened meanwhile, and nothing twice', async () => {
    await cluster.write('mended', '');
    const run = await cluster.trigger('night');
    await cluster.until(run, 'its end', ({ state }) => state === 'succeeded');
    cluster.background(...SERVE);
    await vi.waitFor(() => expect(receiver.types).toEqual(['run.failed', 'run.recovered']), PATIENTLY);
    await vi.waitFor(
      () =>
        expect(
          collector.spans.filter(({ attributes }) => attributesOf(attributes)['dagtop.run'] === run),
        ).toHaveLength(3),
      PATIENTLY,
    );
    expect(receiver.forged).toEqual([]);
    const traces = await cluster.lines('traces.txt');
    for (const { traceId, spanId } of collector.named('night/extract'))
      expect(traces).toContain(`00-${traceId}-${spanId}-01`);
  });
});

describe('dagtop notify test', () => {
  it('says of each target whether it takes messages', async () => {
    expect(await cluster.dagtop('notify', 'test')).toEqual({
      code: 0,
      stdout: `✓ localhost:${receiver.port} took the message\n`,
      stderr: '',
    });
    expect(receiver.types.at(-1)).toBe('test');
    receiver.answers.push(403);
    expect(await cluster.dagtop('notify', 'test')).toMatchObject({
      code: 1,
      stdout: `✗ localhost:${receiver.port}: it answers 403\n`,
    });
  });
});
