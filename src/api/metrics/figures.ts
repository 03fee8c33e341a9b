import { takesSlot } from '../../engine/attempt-end.ts';
import { ruleAnswer } from '../../engine/node-change.ts';
import { eventSchemas } from '../../model/event.ts';
import type { EventType } from '../../model/event.ts';
import type { State } from '../../model/state.ts';
import { NODE_STATES } from '../../view/look.ts';
import { runState } from '../../view/run-state.ts';
import { RUN_STATES } from '../../view/run-state.ts';
import type { Backing } from '../backing.ts';
import { BUCKETS_S } from './http-counts.ts';
import type { HttpCounts } from './http-counts.ts';
import { Exposition } from './prometheus.ts';
import type { Sample } from './prometheus.ts';

const PRESENCES = ['present', 'draining', 'left', 'lost'] as const;

export type Measured = {
  readonly backing: Backing;
  readonly http: HttpCounts;
  readonly streams: number;
  /** Up to where the history has recorded; undefined where there is none, or it does not say. */
  readonly recorded: number | undefined;
};

/** All figures as text. No label is a name of a run or a node: the sets of labels stay as small as the installation. */
export function figuresText({ backing, http, streams, recorded }: Measured): string {
  const { replica, tape, version, link } = backing;
  const { state } = replica;
  const out = new Exposition();
  const one = (value: number): Sample[] => [{ value }];
  out.add('dagtop_info', 'gauge', 'The version that answers.', [{ labels: { version }, value: 1 }]);
  out.add('dagtop_link_up', 'gauge', 'Whether the link to the broker is up.', one(link().up ? 1 : 0));
  out.add('dagtop_log_position', 'gauge', 'How far the event log has been read.', one(replica.position));
  if (recorded !== undefined)
    out.add('dagtop_history_position', 'gauge', 'How far the history has recorded the log.', one(recorded));
  out.add('dagtop_malformed_total', 'counter', 'Events on the wire that were none.', one(replica.malformed));
  const { byType, refused } = tape.counts;
  out.add(
    'dagtop_events_total',
    'counter',
    'Events read from the log since the start of the process.',
    (Object.keys(eventSchemas) as EventType[]).map((type) => ({
      labels: { type },
      value: byType.get(type) ?? 0,
    })),
  );
  out.add('dagtop_events_refused_total', 'counter', 'Of these, without effect.', one(refused));
  addState(out, state);
  addHttp(out, http, streams);
  return out.text;
}

function addState(out: Exposition, state: State): void {
  const runs = tally([...state.runs.values()].map(runState));
  out.add('dagtop_runs', 'gauge', 'Runs in memory.', samplesOf('state', RUN_STATES, runs));
  const open = [...state.openRuns];
  const nodes = tally(open.flatMap((run) => run.nodes.map(({ status }) => status.is)));
  out.add('dagtop_nodes', 'gauge', 'Nodes of open runs.', samplesOf('state', NODE_STATES, nodes));
  const ready = open
    .filter(({ paused }) => !paused)
    .reduce((sum, run) => {
      const able = [...run.ready].filter(
        (index) => takesSlot(run, index) && ruleAnswer(run, index) === 'start',
      );
      return sum + able.length;
    }, 0);
  out.add('dagtop_queue', 'gauge', 'Nodes that may start and wait for a server.', [{ value: ready }]);
  const agents = [...state.agents.values()];
  const presences = tally(agents.map(({ presence }) => presence));
  out.add('dagtop_agents', 'gauge', 'Agents, gone ones too.', samplesOf('presence', PRESENCES, presences));
  const there = agents.filter(({ presence }) => presence === 'present' || presence === 'draining');
  const byServer = (value: (agent: (typeof agents)[number]) => number): Sample[] =>
    there.map((agent) => ({ labels: { server: agent.server }, value: value(agent) }));
  out.add(
    'dagtop_server_slots',
    'gauge',
    'Commands that a server takes.',
    byServer(({ slots }) => slots),
  );
  out.add(
    'dagtop_server_load',
    'gauge',
    'Commands that a server has.',
    byServer(({ load }) => load),
  );
  out.add('dagtop_servers_cordoned', 'gauge', 'Servers out of service.', [{ value: state.cordoned.size }]);
  out.add('dagtop_leader', 'gauge', 'Whether a scheduler leads.', [
    { value: state.leader === undefined ? 0 : 1 },
  ]);
  out.add('dagtop_epoch', 'gauge', 'How often the leader has changed.', [{ value: state.epoch }]);
}

function addHttp(out: Exposition, http: HttpCounts, streams: number): void {
  out.add(
    'dagtop_http_requests_total',
    'counter',
    'Requests of the API.',
    [...http.counts].map(({ operation, status, count }) => ({ labels: { operation, status }, value: count })),
  );
  out.add(
    'dagtop_http_request_seconds',
    'histogram',
    'How long they took.',
    [...http.times].flatMap(([operation, { buckets, count, sumS }]) => [
      ...BUCKETS_S.map((le, at) => ({
        suffix: '_bucket',
        labels: { operation, le },
        value: buckets[at] ?? 0,
      })),
      { suffix: '_bucket', labels: { operation, le: '+Inf' }, value: count },
      { suffix: '_sum', labels: { operation }, value: sumS },
      { suffix: '_count', labels: { operation }, value: count },
    ]),
  );
  out.add('dagtop_http_streams', 'gauge', 'Streams that are open.', [{ value: streams }]);
}

function tally<T extends string>(values: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** One for each key, so that a figure that falls to 0 does not vanish. */
function samplesOf<T extends string>(
  label: string,
  keys: readonly T[],
  counts: ReadonlyMap<T, number>,
): Sample[] {
  return keys.map((key) => ({ labels: { [label]: key }, value: counts.get(key) ?? 0 }));
}
