import { canonicalPlacement } from '../definition/canonical.ts';
import { diffDags, diffPlacement, formatDagDiff, formatPlacementDiff } from '../definition/difference.ts';
import type { DagName } from '../model/ids.ts';
import type { Placement } from '../model/placement.ts';
import type { State } from '../model/state.ts';
import { counted } from '../view/counted.ts';
import type { Definitions, LoadedDag } from './definition-files.ts';
import { propose } from './session.ts';
import type { Session } from './session.ts';

const MOVES_SHOWN = 8;

/** Appends what differs from the log, and says so in one line each: `words: +2 −1 ~3 nodes`, `B: srv-2 → srv-3`. */
export async function applyDefinitions(session: Session, loaded: Definitions): Promise<string[]> {
  const lines: string[] = [];
  for (const item of loaded.dags.values()) {
    const line = await applyDag(session, item);
    if (line !== undefined) lines.push(line);
  }
  if (loaded.placement !== undefined)
    lines.push(...(await applyPlacement(session, loaded.placement.placement)));
  return lines;
}

/** Takes dags out of force; their runs go on. */
export async function removeDags(session: Session, names: readonly DagName[]): Promise<string[]> {
  const lines: string[] = [];
  for (const name of names) {
    const verdict = await propose(session, { type: 'dag.removed', name });
    if (verdict.accepted) lines.push(`${name}: removed; runs in flight go on`);
  }
  return lines;
}

async function applyDag(session: Session, { dag, hash }: LoadedDag): Promise<string | undefined> {
  const { state } = session;
  const oldHash = state.dags.get(dag.name);
  if (oldHash === hash) return undefined;
  const before = oldHash === undefined ? undefined : state.definitions.get(oldHash)?.dag;
  const diff = diffDags(before, dag);
  const verdict = await propose(session, {
    type: 'dag.applied',
    hash,
    dag,
  });
  if (!verdict.accepted) return `${dag.name}: refused, ${verdict.reason}`;
  if (before === undefined) return `${dag.name}: new, ${counted(dag.nodes.length, 'node')}`;
  return `${dag.name}: ${formatDagDiff(diff)}`;
}

async function applyPlacement(session: Session, placement: Placement): Promise<string[]> {
  const { state } = session;
  const before = state.placement;
  if (canonicalPlacement(before) === canonicalPlacement(placement)) return [];
  const moves = diffPlacement(before, placement, currentDags(state));
  const isFirst = before.servers.length === 0;
  const verdict = await propose(session, { type: 'placement.applied', placement });
  if (!verdict.accepted) return [`placement: refused, ${verdict.reason}`];
  if (isFirst) return [`placement: ${counted(placement.servers.length, 'server')}`];
  const lines = formatPlacementDiff(moves);
  if (lines.length === 0) return ['placement: changed, no node moves'];
  const more = lines.length - MOVES_SHOWN;
  return more > 0 ? [...lines.slice(0, MOVES_SHOWN), `and ${more} more nodes move`] : lines;
}

function currentDags(state: State) {
  return [...state.dags.values()].flatMap((hash) => {
    const dag = state.definitions.get(hash)?.dag;
    return dag === undefined ? [] : [dag];
  });
}
