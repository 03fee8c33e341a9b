import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, Client } from '../../src/client/client.ts';
import { ApiStage } from '../support/api-stage.ts';
import { DIAMOND, Story } from '../support/story.ts';

let stage: ApiStage;
let url: string;
beforeAll(async () => {
  stage = await ApiStage.open(new Story().apply(DIAMOND).place({ 'srv-1': ['*'] }));
  url = await stage.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => stage.close());

function client(token: string): Client {
  return new Client({ url, token });
}

describe('the client', () => {
  it('triggers and reads a run by the names of the contract', async () => {
    const { run } = await client(stage.tokens.operator).call('triggerRun', { body: { dag: 'diamond' } });
    const detail = await client(stage.tokens.viewer).call('getRun', { params: { run } });
    expect([detail.dag, detail.state, detail.nodes.length]).toEqual(['diamond', 'running', 5]);
  });

  it('makes one run of one wish, however often it is sent', async () => {
    const operator = client(stage.tokens.operator);
    const ask = () =>
      operator.call('triggerRun', { body: { dag: 'diamond' } }, { idempotencyKey: 'the-same-wish' });
    const [first, second] = [await ask(), await ask()];
    expect(second.run).toBe(first.run);
  });

  it('throws what the API refuses, with its code and its hint', async () => {
    const refused = await client('nonsense')
      .call('listRuns')
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      status: 401,
      code: 'unauthorized',
      hint: expect.stringContaining('token'),
    });
    const weak = client(stage.tokens.viewer).call('triggerRun', { body: { dag: 'diamond' } });
    await expect(weak).rejects.toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('keeps names out of the path that they are put into', async () => {
    const odd = client(stage.tokens.viewer).call('getRun', { params: { run: '../dags?x=#' } });
    await expect(odd).rejects.toMatchObject({ status: 404 });
  });

  it('follows events, and comes back to where it was', async () => {
    const viewer = client(stage.tokens.viewer);
    const trigger = () => client(stage.tokens.operator).call('triggerRun', { body: { dag: 'diamond' } });
    const next = async (after: string | undefined) => {
      const end = new AbortController();
      let isAsked = after !== undefined;
      for await (const heard of viewer.events({ types: 'run.triggered' }, { after, signal: end.signal })) {
        if (heard.is === 'alive' && !isAsked) {
          isAsked = true;
          await trigger();
        }
        if (heard.is === 'event') return heard;
      }
      throw new Error('the stream ended');
    };
    const first = await next(undefined);
    const { run } = await trigger();
    const second = await next(first.id);
    expect(second.event.run).toBe(run);
  });
});
