import type { LogEvent } from './event.ts';
import type { AttemptKey, ServerName } from './ids.ts';

/**
 * The one builder of names in subjects, topics, keys and paths. A token is `[A-Za-z0-9_-]` and `=XX` for every other byte
 * (UTF-8, upper-case hex), so it is safe in NATS subjects, Redis keys, AMQP routing keys, Kafka topics and file names,
 * cannot contain a dot or a wildcard, and is never `.` or `..`. `=` itself is escaped, so the mapping has an inverse.
 */
export function escapeToken(text: string): string {
  let token = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    token += /[A-Za-z0-9_-]/.test(character)
      ? character
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return token === '' ? '=' : token;
}

/** The inverse of `escapeToken`; undefined where `token` is not one. */
export function unescapeToken(token: string): string | undefined {
  if (token === '=') return '';
  if (!/^(?:[A-Za-z0-9_-]|=[0-9A-F]{2})+$/.test(token)) return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < token.length; at += 1) {
    if (token[at] === '=') {
      bytes.push(Number.parseInt(token.slice(at + 1, at + 3), 16));
      at += 2;
    } else bytes.push(token.charCodeAt(at));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

/** Where a record of the log is filed: `<namespace>.events.<dag>.<run>`; events of no run have `_` as their run. */
export type Topic = { readonly dag: string; readonly run: string };

/** Events of agents, schedulers and the placement belong to no dag. `=_` can be no escaped name. */
export const SYSTEM_TOPIC: Topic = { dag: '=_', run: '=_' };

/** The topic under which `event` is filed. */
export function topicOf(event: LogEvent): Topic {
  if ('run' in event) return { dag: escapeToken(event.dag), run: escapeToken(event.run) };
  switch (event.type) {
    case 'dag.applied':
      return { dag: escapeToken(event.dag.name), run: '=_' };
    case 'dag.removed':
      return { dag: escapeToken(event.name), run: '=_' };
    case 'placement.applied':
    case 'server.cordoned':
    case 'server.uncordoned':
    case 'agent.joined':
    case 'agent.draining':
    case 'agent.left':
    case 'agent.lost':
    case 'leader.elected':
    case 'leader.resigned':
    case 'checkpoint.begun':
    case 'checkpoint.part':
      return SYSTEM_TOPIC;
  }
}

/** Bus subjects, without the namespace. A `*` takes one token, a final `>` takes all that follow. */
export const subjects = {
  agentHeartbeat: (server: ServerName) => `heartbeat.agent.${escapeToken(server)}`,
  allAgentHeartbeats: 'heartbeat.agent.*',
  leaderHeartbeat: 'heartbeat.leader',
  /** Anybody asks; the leader answers with a heartbeat. */
  whoLeads: 'who.leads',
  /** Anybody asks; the agents answer with a heartbeat. */
  whoWorks: 'who.works',
  /** Nobody answers: who asks hears itself, and knows how long that took. */
  echo: (asker: string) => `echo.${escapeToken(asker)}`,
  output: (key: AttemptKey) => `output.${escapeToken(key.run)}.${escapeToken(key.node)}.${key.attempt}`,
  agentRequest: (server: ServerName) => `request.agent.${escapeToken(server)}`,
} as const;
