import { describe, expect, it } from 'vitest';
import { GroupCommit } from '../../../src/broker/port/group-commit.ts';
import { createLogWriter, recordsOf } from '../../../src/broker/port/log-writer.ts';
import { decodeRecord } from '../../../src/broker/port/codec.ts';
import { systemClock } from '../../../src/cli/system-clock.ts';
import { hashFraction } from '../../../src/engine/retry.ts';
import type { LogEvent } from '../../../src/model/event.ts';

/** A broker's commit that the test lets go, or fails, when it likes. */
function slowCommits() {
  const batches: string[][] = [];
  const settle: ((error?: Error) => void)[] = [];
  const commits = new GroupCommit<string>({
    clock: systemClock,
    commit: (items) => {
      batches.push([...items]);
      return new Promise((resolve, reject) => {
        settle.push((error) => (error === undefined ? resolve() : reject(error)));
      });
    },
    backlogMax: 10,
    batchMax: 4,
    retryMs: 1,
  });
  const next = async (error?: Error): Promise<void> => {
    await expect.poll(() => settle.length).toBeGreaterThan(0);
    settle.shift()?.(error);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { batches, commits, next };
}

describe('group commit', () => {
  it('lets one alone go at once, and gathers while it is under way', async () => {
    const { batches, commits, next } = slowCommits();
    const first = commits.add(['a']);
    await Promise.resolve();
    const others = [commits.add(['b']), commits.add(['c', 'd'])];
    expect(batches).toEqual([['a']]);
    await next();
    await first;
    expect(batches).toEqual([['a'], ['b', 'c', 'd']]);
    await next();
    await Promise.all(others);
    expect(commits.backlog).toBe(0);
  });

  it('tries a batch that failed again, the same and before all others', async () => {
    const { batches, commits, next } = slowCommits();
    const done = commits.add(['a', 'b', 'c', 'd', 'e']);
    await next(new Error('timed out'));
    await next();
    await next();
    await done;
    expect(batches).toEqual([['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd'], ['e']]);
  });

  it('takes no more than its backlog, all or nothing', async () => {
    const { commits } = slowCommits();
    void commits.add(['1', '2', '3', '4', '5', '6', '7', '8', '9']).catch(() => undefined);
    await expect(commits.add(['x', 'y'])).rejects.toMatchObject({ code: 'backlog_full' });
    expect(commits.backlog).toBe(9);
  });

  it('rejects whoever waits when it is closed', async () => {
    const { commits } = slowCommits();
    const waiting = commits.add(['a']);
    commits.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(commits.add(['b'])).rejects.toMatchObject({ code: 'closed' });
  });
});

const event = (run: string | undefined, id: string): LogEvent =>
  (run === undefined
    ? { id, atMs: 1, by: 'x', type: 'dag.removed', name: 'd' }
    : { id, atMs: 1, by: 'x', type: 'run.paused', dag: 'd', run }) as unknown as LogEvent;

describe('the log writer', () => {
  it('says the same events again, with the same ids, until the broker confirms', async () => {
    const seen: string[][] = [];
    const writer = createLogWriter(
      {
        append: (records: readonly { body: Uint8Array }[]) => {
          seen.push(records.flatMap(({ body }) => decodeRecord(body).events.map(({ id }) => id)));
          return seen.length < 3 ? Promise.reject(new Error('timed out')) : Promise.resolve();
        },
      } as never,
      systemClock,
    );
    await writer.append([event('r1', 'e1'), event('r1', 'e2')]);
    expect(seen).toEqual([
      ['e1', 'e2'],
      ['e1', 'e2'],
      ['e1', 'e2'],
    ]);
  });

  it('gathers the events of a run into one record; one of the system is a barrier', () => {
    const item = (run: string | undefined, id: string) => ({
      topic: { dag: 'd', run: run ?? '=_' },
      isSystem: run === undefined,
      text: JSON.stringify(event(run, id)),
    });
    const items = [item('r1', '1'), item('r2', '2'), item('r1', '3'), item(undefined, '4'), item('r1', '5')];
    const records = recordsOf(items as never).map(({ body }) =>
      decodeRecord(body).events.map(({ id }) => id),
    );
    expect(records).toEqual([['1', '3'], ['2'], ['4'], ['5']]);
  });

  it('refuses an event that no record can hold, before anything is sent', async () => {
    let appends = 0;
    const writer = createLogWriter(
      { append: () => Promise.resolve(void (appends += 1)) } as never,
      systemClock,
    );
    const noise = Array.from({ length: 2_000_000 }, (_, at) =>
      String.fromCharCode(33 + Math.floor(hashFraction(`${at}`) * 90)),
    ).join('');
    const large = { ...event('r1', 'e1'), output: noise } as unknown as LogEvent;
    await expect(writer.append([large])).rejects.toMatchObject({ code: 'too_large' });
    expect(appends).toBe(0);
  });
});
