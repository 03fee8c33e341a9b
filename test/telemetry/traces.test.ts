import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findStartable } from '../../src/agent/startable.ts';
import type { Incarnation, NodeName, RunId } from '../../src/model/ids.ts';
import { attemptSpanId, traceOf } from '../../src/model/trace.ts';
import { DEFAULT_TELEMETRY_SETTINGS } from '../../src/telemetry/telemetry.ts';
import { openOtlp, otlpEndpoint } from '../../src/telemetry/trace/otlp.ts';
import type { SpanSink } from '../../src/telemetry/trace/otlp.ts';
import { attributesOf, msOf, OtlpCollector } from '../support/otlp-collector.ts';
import { DIAMOND, NOON_MS, Story } from '../support/story.ts';
import { TelemetryStage } from '../support/telemetry-stage.ts';
import type { Watcher } from '../support/telemetry-stage.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const PATIENTLY = { timeout: 20_000 };
const CALLER = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

let collector: OtlpCollector;
let stage: TelemetryStage;
let story: Story;
const watchers: Watcher[] = [];

beforeEach(async () => {
  collector = await OtlpCollector.open();
  story = new Story().apply(DIAMOND).elect().join('srv-1').join('srv-2');
  stage = new TelemetryStage(story);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const { telemetry } of watchers.splice(0)) await telemetry.stop(2_000);
  await collector.close();
  stage.end();
});

async function watch(sink?: SpanSink, spans = {}): Promise<Watcher> {
  const { spans: defaults, notices } = DEFAULT_TELEMETRY_SETTINGS;
  const watcher = await stage.watch({
    traces: { name: 'traces', sink: sink ?? (await openOtlp(collector.endpoint, '1.2.3')) },
    settings: {
      spans: { ...defaults, gatherMs: 5, retryMs: 5, retryMaxMs: 20, ...spans },
      notices,
      noticeTimeoutMs: 200,
      roundMs: 10,
    },
  });
  watchers.push(watcher);
  return watcher;
}

const arrived = (count: number): Promise<void> =>
  vi.waitFor(() => expect(collector.spans).toHaveLength(count), PATIENTLY);

function idsOf(run: string, node: string, attempt: number) {
  const trace = traceOf(story.run(run), sha256);
  const key = { run: run as RunId, node: node as NodeName, attempt };
  return { traceId: trace.traceId, root: trace.spanId, spanId: attemptSpanId(trace.traceId, key, sha256) };
}

describe('a run as a trace', () => {
  it('has a root span, and below it a span for each attempt, with its times, its outcome and what it waited for', async () => {
    const { read } = await watch();
    story.trigger('diamond', 'r1').later(100).succeed('r1', 'A', 'srv-1');
    story.start('r1', 'B', 'srv-1').later(250);
    story.finish('r1', 'B', { is: 'failed', error: 'exit code 3: token=hunter2', exitCode: 3 }, 'hunter2');
    story.later(1_000).succeed('r1', 'B', 'srv-2').succeed('r1', 'C', 'srv-1');
    story.succeed('r1', 'D', 'srv-1').succeed('r1', 'E', 'srv-1').end('r1', 'succeeded');
    read();
    await arrived(7);

    const [root] = collector.named('diamond');
    const { traceId, root: rootId } = idsOf('r1', 'A', 1);
    expect(root).toMatchObject({ traceId, spanId: rootId, status: { code: 0 }, links: [] });
    expect(root?.parentSpanId ?? '').toBe('');
    expect(msOf(root?.startTimeUnixNano ?? '0')).toBe(NOON_MS);
    expect(msOf(root?.endTimeUnixNano ?? '0')).toBe(story.nowMs);
    expect(attributesOf(root?.attributes ?? [])).toEqual({
      'dagtop.dag': 'diamond',
      'dagtop.run': 'r1',
      'dagtop.hash': 'hash-diamond',
      'dagtop.nodes': 5,
      'dagtop.outcome': 'succeeded',
    });

    const [failed, again] = collector.named('diamond/B');
    expect(failed).toMatchObject({ traceId, parentSpanId: rootId, spanId: idsOf('r1', 'B', 1).spanId });
    expect(msOf(failed?.endTimeUnixNano ?? '0') - msOf(failed?.startTimeUnixNano ?? '0')).toBe(250);
    expect(failed?.status).toEqual({ code: 2, message: 'exit code 3' });
    expect(attributesOf(failed?.attributes ?? [])).toEqual({
      'dagtop.dag': 'diamond',
      'dagtop.run': 'r1',
      'dagtop.node': 'B',
      'dagtop.attempt': 1,
      'dagtop.server': 'srv-1',
      'dagtop.epoch': 1,
      'dagtop.outcome': 'failed',
      'process.exit.code': 3,
      'error.type': 'failed',
    });
    expect(failed?.events.map(({ name }) => name)).toEqual(['dispatched', 'retry']);
    expect(attributesOf(failed?.events[1]?.attributes ?? [])['dagtop.retry.delay_ms']).toBeGreaterThan(0);
    expect(again).toMatchObject({ spanId: idsOf('r1', 'B', 2).spanId, status: { code: 0 } });

    const [joined] = collector.named('diamond/D');
    expect(joined?.links.map(({ spanId }) => spanId)).toEqual([
      idsOf('r1', 'B', 2).spanId,
      idsOf('r1', 'C', 1).spanId,
    ]);
    expect(collector.bodies.join('')).not.toContain('hunter2');
  });

  it('gives each command the id of the span that will tell of it', async () => {
    const { read, replica } = await watch();
    story.trigger('diamond', 'r1').dispatch('r1', 'A', 'srv-1');
    read();
    const key = { run: 'r1' as RunId, node: 'A' as NodeName, attempt: 1 };
    const [startable] = findStartable(replica.state, 'srv-1/1' as Incarnation, [key]);
    story.begin('r1', 'A').later(5).finish('r1', 'A', { is: 'succeeded' });
    read();
    await arrived(1);
    const { traceId, spanId } = collector.spans[0] ?? {};
    expect(startable?.job?.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  });

  it('belongs to the trace of whoever triggered it, and is not exported where that one is not', async () => {
    const { read } = await watch();
    story.trigger('diamond', 'r1', 'op:ann@desk', [], `00-${CALLER.traceId}-${CALLER.spanId}-01`);
    story.trigger('diamond', 'r2', 'op:ann@desk', [], `00-${CALLER.traceId}-${CALLER.spanId}-00`);
    for (const run of ['r2', 'r1']) story.steer('run.canceled', run).end(run, 'canceled');
    read();
    await arrived(1);
    expect(collector.spans[0]).toMatchObject({ traceId: CALLER.traceId, parentSpanId: CALLER.spanId });
    expect(attributesOf(collector.spans[0]?.attributes ?? [])).toMatchObject({ 'dagtop.run': 'r1' });
  });

  it('tells attempts that end without a word of their own: lost with their agent, canceled in the queue', async () => {
    const { read } = await watch();
    story.trigger('diamond', 'r1').start('r1', 'A', 'srv-1').later(50).lose('srv-1');
    story.trigger('diamond', 'r2').dispatch('r2', 'A', 'srv-2').later(50).steer('run.canceled', 'r2');
    read();
    await arrived(2);
    expect(collector.spans.map(({ attributes }) => attributesOf(attributes)['dagtop.outcome'])).toEqual([
      'lost',
      'canceled',
    ]);
    expect(collector.spans.map(({ status }) => status.code)).toEqual([2, 0]);
  });

  it('that is opened again by a retry gets a span for that time, and the first stays what it was', async () => {
    const { read } = await watch();
    story.trigger('diamond', 'r1').fail('r1', 'A', 'srv-1');
    for (let tries = 0; tries < 3; tries += 1) story.later(600_000).fail('r1', 'A', 'srv-1');
    for (const node of ['B', 'C', 'D', 'E']) story.upstreamFailed('r1', node);
    story.end('r1', 'failed');
    const failedMs = story.nowMs;
    const retriedMs = story.later(60_000).retry('r1', 'A', true).nowMs;
    for (const node of ['A', 'B', 'C', 'D', 'E']) story.succeed('r1', node, 'srv-2');
    story.end('r1', 'succeeded');
    read();
    await arrived(4 + 5 + 2);
    const [first] = collector.named('diamond');
    const [again] = collector.named('diamond (again)');
    expect(first?.status).toEqual({ code: 2, message: 'failed: A' });
    expect(msOf(first?.endTimeUnixNano ?? '0')).toBe(failedMs);
    expect(again).toMatchObject({
      traceId: first?.traceId,
      parentSpanId: first?.spanId,
      status: { code: 0 },
    });
    expect(msOf(again?.startTimeUnixNano ?? '0')).toBe(retriedMs);
    expect(again?.events.map(({ name }) => name)).toEqual(['retried']);
  });
});

describe('the exporter', () => {
  it('goes on after a restart where it was, with the same ids, and takes no notice of what was before the first start', async () => {
    story.trigger('diamond', 'before').steer('run.canceled', 'before').end('before', 'canceled');
    const first = await watch();
    story.trigger('diamond', 'r1').succeed('r1', 'A', 'srv-1').start('r1', 'B', 'srv-1');
    first.read();
    await arrived(1);
    await watchers.pop()?.telemetry.stop(2_000);
    story.later(5).finish('r1', 'B', { is: 'succeeded' });

    await watch();
    await arrived(2);
    expect(collector.spans.map(({ spanId }) => spanId)).toEqual([
      idsOf('r1', 'A', 1).spanId,
      idsOf('r1', 'B', 1).spanId,
    ]);
  });

  it.each([
    [503, 'the collector is busy or in trouble'],
    [401, 'the collector answers 401'],
  ])('sends again what the collector answered with %i', async (status, why) => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '300');
    collector.answers = status;
    const watcher = await watch();
    story.trigger('diamond', 'r1').succeed('r1', 'A', 'srv-1');
    watcher.read();
    await vi.waitFor(
      () => expect(watcher.notices).toEqual([`traces: ${why}; tried again until it works`]),
      PATIENTLY,
    );
    collector.answers = 200;
    await arrived(1);
    expect(watcher.telemetry.dropped).toBe(0);
  });

  it('keeps spans while the collector is away, and sends them when it is back', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '300');
    const { port } = collector;
    const watcher = await watch();
    await collector.close();
    story.trigger('diamond', 'r1').succeed('r1', 'A', 'srv-1');
    watcher.read();
    await vi.waitFor(() => expect(watcher.notices.join()).toContain('ECONNREFUSED'), PATIENTLY);
    collector = await OtlpCollector.open(port);
    await arrived(1);
    await vi.waitFor(() => expect(watcher.notices.at(-1)).toBe('traces: works again'), PATIENTLY);
    expect(watcher.telemetry.dropped).toBe(0);
  });

  it('gives up the oldest spans when too many wait, and says how many', async () => {
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const sent: string[] = [];
    const watcher = await watch(
      {
        send: async (spans) => {
          await held;
          sent.push(...spans.map(({ name }) => name));
          return { is: 'done' };
        },
        close: () => Promise.resolve(),
      },
      { backlogMax: 3, batchMax: 2 },
    );
    story.trigger('diamond', 'r1');
    for (const node of ['A', 'B', 'C', 'D', 'E']) story.succeed('r1', node, 'srv-1');
    watcher.read();
    expect(watcher.telemetry.dropped).toBe(2);
    expect(watcher.notices).toEqual(['traces: 1 given up, 1 so far: the backlog is full']);
    release?.();
    await vi.waitFor(() => expect(sent).toEqual(['diamond/C', 'diamond/D', 'diamond/E']), PATIENTLY);
    await watchers.pop()?.telemetry.stop(2_000);
    expect(watcher.notices.at(-1)).toBe('traces: 1 more were given up');
  });

  it('gives up what the collector will never take', async () => {
    collector.answers = 400;
    const watcher = await watch();
    story.trigger('diamond', 'r1').succeed('r1', 'A', 'srv-1');
    watcher.read();
    await vi.waitFor(() => expect(watcher.telemetry.dropped).toBe(1), PATIENTLY);
    expect(watcher.notices).toEqual(['traces: 1 given up, 1 so far: the collector answers 400']);
  });

  it('is one of several processes; another takes over when it ends', async () => {
    const first = await watch();
    const second = await watch();
    story.trigger('diamond', 'r1').succeed('r1', 'A', 'srv-1');
    for (const { read } of [first, second]) read();
    await arrived(1);
    await watchers.shift()?.telemetry.stop(2_000);
    story.succeed('r1', 'B', 'srv-1');
    second.read();
    await arrived(2);
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(2);
  });

  it('sends headers, service name and resource attributes as the environment says', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-api-key=abc');
    vi.stubEnv('OTEL_SERVICE_NAME', 'night-shift');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment=test');
    const { read } = await watch();
    story.trigger('diamond', 'r1').succeed('r1', 'A', 'srv-1');
    read();
    await arrived(1);
    expect(collector.headers[0]).toMatchObject({ 'x-api-key': 'abc', 'content-type': 'application/json' });
    expect(collector.resource).toMatchObject({
      'service.name': 'night-shift',
      'service.version': '1.2.3',
      'deployment.environment': 'test',
    });
  });
});

describe('the endpoint', () => {
  it.each([
    [{}, undefined, undefined],
    [{}, 'http://c:4318/', 'http://c:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e:4318' }, 'http://c:4318', 'http://e:4318/v1/traces'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' },
      undefined,
      'http://t/x',
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined, undefined],
    [{ OTEL_SDK_DISABLED: 'true' }, 'http://c:4318', undefined],
    [{ OTEL_TRACES_EXPORTER: 'none' }, 'http://c:4318', undefined],
  ])('by %j and the file’s %s is %s', (env, configured, endpoint) => {
    expect(otlpEndpoint(env, configured)).toBe(endpoint);
  });
});
