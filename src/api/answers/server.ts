import { isoTime, timeAt } from './iso-time.ts';
import { entryText } from '../../model/placement.ts';
import type { State } from '../../model/state.ts';
import { schedulerServer, serverRows } from '../../view/server-rows.ts';
import type { Heartbeats } from '../../view/server-rows.ts';
import type { Server } from '../contract/servers.ts';

/** All servers: those of the placement in its order, then agents that it does not list. */
export function serverAnswers(state: State, heartbeats: Heartbeats, nowMs: number): Server[] {
  const running = runningByServer(state);
  const leader = state.leader === undefined ? undefined : schedulerServer(state.leader);
  return serverRows(state, heartbeats, nowMs).map(({ host, agent: name, isCordoned, isStandby }) => {
    const agent = name === undefined ? undefined : state.agents.get(name);
    const placed = state.placement.servers.find((server) => server.host === host);
    const heard = name === undefined ? undefined : heartbeats.get(name);
    return {
      server: host,
      ...(name === undefined ? {} : { agent: name }),
      state: agent?.presence ?? 'never_seen',
      isCordoned,
      isStandby,
      leads: name !== undefined && name === leader,
      load: agent?.load ?? 0,
      slots: agent?.slots ?? 0,
      ...timeAt('joinedAt', agent?.joinedMs),
      ...(heard === undefined ? {} : { heardAt: isoTime(heard.receivedMs) }),
      ...(heard?.heartbeat.loadAverage === undefined ? {} : { loadAverage: heard.heartbeat.loadAverage }),
      ...(agent === undefined ? {} : { version: agent.version }),
      labels: { ...placed?.labels, ...agent?.labels },
      takes: agent?.only === undefined ? (placed?.nodes.map(entryText) ?? []) : [...agent.only],
      running: (name === undefined ? undefined : running.get(name)) ?? [],
    };
  });
}

/** Attempts that were sent and have not ended, oldest run first. */
function runningByServer(state: State): Map<string, Server['running']> {
  const found = new Map<string, Server['running']>();
  for (const run of state.openRuns) {
    for (const index of run.active) {
      const attempt = run.nodes[index]?.attempts.at(-1);
      const node = run.definition.dag.nodes[index]?.name;
      if (attempt === undefined || node === undefined) continue;
      const list = found.get(attempt.server) ?? [];
      list.push({ run: run.id, dag: run.dag, node, attempt: attempt.number });
      found.set(attempt.server, list);
    }
  }
  return found;
}
