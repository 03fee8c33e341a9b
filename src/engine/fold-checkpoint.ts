import type { EventOf } from '../model/event.ts';
import type { Position } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { ACCEPTED, rejected } from '../model/state.ts';
import type { State, Verdict } from '../model/state.ts';
import { forgetBeyond } from './fold-run.ts';

/** From here on the state is being written down. What it shall not have leaves memory now, everywhere. (invariant 13) */
export function beginCheckpoint(
  state: State,
  { checkpoint, keptRuns }: EventOf<'checkpoint.begun'>,
  position: Position,
): Verdict {
  state.checkpoints.open = { id: checkpoint, base: position, seen: 0, parts: undefined, digest: undefined };
  forgetBeyond(state, keptRuns);
  return ACCEPTED;
}

export function takeCheckpointPart(
  state: State,
  event: EventOf<'checkpoint.part'>,
  position: Position,
): Verdict {
  const { checkpoints } = state;
  const { open } = checkpoints;
  const { base, parts, digest } = event;
  if (open?.id !== event.checkpoint || open.base !== base)
    return rejected(`no checkpoint ${event.checkpoint} of ${base} is being written`);
  if (event.part !== open.seen + 1) return rejected(`its next part is ${open.seen + 1}`);
  if (open.seen > 0 && (open.parts !== parts || open.digest !== digest))
    return rejected('it is not the one that its first part is of');
  checkpoints.open = { id: open.id, base, seen: event.part, parts, digest };
  if (event.part < parts) return ACCEPTED;
  checkpoints.open = undefined;
  const complete = [...checkpoints.complete, { base, end: position, atMs: event.atMs, parts }];
  // The oldest stays, so that there is always one that is old enough to be trimmed to.
  const isMany = complete.length > limits.checkpointsKnownMax;
  checkpoints.complete = isMany
    ? complete.filter((_, at) => at % 2 === 0 || at === complete.length - 1)
    : complete;
  return ACCEPTED;
}
