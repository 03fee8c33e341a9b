import type { EventOf } from '../model/event.ts';
import type { DagHash } from '../model/ids.ts';
import { ACCEPTED, rejected } from '../model/state.ts';
import type { State, Verdict } from '../model/state.ts';
import { compileDag } from './definition.ts';

export function applyDag(state: State, event: EventOf<'dag.applied'>): Verdict {
  const { dag, hash } = event;
  const before = state.dags.get(dag.name);
  if (before === hash) return rejected(`${dag.name} already has this version`);
  if (!state.definitions.has(hash)) {
    const definition = compileDag(hash, dag);
    if (typeof definition === 'string') return rejected(definition);
    state.definitions.set(hash, definition);
  }
  state.dags.set(dag.name, hash);
  if (before !== undefined) dropUnused(state, before);
  return ACCEPTED;
}

export function removeDag(state: State, event: EventOf<'dag.removed'>): Verdict {
  const hash = state.dags.get(event.name);
  if (hash === undefined) return rejected(`there is no dag ${event.name}`);
  state.dags.delete(event.name);
  dropUnused(state, hash);
  return ACCEPTED;
}

/** Lets a version go that is neither current nor pinned by a run in memory. (invariant 11) */
export function dropUnused(state: State, hash: DagHash): void {
  const definition = state.definitions.get(hash);
  if (definition === undefined || definition.pins > 0) return;
  if (state.dags.get(definition.dag.name) === hash) return;
  state.definitions.delete(hash);
}
