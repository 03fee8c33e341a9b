import { expect, test } from 'vitest';
import { encodeRecord } from '../../src/broker/port/codec.ts';
import type { EventLog, LogFollower, StoredRecord } from '../../src/broker/port/port.ts';
import { followEvents } from '../../src/cli/event-follow.ts';
import type { Position } from '../../src/model/ids.ts';
import type { EventReader } from '../../src/tui/source.ts';
import { DIAMOND, Story } from '../support/story.ts';

const EVENTS = new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1').seen;

function record(position: number, ...at: readonly number[]): StoredRecord {
  const texts = at.map((index) => JSON.stringify(EVENTS[index]?.event));
  return { position: position as Position, body: encodeRecord(texts) };
}

/** A log whose follower is in the hands of the test. */
function logOf(head: number | Error) {
  const followers: LogFollower[] = [];
  const ended: number[] = [];
  const log = {
    tail: () => Promise.resolve(1 as Position),
    head: () => (typeof head === 'number' ? Promise.resolve(head as Position) : Promise.reject(head)),
    follow: (_after: Position, follower: LogFollower) => {
      followers.push(follower);
      return Promise.resolve(() => void ended.push(followers.indexOf(follower)));
    },
  } as unknown as EventLog;
  return { log, followers, ended };
}

function readerOf() {
  const seen: string[] = [];
  const reader: EventReader = {
    onState: () => expect.fail('the log has its beginning'),
    onEvents: (events, position, head) => {
      seen.push(`${position}/${head} ${events.map(({ type }) => type).join(' ')}`);
      return Promise.resolve();
    },
    onError: (error) => void seen.push(error instanceof Error ? error.message : 'an error'),
  };
  return { seen, reader };
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('records are handed over one by one, none twice, also those that are no record', async () => {
  const { log, followers } = logOf(3);
  const { seen, reader } = readerOf();
  followEvents(log, reader);
  await settled();
  await followers[0]?.onRecords([record(1, 0, 1), record(2, 2)]);
  await followers[0]?.onRecords([
    record(2, 2),
    { position: 3 as Position, body: new Uint8Array([7]) },
    record(5, 3),
  ]);
  expect(seen).toEqual(['1/3 leader.elected agent.joined', '2/3 dag.applied', '3/3 ', '5/3 run.triggered']);
});

test('what ends the reading is told, be it the log or its broker', async () => {
  const { log, followers } = logOf(1);
  const first = readerOf();
  followEvents(log, first.reader);
  await settled();
  followers[0]?.onFault(new Error('another log'));
  expect(first.seen).toEqual(['another log']);
  const second = readerOf();
  followEvents(logOf(new Error('no link')).log, second.reader);
  await settled();
  expect(second.seen).toEqual(['no link']);
});

test('whoever leaves hears nothing more, also when the log was not open yet', async () => {
  const { log, followers, ended } = logOf(2);
  const { seen, reader } = readerOf();
  followEvents(log, reader)();
  await settled();
  expect(ended).toEqual([0]);
  await followers[0]?.onRecords([record(1, 0)]);
  followers[0]?.onFault(new Error('late'));
  expect(seen).toEqual([]);
  const leave = followEvents(log, reader);
  await settled();
  leave();
  expect(ended).toEqual([0, 1]);
});
