import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../../src/client/client.ts';
import { followRun } from '../../src/client/follow-run.ts';
import type { EventId } from '../../src/model/ids.ts';
import { ApiStage } from '../support/api-stage.ts';
import { DIAMOND, Story } from '../support/story.ts';

/** Run r1 stands at its beginning. */
function begun(): Story {
  return new Story()
    .apply(DIAMOND)
    .place({ 'srv-1': ['*'] })
    .elect()
    .join('srv-1')
    .trigger('diamond', 'r1');
}

let stage: ApiStage;
let url: string;
let story: Story;
let end: AbortController;
/** Addresses that were asked, in order. */
let asked: string[];

beforeEach(async () => {
  story = begun();
  stage = await ApiStage.open(story);
  url = await stage.listen();
  end = new AbortController();
  asked = [];
});
afterEach(async () => {
  end.abort();
  await stage.close();
});

/** What the story tells from now on, as one record of the log. */
async function happens(tell: (story: Story) => unknown): Promise<void> {
  const before = story.seen.length;
  tell(story);
  await stage.backing.writer.append(story.seen.slice(before).map(({ event }) => event));
  const last = story.seen.at(-1)?.event.id;
  await stage.until(() => stage.backing.tape.from(0, Infinity).events.at(-1)?.event.id === last);
}

/** `through`: what becomes of the answer with a stream of events. */
function clientOf(through: (answer: Response) => Response | Promise<Response> = (answer) => answer): Client {
  return new Client({
    url,
    token: stage.tokens.viewer,
    fetch: async (...request) => {
      const { pathname } = new URL(String(request[0]));
      asked.push(pathname);
      const answer = await fetch(...request);
      return pathname === '/api/v1/events' ? through(answer) : answer;
    },
  });
}

/** The events of r1 as they are told, `type node`. */
function follow(client: Client): { readonly told: string[]; readonly over: Promise<unknown> } {
  const lines: string[] = [];
  const over = (async () => {
    for await (const { type, node } of followRun(client, 'r1', end.signal))
      lines.push(node === undefined ? type : `${type} ${node}`);
  })();
  over.catch(() => undefined);
  return { told: lines, over };
}

/** All that was accepted of r1, from the story and not from the API. */
function truth(): string[] {
  return story.seen.flatMap(({ event, verdict }) => {
    if (!verdict.accepted || !('run' in event) || event.run !== 'r1') return [];
    return 'node' in event ? `${event.type} ${event.node}` : event.type;
  });
}

/** The rest of the run, to its end. */
function rest(of: Story): void {
  for (const node of ['B', 'C', 'D', 'E']) of.succeed('r1', node, 'srv-1');
  of.end('r1', 'succeeded');
}

/** So many events of a stream, and then it breaks. */
function breaksAfter(count: number): (answer: Response) => Response {
  return (answer) => {
    let left = count;
    let text = '';
    const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
    const frames = new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => {
        text += decoder.decode(piece, { stream: true });
        for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
          const frame = text.slice(0, at + 2);
          text = text.slice(at + 2);
          if (frame.startsWith('event: ') && left === 0) {
            controller.error(new Error('the connection broke'));
            return;
          }
          if (frame.startsWith('event: ')) left -= 1;
          controller.enqueue(encoder.encode(frame));
        }
      },
    });
    return new Response(answer.body?.pipeThrough(frames), answer);
  };
}

describe('who follows a run', () => {
  it('is told once of each of several events that happened before it asked', async () => {
    await happens((it) => it.succeed('r1', 'A', 'srv-1'));
    await happens((it) => it.steer('run.paused', 'r1').steer('run.resumed', 'r1'));
    const { told: heard, over } = follow(clientOf());
    await vi.waitUntil(() => asked.includes('/api/v1/events'), { timeout: 20_000 });
    await happens(rest);
    await over;
    expect(heard).toEqual(truth());
  });

  it('is told of one that has ended from its beginning to its end, without a stream', async () => {
    await happens((it) => it.succeed('r1', 'A', 'srv-1'));
    await happens(rest);
    const { told: heard, over } = follow(clientOf());
    await over;
    expect(heard).toEqual(truth());
    expect(asked).toEqual(['/api/v1/runs/r1/events']);
  });

  it('is not told of what changed nothing', async () => {
    await happens((it) => it.steer('run.paused', 'r1'));
    const paused = story.seen.at(-1)?.event;
    if (paused === undefined) throw new Error('nothing was told');
    // Another pause of a run that is paused already, which the fold refuses.
    await stage.backing.writer.append([{ ...paused, id: 'again' as EventId }]);
    await stage.until(() => stage.backing.tape.from(0, Infinity).events.at(-1)?.refused !== undefined);
    await happens((it) => it.steer('run.resumed', 'r1').succeed('r1', 'A', 'srv-1'));
    await happens(rest);
    const { told: heard, over } = follow(clientOf());
    await over;
    expect(heard).toEqual(truth());
  });

  it.each([0, 1, 2, 3, 5])(
    'goes on over streams that break after %i events, within a record too, and misses and repeats nothing',
    async (count) => {
      const { told: heard, over } = follow(clientOf(breaksAfter(count)));
      await vi.waitUntil(() => asked.includes('/api/v1/events'), { timeout: 20_000 });
      await happens((it) => it.succeed('r1', 'A', 'srv-1'));
      await vi.waitUntil(() => heard.length >= 4, { timeout: 20_000 });
      await happens(rest);
      await over;
      expect(heard).toEqual(truth());
    },
  );

  it('tries again when the server is overloaded or away, and ends with what it refuses', async () => {
    let answers = 0;
    const busy = new Client({
      url,
      token: stage.tokens.viewer,
      fetch: (...request) => {
        answers += 1;
        if (answers === 1) return Promise.reject(new TypeError('fetch failed'));
        if (answers === 2) return Promise.resolve(new Response('later', { status: 503 }));
        return fetch(...request);
      },
    });
    await happens((it) => it.succeed('r1', 'A', 'srv-1'));
    await happens(rest);
    const { told: heard, over } = follow(busy);
    await over;
    expect(heard).toEqual(truth());

    const stranger = new Client({ url, token: 'nonsense' });
    await expect(followRun(stranger, 'r1', end.signal).next()).rejects.toMatchObject({ status: 401 });
    await expect(followRun(clientOf(), 'nowhere', end.signal).next()).rejects.toMatchObject({ status: 404 });
  });

  it('ends at once when told to, also between two tries', async () => {
    const away = new Client({ url, token: '', fetch: () => Promise.reject(new TypeError('fetch failed')) });
    const { over } = follow(away);
    end.abort(new Error('enough'));
    await expect(over).rejects.toThrow('enough');
  });

  it('leaves nothing behind of each try', async () => {
    let tries = 0;
    const { over } = follow(
      new Client({
        url,
        token: '',
        fetch: () => {
          tries += 1;
          return Promise.reject(new TypeError('fetch failed'));
        },
      }),
    );
    await vi.waitUntil(() => tries === 3, { timeout: 20_000 });
    expect(getEventListeners(end.signal, 'abort').length).toBeLessThanOrEqual(1);
    end.abort(new Error('enough'));
    await expect(over).rejects.toThrow('enough');
  });
});
