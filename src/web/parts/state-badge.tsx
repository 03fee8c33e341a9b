import type { Server } from '../../api/contract/servers.ts';
import type { RunState } from '../../api/contract/runs.ts';
import type { NodeState } from '../../model/state.ts';
import { CORDONED, NEVER_SEEN, nodeLook, presenceLook } from '../../view/look.ts';
import type { Look } from '../../view/look.ts';

/** A state as it is shown everywhere: glyph, word and colour. */
export function StateBadge({ look, isLarge = false }: { readonly look: Look; readonly isLarge?: boolean }) {
  return (
    <span className={`badge tone-${look.tone}${isLarge ? ' badge-large' : ''}`}>
      <span className="glyph" aria-hidden="true">
        {look.glyph}
      </span>
      {look.word}
    </span>
  );
}

export function NodeBadge({ state }: { readonly state: NodeState }) {
  return <StateBadge look={nodeLook(state)} />;
}

/** The looks of a run's states; those of the terminal. */
export function runStateLook(state: RunState): Look {
  switch (state) {
    case 'paused':
      return { glyph: '‖', ascii: '=', word: 'paused', tone: 'warning' };
    case 'canceling':
      return { glyph: '■', ascii: '#', word: 'canceling', tone: 'warning' };
    case 'running':
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return nodeLook(state);
  }
}

export function serverLook({ state, isCordoned }: Server): Look {
  if (isCordoned) return CORDONED;
  return state === 'never_seen' ? NEVER_SEEN : presenceLook(state);
}
