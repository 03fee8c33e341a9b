import { expect, test } from 'vitest';
import { eventSchemas } from '../../src/model/event.ts';
import type { LogEvent } from '../../src/model/event.ts';
import { eventLine } from '../../src/view/event-line.ts';
import { DIAMOND, NOON_MS, utcTime } from '../support/story.ts';

const envelope = { id: 'e', atMs: NOON_MS, by: 'op:ann@desk' };
const run = { dag: 'diamond', run: '5e3c7q-v01m' };
const attempt = { ...run, node: 'B', attempt: 2, server: 'srv-2', incarnation: 'srv-2/1' };
const agent = { server: 'srv-2', incarnation: 'srv-2/1' };
const joined = { ...agent, names: [], slots: 1, labels: {}, journal: 'j', version: '0.1.0' };

const part = { type: 'checkpoint.part', checkpoint: '4/100', base: 100, digest: '', data: '' };

const LINES: readonly (readonly [object, string])[] = [
  [{ type: 'dag.applied', hash: 'abc123', dag: DIAMOND }, 'dag diamond applied: 5 nodes, version abc123'],
  [{ type: 'dag.removed', name: 'diamond' }, 'dag diamond removed'],
  [{ type: 'placement.applied', placement: { servers: [] } }, 'placement applied: 0 servers'],
  [
    { type: 'run.triggered', ...run, hash: 'abc', params: {} },
    'diamond 5e3c7q-v01m triggered by op:ann@desk',
  ],
  [{ type: 'run.canceled', ...run }, 'diamond 5e3c7q-v01m canceled by op:ann@desk'],
  [{ type: 'run.paused', ...run }, 'diamond 5e3c7q-v01m paused by op:ann@desk'],
  [{ type: 'run.resumed', ...run }, 'diamond 5e3c7q-v01m resumed by op:ann@desk'],
  [
    { type: 'node.retried', ...run, node: 'B', downstream: true },
    'diamond 5e3c7q-v01m B retried with downstream by op:ann@desk',
  ],
  [{ type: 'server.cordoned', server: 'srv-2' }, 'server srv-2 cordoned by op:ann@desk: it gets no new work'],
  [{ type: 'server.uncordoned', server: 'srv-2' }, 'server srv-2 uncordoned by op:ann@desk'],
  [{ type: 'agent.joined', ...joined }, 'server srv-2 joined with 1 slot, version 0.1.0'],
  [{ type: 'agent.draining', ...agent }, 'server srv-2 drains: it takes no new work'],
  [{ type: 'agent.left', ...agent }, 'server srv-2 left'],
  [{ type: 'agent.lost', ...agent, epoch: 1 }, 'server srv-2 lost: no heartbeat for the grace period'],
  [{ type: 'attempt.dispatched', ...attempt, epoch: 1 }, 'diamond 5e3c7q-v01m B#2 sent to srv-2'],
  [{ type: 'attempt.started', ...attempt }, 'diamond 5e3c7q-v01m B#2 started on srv-2'],
  [
    { type: 'attempt.finished', ...attempt, outcome: { is: 'failed', error: 'exit code 3' } },
    'diamond 5e3c7q-v01m B#2 failed on srv-2: exit code 3',
  ],
  [
    { type: 'attempt.overdue', ...attempt, epoch: 1 },
    'diamond 5e3c7q-v01m B#2 overdue: srv-2 did not report the end of its time',
  ],
  [{ type: 'leader.elected', scheduler: 's1', epoch: 4 }, 'scheduler s1 leads, epoch 4'],
  [{ type: 'leader.resigned', scheduler: 's1', epoch: 4 }, 'scheduler s1 resigned, epoch 4'],
  [
    { type: 'checkpoint.begun', by: 's1', checkpoint: '4/100', keptRuns: 3, epoch: 4 },
    'checkpoint 4/100 begun by s1',
  ],
  [{ ...part, part: 1, parts: 2, epoch: 4 }, 'checkpoint 4/100 part 1 of 2'],
  [{ ...part, part: 2, parts: 2, epoch: 4 }, 'checkpoint 4/100 complete'],
  [{ type: 'node.skipped', ...run, node: 'B', epoch: 1 }, 'diamond 5e3c7q-v01m B skipped'],
  [{ type: 'node.upstream_failed', ...run, node: 'B', epoch: 1 }, 'diamond 5e3c7q-v01m B upstream failed'],
  [{ type: 'run.finished', ...run, outcome: 'failed', epoch: 1 }, 'diamond 5e3c7q-v01m failed'],
];

test.each(LINES)('%j', (body, line) => {
  const event = { ...envelope, ...body } as LogEvent;
  expect(eventLine(event, { timeText: utcTime })).toBe(`12:00:00 ${line}`);
});

test('no type of event is without a line', () => {
  const tried = new Set(LINES.map(([body]) => (body as LogEvent).type));
  expect([...tried].toSorted()).toEqual(Object.keys(eventSchemas).toSorted());
});

test('what an event carries cannot speak to the terminal or break the line', () => {
  const event = {
    ...envelope,
    type: 'run.paused',
    dag: 'a\u001B[2Jb\nc',
    run: '\u009B31mr\u202Ex',
    by: '\u0007me',
  };
  expect(eventLine(event as LogEvent, { timeText: utcTime })).toBe('12:00:00 ab c rx paused by me');
});
