import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Broker } from '../../src/broker/port/port.ts';
import type { DagHash, RunId } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import { ApiStage } from '../support/api-stage.ts';
import { DIAMOND, Story, dagOf } from '../support/story.ts';

const PARAMS = {
  ...dagOf('report', { read: [], write: ['read'] }),
  params: { top: 3, title: 'all', dry: false, any: null, API_KEY: 'k-1' },
};

let stage: ApiStage;
afterEach(() => stage.close());

describe('a trigger', () => {
  beforeEach(async () => {
    stage = await ApiStage.open(
      new Story()
        .apply(DIAMOND)
        .apply(PARAMS)
        .place({ 'srv-1': ['*'] }),
    );
  });

  it('is in the log, signed, when it is answered', async () => {
    const { status, body, headers } = await stage.post(
      '/api/v1/runs',
      { dag: 'diamond' },
      { as: 'operator' },
    );
    expect(status).toBe(202);
    const { run } = body as { run: RunId };
    expect(headers.location).toBe(`/api/v1/runs/${run}`);
    expect(stage.backing.replica.state.runs.get(run)).toMatchObject({
      dag: 'diamond',
      by: 'api:operator@127.0.0.1',
    });
    expect((await stage.get(String(headers.location))).body).toMatchObject({
      run,
      state: 'running',
      total: 5,
    });
  });

  it('sets the parameters that the dag declares, each of its type', async () => {
    const params = { top: '7', title: 'some', dry: 'true', any: 1 };
    const { body } = await stage.post('/api/v1/runs', { dag: 'report', params });
    const run = stage.backing.replica.state.runs.get((body as { run: RunId }).run);
    expect(run?.params).toEqual({ top: 7, title: 'some', dry: true, any: 1, API_KEY: 'k-1' });
  });

  it('is refused with all that does not fit', async () => {
    const params = { top: 'many', dry: 1, title: 2, color: 'red' };
    const { status, body } = await stage.post('/api/v1/runs', { dag: 'report', params });
    expect(status).toBe(422);
    expect((body as { errors: unknown[] }).errors).toEqual([
      { at: 'body/params/top', message: "top is a number, and 'many' is none" },
      { at: 'body/params/dry', message: "dry is true or false, not '1'" },
      { at: 'body/params/title', message: 'title is a text, not 2' },
      { at: 'body/params/color', message: 'report declares no such parameter' },
    ]);
    expect(stage.backing.replica.state.runs.size).toBe(0);
  });

  it('of a dag or a node that is not there says which there are', async () => {
    expect((await stage.post('/api/v1/runs', { dag: 'dimond' })).body).toMatchObject({
      status: 404,
      code: 'no_such_dag',
      hint: 'there are diamond, report',
    });
    expect((await stage.post('/api/v1/runs', { dag: 'report', from: 'reed' })).body).toMatchObject({
      status: 404,
      code: 'no_such_node',
    });
  });

  it('at a node has that and what comes after it', async () => {
    const { body } = await stage.post('/api/v1/runs', { dag: 'diamond', from: ['D'] });
    const { body: detail } = await stage.get(`/api/v1/runs/${(body as { run: string }).run}`);
    expect(detail).toMatchObject({ from: ['D'] });
    const states = (detail as { nodes: { node: string; state: string }[] }).nodes.map(({ state }) => state);
    expect(states).toEqual(['skipped', 'skipped', 'skipped', 'waiting', 'waiting']);
  });

  it('keeps the trace that it belongs to, and minds no broken one', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const traced = await stage.post('/api/v1/runs', { dag: 'diamond' }, { headers: { traceparent } });
    const broken = await stage.post('/api/v1/runs', { dag: 'diamond' }, { headers: { traceparent: 'x' } });
    const runs = stage.backing.replica.state.runs;
    expect(runs.get((traced.body as { run: RunId }).run)?.traceparent).toBe(traceparent);
    expect(runs.get((broken.body as { run: RunId }).run)?.traceparent).toBeUndefined();
  });

  it('shows no secret to those who look', async () => {
    const { body } = await stage.post('/api/v1/runs', { dag: 'report', params: { API_KEY: 'k-2' } });
    const run = (body as { run: string }).run;
    for (const path of [
      '/api/v1/runs',
      `/api/v1/runs/${run}`,
      '/api/v1/dags',
      '/api/v1/dags/report',
      `/api/v1/runs/${run}/events`,
    ]) {
      const { text } = await stage.get(path, { as: 'viewer' });
      expect(text, path).not.toMatch(/k-[12]/);
    }
    expect((await stage.get(`/api/v1/runs/${run}`)).body).toMatchObject({ params: { API_KEY: '***' } });
  });
});

describe('a trigger with a key', () => {
  beforeEach(async () => {
    stage = await ApiStage.open(new Story().apply(DIAMOND).apply(PARAMS));
  });
  const keyed = (key: string, body: object = { dag: 'diamond' }, as: 'operator' | 'admin' = 'operator') =>
    stage.post('/api/v1/runs', body, { as, headers: { 'idempotency-key': key } });

  it('is one run however often it comes, also at once', async () => {
    const answers = [await keyed('a'), ...(await Promise.all([keyed('a'), keyed('a'), keyed('a')]))];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(stage.backing.replica.state.runs.size).toBe(1);
  });

  it('at once, from several who have not seen each other, is one run too', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => keyed('b')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 202));
    expect(stage.backing.replica.state.runs.size).toBe(1);
  });

  it('is another run for another key, and for another token', async () => {
    await keyed('a');
    await keyed('b');
    await keyed('a', undefined, 'admin');
    expect(stage.backing.replica.state.runs.size).toBe(3);
  });

  it('is refused when it asks for something else the second time', async () => {
    await keyed('a', { dag: 'report', params: { top: 5 } });
    for (const other of [
      { dag: 'diamond' },
      { dag: 'report' },
      { dag: 'report', params: { top: 6 } },
      { dag: 'report', params: { top: 5 }, from: 'write' },
    ]) {
      const { status, body } = await keyed('a', other);
      expect([status, (body as { code: string }).code]).toEqual([422, 'key_reused']);
    }
    expect((await keyed('a', { dag: 'report', params: { top: '5' } })).status).toBe(202);
  });

  it('is the same run when the dag has another version by then', async () => {
    const first = await keyed('a');
    const again = { ...DIAMOND, description: 'changed' };
    await stage.backing.writer.append([
      { id: 'v2' as never, atMs: 1, by: 'test', type: 'dag.applied', hash: 'v2' as DagHash, dag: again },
    ]);
    await stage.until(() => stage.backing.replica.state.dags.get(DIAMOND.name) === 'v2');
    expect((await keyed('a')).text).toBe(first.text);
  });

  it.each(['', 'with blank', 'ä', 'x'.repeat(256)])('%j is no key', async (key) => {
    expect((await keyed(key)).status).toBe(400);
  });

  it('works for what steers a run too', async () => {
    const { body } = await stage.post('/api/v1/runs', { dag: 'diamond' });
    const path = `/api/v1/runs/${(body as { run: string }).run}/pause`;
    const headers = { 'idempotency-key': 'p' };
    expect((await stage.post(path, undefined, { headers })).body).toMatchObject({ state: 'paused' });
    expect((await stage.post(path, undefined, { headers })).status).toBe(202);
    expect((await stage.post(path)).status).toBe(409);
  });
});

describe('when the log does not take it', () => {
  const hanging = (broker: Broker): Broker => ({
    ...broker,
    log: {
      ...broker.log,
      identity: () => broker.log.identity(),
      head: () => broker.log.head(),
      tail: () => broker.log.tail(),
      trim: (through) => broker.log.trim(through),
      follow: (after, reader) => broker.log.follow(after, reader),
      append: () => new Promise(() => undefined),
    },
  });

  it('in time, the answer is 503, and when to try again', async () => {
    const timer = Promise.withResolvers<() => void>();
    stage = await ApiStage.open(new Story().apply(DIAMOND), {
      wrap: hanging,
      backing: {
        clock: {
          nowMs: () => Date.now(),
          after: (ms, task) => {
            expect(ms).toBe(limits.apiAppendMaxMs);
            timer.resolve(task);
            return { cancel: () => undefined };
          },
        },
      },
    });
    const asked = stage.post('/api/v1/runs', { dag: 'diamond' }, { headers: { 'idempotency-key': 'a' } });
    (await timer.promise)();
    const { status, body, headers } = await asked;
    expect([status, (body as { code: string }).code]).toEqual([503, 'not_durable']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it('because the link is down, nothing is done at all', async () => {
    stage = await ApiStage.open(new Story().apply(DIAMOND));
    stage.link = { up: false, reason: 'gone' };
    const { status, body } = await stage.post('/api/v1/runs', { dag: 'diamond' });
    expect([status, (body as { code: string }).code]).toEqual([503, 'broker_down']);
    expect((await stage.get('/readyz')).status).toBe(503);
    expect((await stage.get('/healthz')).status).toBe(200);
    expect((await stage.get('/api/v1/dags')).status).toBe(200);
    stage.link = { up: true };
    await stage.post('/api/v1/runs', { dag: 'diamond' });
    expect(stage.backing.replica.state.runs.size).toBe(1);
  });

  it('because it is too late for the run, the answer is 409 and why', async () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['*'] })
      .elect()
      .join('srv-1');
    story.trigger('diamond', 'r1').steer('run.canceled', 'r1').end('r1', 'canceled');
    stage = await ApiStage.open(story);
    const { status, body } = await stage.post('/api/v1/runs/r1/cancel');
    expect([status, (body as { code: string }).code]).toEqual([409, 'refused']);
    expect((body as { detail: string }).detail).not.toBe('');
  });
});

describe('the first design', () => {
  it('starts the only dag at a node, and shows the states of its nodes', async () => {
    stage = await ApiStage.open(new Story().apply(DIAMOND));
    expect((await stage.get('/dag/status')).body).toEqual({
      dag: 'diamond',
      nodes: { A: 'waiting', B: 'waiting', C: 'waiting', D: 'waiting', E: 'waiting' },
    });
    const { status, body } = await stage.post('/dag/start/D');
    expect(status).toBe(202);
    expect(body).toMatchObject({ dag: 'diamond', node: 'D' });
    expect((await stage.get('/dag/status')).body).toEqual({
      dag: 'diamond',
      run: (body as { run: string }).run,
      state: 'running',
      nodes: { A: 'skipped', B: 'skipped', C: 'skipped', D: 'waiting', E: 'waiting' },
    });
  });

  it('asks which dag where there are several', async () => {
    stage = await ApiStage.open(new Story().apply(DIAMOND).apply(PARAMS));
    expect((await stage.post('/dag/start/D')).body).toMatchObject({ status: 409, code: 'which_dag' });
    expect((await stage.post('/dag/start/D?dag=diamond')).status).toBe(202);
    expect((await stage.get('/dag/status?dag=report')).body).toMatchObject({ dag: 'report' });
    expect((await stage.get('/dag/status?dag=none')).status).toBe(404);
  });
});
