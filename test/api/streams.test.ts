import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EventId } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import type { LogEvent } from '../../src/model/event.ts';
import { ApiStage } from '../support/api-stage.ts';
import { TestEventSource } from '../support/event-source.ts';
import { DIAMOND, Story, dagOf } from '../support/story.ts';

let stage: ApiStage;
const sources: TestEventSource[] = [];
afterEach(async () => {
  for (const source of sources.splice(0)) source.close();
  await stage.close();
});

const told = (): Story =>
  new Story()
    .apply(DIAMOND)
    .apply(dagOf('other', { x: [] }))
    .trigger('diamond', 'r1');

async function follow(query = '', headers: Record<string, string> = {}): Promise<TestEventSource> {
  const url = stage.app.server.listening ? addressOf() : await stage.listen();
  const { status, source } = await TestEventSource.open(`${url}/api/v1/events${query}`, {
    authorization: `Bearer ${stage.tokens.viewer}`,
    ...headers,
  });
  expect(status).toBe(200);
  sources.push(source);
  return source;
}

function addressOf(): string {
  const address = stage.app.server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}

const kinds = (source: TestEventSource): string[] =>
  source.events.map(({ event, data }) => (event === 'event' ? (data as { type: string }).type : event));
const until = (holds: () => boolean): Promise<unknown> =>
  vi.waitUntil(holds, { timeout: 60_000, interval: 5 });

describe('the stream of events', () => {
  it('begins with what comes from now on, and an id to come back with', async () => {
    stage = await ApiStage.open(told());
    const source = await follow();
    await until(() => source.lastId !== '');
    expect(source.lastId).toBe(String(stage.backing.replica.position));
    await stage.post('/api/v1/runs/r1/pause');
    await until(() => source.events.length === 1);
    expect(source.events[0]).toMatchObject({
      event: 'event',
      id: String(stage.backing.replica.position),
      data: { type: 'run.paused', run: 'r1', dag: 'diamond', by: 'api:admin@127.0.0.1' },
    });
  });

  it('goes on where it was, without a gap and without a second copy', async () => {
    stage = await ApiStage.open(told());
    const first = await follow();
    await until(() => first.lastId !== '');
    await stage.post('/api/v1/runs/r1/pause');
    await until(() => first.events.length === 1);
    first.close();
    await stage.post('/api/v1/runs/r1/resume');
    await stage.post('/api/v1/runs/r1/pause');
    const second = await follow('', { 'last-event-id': first.lastId });
    await until(() => second.events.length === 2);
    await stage.post('/api/v1/runs/r1/cancel');
    await until(() => second.events.length === 3);
    expect(kinds(second)).toEqual(['run.resumed', 'run.paused', 'run.canceled']);
  });

  it('gives all of a record the same id, at its end: who breaks off within gets it again', async () => {
    const story = told();
    const before = story.seen.length;
    story.trigger('diamond', 'r2').steer('run.paused', 'r2').steer('run.resumed', 'r2');
    stage = await ApiStage.open(told());
    const source = await follow();
    await until(() => source.lastId !== '');
    await stage.backing.writer.append(story.seen.slice(before).map(({ event }) => event));
    await until(() => source.events.length === 3);
    const ids = source.events.map(({ id }) => id);
    const positions = source.events.map(({ data }) => (data as { position: number }).position);
    for (const [at, id] of ids.entries())
      expect(id).toBe(positions[at + 1] === positions[at] ? undefined : String(positions[at]));
  });

  it('is of a run, a dag, or some types alone', async () => {
    stage = await ApiStage.open(told().trigger('other', 'r2'));
    const ofRun = await follow('?run=r1');
    const ofDag = await follow('?dag=other');
    const ofType = await follow('?types=run.canceled,run.finished');
    await until(() => [ofRun, ofDag, ofType].every(({ lastId }) => lastId !== ''));
    await stage.post('/api/v1/runs/r1/pause');
    await stage.post('/api/v1/runs/r2/pause');
    await stage.post('/api/v1/runs/r2/cancel');
    await until(() => ofType.events.length === 1 && ofDag.events.length === 2 && ofRun.events.length === 1);
    expect(kinds(ofRun)).toEqual(['run.paused']);
    expect(kinds(ofDag)).toEqual(['run.paused', 'run.canceled']);
    expect(kinds(ofType)).toEqual(['run.canceled']);
  });

  it('tells of a gap when it cannot go back so far, or there was never so much', async () => {
    stage = await ApiStage.open(told());
    const ahead = await follow('', { 'last-event-id': '999999' });
    await until(() => ahead.events.length === 1);
    expect(ahead.events[0]).toMatchObject({ event: 'gap', data: { to: stage.backing.replica.position } });
    expect(ahead.lastId).toBe(String(stage.backing.replica.position));
    for (const id of ['x', '-1', '1e3', '99999999999999999999'])
      expect((await stage.get('/api/v1/events', { headers: { 'last-event-id': id } })).status, id).toBe(400);
  });

  it('carries no definition, no parameter and no output', async () => {
    const story = told()
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1')
      .start('r1', 'A', 'srv-1');
    const before = story.seen.length;
    story.finish('r1', 'A', { is: 'succeeded', output: 'the-output' }, 'the-tail');
    story.apply({ ...DIAMOND, env: { WORD: 'the-word' } }, 'v2');
    stage = await ApiStage.open(told());
    const source = await follow('', { 'last-event-id': '0' });
    await stage.backing.writer.append(story.seen.slice(0, before).map(({ event }) => event));
    await stage.backing.writer.append(story.seen.slice(before).map(({ event }) => event));
    await until(() => kinds(source).filter((kind) => kind === 'dag.applied').length >= 3);
    expect(JSON.stringify(source.events)).not.toMatch(/the-(output|tail|word)/);
  });

  it('to a reader who takes nothing holds nothing back: it gets a gap, and then what is new', async () => {
    stage = await ApiStage.open(told());
    const sockets: Socket[] = [];
    stage.app.server.on('connection', (socket: Socket) => sockets.push(socket));
    const slow = await follow();
    const quick = await follow();
    await until(() => slow.lastId !== '' && quick.lastId !== '');
    slow.pause();
    const many = 8 * limits.apiEventsKept;
    for (let sent = 0; sent < many; sent += 1_000) {
      await stage.backing.writer.append(Array.from({ length: 1_000 }, (_, at) => pauseEvent(sent + at)));
    }
    await until(() => quick.events.length >= many);
    expect(kinds(quick)).not.toContain('gap');
    expect(sockets).toHaveLength(2);
    expect(Math.max(...sockets.map((socket) => socket.writableLength))).toBeLessThan(1024 * 1024);
    slow.resume();
    await until(() => kinds(slow).includes('gap') && slow.lastId === String(stage.backing.replica.position));
    const gaps = slow.events.flatMap(({ event, data }) =>
      event === 'gap' ? [data as { from: number; to: number }] : [],
    );
    const positions = slow.events.flatMap(({ event, data }) =>
      event === 'event' ? [(data as { position: number }).position] : [],
    );
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    for (const { from, to } of gaps) expect(positions.filter((at) => at > from && at <= to)).toEqual([]);
  }, 120_000);
});

describe('streams', () => {
  it('are bounded for each caller, and one that ends makes room', async () => {
    stage = await ApiStage.open(told());
    for (let at = 0; at < limits.apiStreamsPerCallerMax; at += 1) await follow();
    const refused = await stage.get('/api/v1/events', { as: 'viewer' });
    expect(refused.body).toMatchObject({ status: 429, code: 'too_many_streams' });
    sources.pop()?.close();
    await vi.waitFor(async () => expect((await follow()).isOver).toBe(false), { timeout: 10_000 });
  });

  it('are in the log of requests once they have ended, each once', async () => {
    stage = await ApiStage.open(told());
    const source = await follow();
    expect(stage.accesses).toEqual([]);
    source.close();
    await until(() => stage.accesses.length > 0);
    expect(stage.accesses).toEqual([
      expect.objectContaining({ path: '/api/v1/events', status: 200, by: 'viewer' }),
    ]);
  });

  it('end when the server does', async () => {
    stage = await ApiStage.open(told());
    const source = await follow();
    await stage.app.close();
    await until(() => source.isOver);
  });

  it('end when the token is not good any more', async () => {
    stage = await ApiStage.open(told(), { backing: { heartbeatMs: 50 } });
    const source = await follow();
    await until(() => source.lastId !== '');
    stage.revoked.add('viewer');
    await until(() => source.isOver);
  });
});

describe('what happened in a run', () => {
  it('is told in pages, each event once', async () => {
    const story = told()
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1');
    for (const node of ['A', 'B', 'C', 'D', 'E'])
      story.succeed('r1', node, 'srv-1').trigger('diamond', `x${node}`);
    stage = await ApiStage.open(story);
    const seen: string[] = [];
    let after: number | undefined;
    do {
      const query: string = after === undefined ? '' : `&after=${after}`;
      const { body } = await stage.get(`/api/v1/runs/r1/events?limit=2${query}`);
      const page = body as { items: { text: string }[]; nextAfter?: number };
      seen.push(...page.items.map(({ text }) => text));
      after = page.nextAfter;
    } while (after !== undefined);
    const expected = story.seen.filter(({ event }) => 'run' in event && event.run === 'r1');
    expect(seen).toHaveLength(expected.length);
    expect(seen[0]).toBe('diamond r1 triggered by op:ann@desk');
    expect(seen.at(-1)).toBe('diamond r1 E#1 succeeded on srv-1');
  });

  it('is read from the log where it is longer ago than the tape reaches', async () => {
    stage = await ApiStage.open(told());
    for (let sent = 0; sent < 3 * limits.apiEventsKept; sent += 1_000)
      await stage.backing.writer.append(
        Array.from({ length: 1_000 }, (_, at) => pauseEvent(sent + at, 'other')),
      );
    await stage.until(() => stage.backing.tape.placeAfter(1) === undefined);
    const { body } = await stage.get('/api/v1/runs/r1/events');
    expect((body as { items: { type: string }[] }).items.map(({ type }) => type)).toEqual(['run.triggered']);
  }, 120_000);
});

function pauseEvent(at: number, run = 'r1'): LogEvent {
  return {
    type: at % 2 === 0 ? 'run.paused' : 'run.resumed',
    id: `pause-${run}-${at}` as EventId,
    atMs: at,
    by: 'test',
    dag: DIAMOND.name,
    run: run as never,
  };
}
