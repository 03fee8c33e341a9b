import { afterEach, describe, expect, it } from 'vitest';
import type { ApiHistory } from '../../src/api/history.ts';
import type { RunId } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import { ApiStage } from '../support/api-stage.ts';
import { DIAMOND, Story, dagOf, fanOf } from '../support/story.ts';

let stage: ApiStage;
afterEach(() => stage.close());

const told = (): Story =>
  new Story()
    .apply(DIAMOND)
    .place({ 'srv-1': ['*'] })
    .elect()
    .join('srv-1');

describe('a run', () => {
  it('is told with every attempt, its output and why it is where it is', async () => {
    const story = told().trigger('diamond', 'r1').start('r1', 'A', 'srv-1').later(1_000);
    story
      .finish('r1', 'A', { is: 'succeeded', output: { rows: 3 } })
      .fail('r1', 'B', 'srv-1', 'exit code 1', 'boom\n');
    stage = await ApiStage.open(story);
    const { body } = await stage.get('/api/v1/runs/r1');
    expect(body).toMatchObject({
      run: 'r1',
      state: 'running',
      total: 5,
      ended: 1,
      isComplete: true,
      source: 'live',
    });
    const nodes = (body as { nodes: { node: string }[] }).nodes;
    expect(nodes[0]).toMatchObject({
      node: 'A',
      state: 'succeeded',
      attempts: [{ attempt: 1, server: 'srv-1', outcome: 'succeeded', output: { rows: 3 }, outputBytes: 10 }],
    });
    expect(nodes[1]).toMatchObject({
      node: 'B',
      state: 'retrying',
      dueAt: expect.stringMatching(/^2026-11-24T12:00:0/),
      attempts: [{ outcome: 'failed', error: 'exit code 1', exitCode: 1, tail: 'boom\n' }],
    });
    expect(nodes[3]).toMatchObject({ node: 'D', state: 'waiting', reason: 'waits for B, C', attempts: [] });
  });

  it('brings no large output along; its node does', async () => {
    const output = 'x'.repeat(limits.apiInlineOutputMaxBytes);
    const story = told().trigger('diamond', 'r1').start('r1', 'A', 'srv-1');
    stage = await ApiStage.open(story.finish('r1', 'A', { is: 'succeeded', output }));
    const whole = await stage.get('/api/v1/runs/r1');
    expect(whole.text.length).toBeLessThan(limits.apiInlineOutputMaxBytes);
    expect(whole.text).toContain(`"outputBytes":${output.length + 2}`);
    expect((await stage.get('/api/v1/runs/r1/nodes/A')).body).toMatchObject({ attempts: [{ output }] });
  });

  it('is told in part to who knows it already: what happened, and what depends on that', async () => {
    stage = await ApiStage.open(told().trigger('diamond', 'r1'));
    const first = (await stage.get('/api/v1/runs/r1')).body as { position: number };
    const again = (await stage.get(`/api/v1/runs/r1?after=${first.position}`)).body;
    expect(again).toMatchObject({ isComplete: false, nodes: [] });
    const more = told().trigger('diamond', 'r1');
    const before = more.seen.length;
    more.succeed('r1', 'A', 'srv-1');
    await stage.backing.writer.append(more.seen.slice(before).map(({ event }) => event));
    await stage.until(
      () => stage.backing.replica.state.runs.get('r1' as RunId)?.nodes[0]?.status.is === 'succeeded',
    );
    const { body } = await stage.get(`/api/v1/runs/r1?after=${first.position}`);
    expect((body as { nodes: { node: string }[] }).nodes.map(({ node }) => node)).toEqual(['A', 'B', 'C']);
  });

  it('is told whole when all of it may have changed', async () => {
    stage = await ApiStage.open(told().trigger('diamond', 'r1'));
    const { position } = (await stage.get('/api/v1/runs/r1')).body as { position: number };
    await stage.post('/api/v1/runs/r1/pause');
    expect((await stage.get(`/api/v1/runs/r1?after=${position}`)).body).toMatchObject({
      isComplete: true,
      state: 'paused',
    });
  });

  it('of a thousand nodes that wait is told at once', async () => {
    const fan = fanOf('fan', 1_000);
    const story = new Story()
      .apply(fan)
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1', 1);
    story.trigger('fan', 'r1').succeed('r1', 'split', 'srv-1').start('r1', 'part-001', 'srv-1');
    stage = await ApiStage.open(story);
    const { body } = await stage.get('/api/v1/runs/r1');
    const reasons = (body as { nodes: { reason: string }[] }).nodes.map(({ reason }) => reason);
    expect(reasons[2]).toBe('srv-1 is full');
    expect(reasons[3]).toBe('srv-1 is full, 1 ahead');
    expect(reasons[900]).toMatch(/^waits with \d+ that could start$/);
    expect((await stage.get('/api/v1/runs/r1/nodes/part-900')).body).toMatchObject({
      reason: 'srv-1 is full, 898 ahead',
    });
  });

  it('that is not there is a problem that says so', async () => {
    stage = await ApiStage.open(told());
    expect((await stage.get('/api/v1/runs/none')).body).toMatchObject({ status: 404, code: 'no_such_run' });
    expect((await stage.get('/api/v1/runs/%2e%2e%2f')).status).toBe(404);
  });
});

describe('a retry', () => {
  it('of a node touches what depends on it; of the run all that failed by themselves', async () => {
    const flat = dagOf('flat', { a: [], b: [], c: ['a'] });
    const nodes = flat.nodes.map((node) => ({ ...node, retry: { ...node.retry, limit: 0 } }));
    const story = new Story()
      .apply({ ...flat, nodes })
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1');
    story.trigger('flat', 'r1').fail('r1', 'a', 'srv-1').fail('r1', 'b', 'srv-1').upstreamFailed('r1', 'c');
    stage = await ApiStage.open(story.end('r1', 'failed'));
    expect((await stage.post('/api/v1/runs/r1/nodes/c/retry')).status).toBe(409);
    expect((await stage.post('/api/v1/runs/r1/nodes/a/retry', {})).body).toEqual({
      run: 'r1',
      nodes: ['a', 'c'],
    });
    expect((await stage.post('/api/v1/runs/r1/retry')).body).toEqual({ run: 'r1', nodes: ['b'] });
    expect((await stage.post('/api/v1/runs/r1/retry')).status).toBe(409);
    expect((await stage.post('/api/v1/runs/r1/nodes/none/retry')).status).toBe(404);
  });

  it('with downstream runs what succeeded again', async () => {
    const story = told().trigger('diamond', 'r1');
    for (const node of ['A', 'B', 'C', 'D', 'E']) story.succeed('r1', node, 'srv-1');
    stage = await ApiStage.open(story.end('r1', 'succeeded'));
    expect((await stage.post('/api/v1/runs/r1/nodes/D/retry')).status).toBe(409);
    const { body } = await stage.post('/api/v1/runs/r1/nodes/D/retry', { downstream: true });
    expect(body).toEqual({ run: 'r1', nodes: ['D', 'E'] });
    expect((await stage.get('/api/v1/runs/r1')).body).toMatchObject({ state: 'running', ended: 3 });
  });
});

describe('the list of runs', () => {
  it('goes on where it ended, newest first, each run once, whatever is triggered meanwhile', async () => {
    const story = told();
    for (let at = 1; at <= 7; at += 1) story.later(at % 3 === 0 ? 0 : 1_000).trigger('diamond', `r${at}`);
    stage = await ApiStage.open(story);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query: string = cursor === undefined ? '' : `&cursor=${cursor}`;
      const { body } = await stage.get(`/api/v1/runs?limit=2${query}`);
      const page = body as { items: { run: string }[]; nextCursor?: string };
      seen.push(...page.items.map(({ run }) => run));
      cursor = page.nextCursor;
      await stage.post('/api/v1/runs', { dag: 'diamond' });
    } while (cursor !== undefined);
    expect(seen).toEqual(['r7', 'r6', 'r5', 'r4', 'r3', 'r2', 'r1']);
  });

  it('is filtered by dag, state, time and text', async () => {
    const story = told().apply(dagOf('other', { x: [] }));
    story
      .trigger('diamond', 'r1')
      .steer('run.paused', 'r1')
      .later(60_000)
      .trigger('other', 'r2', 'op:bob@desk');
    stage = await ApiStage.open(story);
    const runs = async (query: string): Promise<string[]> =>
      ((await stage.get(`/api/v1/runs?${query}`)).body as { items: { run: string }[] }).items.map(
        ({ run }) => run,
      );
    expect(await runs('dag=other')).toEqual(['r2']);
    expect(await runs('state=paused')).toEqual(['r1']);
    expect(await runs('since=2026-11-24T12:00:30Z')).toEqual(['r2']);
    expect(await runs('until=2026-11-24T12:00:30Z')).toEqual(['r1']);
    expect(await runs('search=BOB')).toEqual(['r2']);
    expect(await runs('search=&dag=none')).toEqual([]);
    for (const query of [
      'state=odd',
      'limit=0',
      'limit=1000',
      'limit=true',
      'limit=1.5',
      'limit=',
      'since=yesterday',
      'cursor=x',
      'since=1&since=2',
    ])
      expect((await stage.get(`/api/v1/runs?${query}`)).status, query).toBe(400);
  });
});

it('finds no run by a secret of it', async () => {
  const secret = { ...DIAMOND, params: { API_KEY: 'k-1', city: 'oslo' } };
  stage = await ApiStage.open(new Story().apply(secret).trigger('diamond', 'r1'));
  const found = async (search: string): Promise<number> =>
    ((await stage.get(`/api/v1/runs?search=${search}`)).body as { items: unknown[] }).items.length;
  expect(await found('city%3Doslo')).toBe(1);
  expect(await found('k-1')).toBe(0);
  expect(await found('api_key%3Dk')).toBe(0);
});

describe('the history', () => {
  const old = (): Story => {
    const story = told().trigger('diamond', 'old').steer('run.canceled', 'old');
    return story.end('old', 'canceled');
  };
  const historyOf = (story: Story, run: string): ApiHistory => ({
    runs: () => Promise.resolve({ items: [] }),
    run: (id: RunId) => Promise.resolve(id === run ? story.run(run) : undefined),
    events: () => Promise.resolve([]),
    audit: () => Promise.resolve({ items: [] }),
    stats: () => Promise.resolve({ dags: [], nodes: [], days: [], slowest: [] }),
    recorded: () => Promise.resolve(undefined),
  });

  it('has the runs that left memory, which nothing can be done to', async () => {
    stage = await ApiStage.open(told(), { backing: { history: historyOf(old(), 'old') } });
    expect((await stage.get('/api/v1/runs/old')).body).toMatchObject({
      source: 'history',
      state: 'canceled',
    });
    expect((await stage.get('/api/v1/dags/diamond/drawing?format=text&run=old')).text).toContain('canceled');
    expect((await stage.post('/api/v1/runs/old/cancel')).body).toMatchObject({ status: 409 });
    expect((await stage.get('/api/v1/stats')).status).toBe(200);
    expect((await stage.get('/api/v1/audit')).status).toBe(200);
  });

  it('may be down: what is in memory is served, the rest is 503', async () => {
    const down = (): Promise<never> => Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3:5432'));
    const history = { runs: down, run: down, events: down, audit: down, stats: down, recorded: down };
    stage = await ApiStage.open(told().trigger('diamond', 'r1'), { backing: { history } });
    expect((await stage.get('/api/v1/runs')).body).toMatchObject({ isPartial: true, items: [{ run: 'r1' }] });
    expect((await stage.get('/api/v1/runs/r1')).status).toBe(200);
    expect((await stage.get('/metrics')).status).toBe(200);
    const stats = await stage.get('/api/v1/stats');
    expect(stats.body).toMatchObject({ status: 503, code: 'history_down' });
    expect(stats.text).not.toContain('10.1.2.3');
  });

  it('may not be there: then the answer says how to have one', async () => {
    stage = await ApiStage.open(told());
    for (const path of ['/api/v1/stats', '/api/v1/audit']) {
      const { status, body } = await stage.get(path);
      expect([status, (body as { code: string }).code]).toEqual([503, 'no_history']);
    }
  });
});
