import type { EventOf, OutputFacts, Outcome } from '../model/event.ts';
import { attemptLabel } from '../model/ids.ts';
import type { AttemptKey, DagName, EventId, Incarnation, ServerName } from '../model/ids.ts';
import type { AgentIdentity } from './identity.ts';
import type { Finished } from './ports.ts';

/** The events that an agent writes. Their ids follow from what they say, so that a second copy is known as one. */

/** The fact that an attempt ended; one id per attempt and incarnation, however often it is appended. */
export function finishedEvent(
  key: AttemptKey & { readonly dag: DagName },
  server: ServerName,
  incarnation: Incarnation,
  ended: { readonly outcome: Outcome; readonly wrote: OutputFacts | undefined },
  atMs: number,
  startedMs?: number,
): Finished {
  return {
    id: `${incarnation}/finished/${attemptLabel(key)}` as EventId,
    atMs,
    by: incarnation,
    type: 'attempt.finished',
    dag: key.dag,
    run: key.run,
    node: key.node,
    attempt: key.attempt,
    server,
    incarnation,
    outcome: ended.outcome,
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(ended.wrote === undefined ? {} : { wrote: ended.wrote }),
  };
}

export function startedEvent(
  key: AttemptKey & { readonly dag: DagName },
  server: ServerName,
  incarnation: Incarnation,
  atMs: number,
): EventOf<'attempt.started'> {
  return {
    id: `${incarnation}/started/${attemptLabel(key)}` as EventId,
    atMs,
    by: incarnation,
    type: 'attempt.started',
    dag: key.dag,
    run: key.run,
    node: key.node,
    attempt: key.attempt,
    server,
    incarnation,
  };
}

export function joinedEvent(
  identity: AgentIdentity,
  incarnation: Incarnation,
  journal: string,
  atMs: number,
): EventOf<'agent.joined'> {
  return {
    id: `${incarnation}/joined` as EventId,
    atMs,
    by: incarnation,
    type: 'agent.joined',
    server: identity.server,
    incarnation,
    names: [...identity.names],
    slots: identity.slots,
    labels: { ...identity.labels },
    journal,
    version: identity.version,
    ...(identity.only === undefined ? {} : { only: [...identity.only] }),
  };
}

export function agentEvent(
  type: 'agent.draining' | 'agent.left',
  server: ServerName,
  incarnation: Incarnation,
  atMs: number,
): EventOf<'agent.draining'> | EventOf<'agent.left'> {
  return { id: `${incarnation}/${type}` as EventId, atMs, by: incarnation, type, server, incarnation };
}
