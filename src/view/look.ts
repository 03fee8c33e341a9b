import type { AgentState, NodeState, Run } from '../model/state.ts';

/** What a colour stands for; the terminal and the page each have their own colours for it. */
export type Tone = 'plain' | 'muted' | 'good' | 'bad' | 'busy' | 'waiting' | 'warning' | 'accent';

/** A state as it is shown everywhere: never by colour alone. `ascii` replaces the glyph where only ASCII is safe. */
export type Look = {
  readonly glyph: string;
  readonly ascii: string;
  readonly word: string;
  readonly tone: Tone;
};

const NODE_LOOKS: Readonly<Record<NodeState, Look>> = {
  waiting: { glyph: '○', ascii: '.', word: 'waiting', tone: 'muted' },
  queued: { glyph: '◌', ascii: ':', word: 'queued', tone: 'waiting' },
  running: { glyph: '▶', ascii: '>', word: 'running', tone: 'busy' },
  retrying: { glyph: '↻', ascii: '~', word: 'retrying', tone: 'warning' },
  succeeded: { glyph: '✓', ascii: '+', word: 'succeeded', tone: 'good' },
  failed: { glyph: '✗', ascii: 'x', word: 'failed', tone: 'bad' },
  timed_out: { glyph: '⧗', ascii: 't', word: 'timed out', tone: 'bad' },
  lost: { glyph: '?', ascii: '?', word: 'lost', tone: 'bad' },
  skipped: { glyph: '»', ascii: 's', word: 'skipped', tone: 'muted' },
  upstream_failed: { glyph: '⊘', ascii: '/', word: 'upstream failed', tone: 'warning' },
  canceled: { glyph: '■', ascii: '#', word: 'canceled', tone: 'muted' },
};

/** In the order in which counts are listed: what needs a look first. */
export const NODE_STATES: readonly NodeState[] = [
  'failed',
  'timed_out',
  'lost',
  'upstream_failed',
  'running',
  'retrying',
  'queued',
  'waiting',
  'succeeded',
  'skipped',
  'canceled',
];

export function nodeLook(state: NodeState): Look {
  return NODE_LOOKS[state];
}

export function runLook(run: Run): Look {
  if (run.end !== undefined) return NODE_LOOKS[run.end.outcome];
  if (run.canceled) return { glyph: '■', ascii: '#', word: 'canceling', tone: 'warning' };
  if (run.paused) return { glyph: '‖', ascii: '=', word: 'paused', tone: 'warning' };
  if (run.active.size === 0 && run.retrying.size === 0)
    return { glyph: '○', ascii: '.', word: 'waiting', tone: 'waiting' };
  return NODE_LOOKS.running;
}

export function presenceLook(presence: AgentState['presence']): Look {
  switch (presence) {
    case 'present':
      return { glyph: '●', ascii: '*', word: 'up', tone: 'good' };
    case 'draining':
      return { glyph: '◐', ascii: '-', word: 'draining', tone: 'warning' };
    case 'left':
      return { glyph: '○', ascii: 'o', word: 'left', tone: 'muted' };
    case 'lost':
      return { glyph: '✗', ascii: 'x', word: 'lost', tone: 'bad' };
  }
}

/** A server that `nodes.yaml` lists and whose agent was never seen. */
export const NEVER_SEEN: Look = { glyph: '·', ascii: '.', word: 'never seen', tone: 'muted' };

/** A server that an operator took out of service: it gets no new work. */
export const CORDONED: Look = { glyph: '◑', ascii: '-', word: 'cordoned', tone: 'warning' };

export function lookText(look: Look, ascii: boolean): string {
  return `${ascii ? look.ascii : look.glyph} ${look.word}`;
}
