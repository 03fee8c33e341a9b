import { agentNamed, isServerCordoned } from '../engine/fold-server.ts';
import { sanitizeText } from '../graph/text.ts';
import type { ServerName } from '../model/ids.ts';
import type { AgentHeartbeat } from '../model/message.ts';
import type { AgentState, State } from '../model/state.ts';
import { ageText } from './duration.ts';
import { CORDONED, NEVER_SEEN, presenceLook } from './look.ts';
import type { Look } from './look.ts';

export type Heartbeats = ReadonlyMap<
  ServerName,
  { readonly heartbeat: AgentHeartbeat; readonly receivedMs: number }
>;

/** A server as a line of a list. Texts are safe to paint. */
export type ServerRow = {
  readonly server: string;
  /** As `nodes.yaml` has it, else the agent's name. */
  readonly host: ServerName;
  /** The agent that is there, or was; undefined where none was ever seen. */
  readonly agent: ServerName | undefined;
  readonly look: Look;
  /** Commands that it has, and how many it takes; both 0 where no agent was ever seen. */
  readonly used: number;
  readonly slots: number;
  /** Since its last heartbeat: `1s`; `-` where none was heard. */
  readonly heard: string;
  /** A server that should be there and has been silent for a while. */
  readonly isSilent: boolean;
  readonly version: string;
  readonly isStandby: boolean;
  /** An operator took it out of service: it gets no new work. */
  readonly isCordoned: boolean;
};

/** Heartbeats come about once a second. */
const SILENT_AFTER_MS = 5_000;
/** An age that goes to and fro between one beat and the next tells nothing, and writes to the terminal all night. */
const FRESH_MS = 3_000;

/**
 * All servers that `nodes.yaml` lists, in its order, then agents that it does not list. `hearingUntilMs` is when the link was lost: who is deaf can't say
 * that others are silent.
 */
export function serverRows(
  state: State,
  heartbeats: Heartbeats,
  nowMs: number,
  hearingUntilMs = nowMs,
): readonly ServerRow[] {
  const deafMs = nowMs - hearingUntilMs;
  const listed = new Set<AgentState>();
  const rows = state.placement.servers.map(({ host, standby }) => {
    const agent = agentNamed(state, host);
    if (agent !== undefined) listed.add(agent);
    return serverRow(host, agent, { heartbeats, nowMs, deafMs }, standby, isServerCordoned(state, host));
  });
  const others = [...state.agents.values()].filter((agent) => !listed.has(agent));
  return [
    ...rows,
    ...others.map((agent) =>
      serverRow(
        agent.server,
        agent,
        { heartbeats, nowMs, deafMs },
        false,
        isServerCordoned(state, agent.server),
      ),
    ),
  ];
}

type Hearing = { readonly heartbeats: Heartbeats; readonly nowMs: number; readonly deafMs: number };

function serverRow(
  host: ServerName,
  agent: AgentState | undefined,
  { heartbeats, nowMs, deafMs }: Hearing,
  isStandby: boolean,
  cordoned: boolean,
): ServerRow {
  const server = sanitizeText(host);
  if (agent === undefined) {
    const nothing = { used: 0, slots: 0, heard: '-', isSilent: false, version: '-' };
    return { server, host, agent: undefined, look: NEVER_SEEN, ...nothing, isStandby, isCordoned: cordoned };
  }
  const heard = heartbeats.get(agent.server);
  const isThere = agent.presence === 'present' || agent.presence === 'draining';
  const silentMs = heard === undefined ? undefined : nowMs - heard.receivedMs;
  return {
    server,
    host,
    agent: agent.server,
    look: cordoned && agent.presence === 'present' ? CORDONED : presenceLook(agent.presence),
    used: agent.load,
    slots: agent.slots,
    heard: silentMs === undefined ? '-' : silentMs < FRESH_MS ? 'now' : ageText(silentMs),
    isSilent: isThere && silentMs !== undefined && silentMs - deafMs > SILENT_AFTER_MS,
    version: sanitizeText(agent.version),
    isStandby,
    isCordoned: cordoned,
  };
}

/** Names of all servers: those of the placement in its order, then agents that it does not list. */
export function serversKnown(state: State): readonly ServerName[] {
  const listed = state.placement.servers.map(({ host }) => host);
  const agents = new Set(listed.map((host) => agentNamed(state, host)?.server));
  return [...listed, ...[...state.agents.keys()].filter((server) => !agents.has(server))];
}

/** A scheduler is named after its server, with a mark of its start behind the last dot: the server, safe to paint. */
export function schedulerServer(leader: string): string {
  return sanitizeText(leader.replace(/\.[^.]*$/u, ''));
}

/** `dagtop servers`. */
export function serverTable(
  state: State,
  heartbeats: Heartbeats,
  nowMs: number,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  return {
    header: ['SERVER', 'STATE', 'SLOTS', 'HEARTBEAT', 'VERSION', 'STANDBY'],
    rows: serverRows(state, heartbeats, nowMs).map((row) => [
      row.server,
      row.isSilent ? `${row.look.word}, silent` : row.look.word,
      `${row.used}/${row.slots}`,
      row.heard,
      row.version,
      row.isStandby ? 'yes' : 'no',
    ]),
  };
}
