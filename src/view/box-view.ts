import { cellsOf, sanitizeText, textWidth } from '../graph/text.ts';
import type { Group } from '../graph/stacks.ts';
import type { NodeState, Definition, NodeRun, Run } from '../model/state.ts';
import { lookText, NODE_STATES, nodeLook } from './look.ts';
import type { Tone } from './look.ts';
import { commandText, ruleText } from './node-text.ts';

/** Three lines, one line, or one line without a border. */
export const BOX_MODES = ['card', 'box', 'pill'] as const;
export type BoxMode = (typeof BOX_MODES)[number];
/** How much boxes tell. `detail`: what a card has in its further lines stands behind the name. */
export type BoxStyle = { readonly mode: BoxMode; readonly detail: boolean };

type Size = { readonly width: number; readonly height: number };

/** Cells of text in a card: from the longest word for a state to what still leaves room for others. */
const CARD_TEXT = { min: 17, max: 24 };
const NAME_MAX = 24;
/** Of a longer one, what is kept of its end. */
const NAME_TAIL = 17;
/** `  running #1 srv-1`, or of a stack what went wrong in it. */
const DETAIL_WIDTH = 20;
/** `✓ `. */
const GLYPH_WIDTH = 2;
/** ` ✓1200 ▶40 ✗3` behind the name of a stack. */
const COUNTS_MAX = 15;
/** ` ✗2 ▶40 ○120 ✓1200`. */
const REST_COUNTS = 18;

const BORDERS = {
  card: { width: 4, height: 2 },
  box: { width: 4, height: 2 },
  pill: { width: 2, height: 0 },
};

/** The outer size of a box. It depends on nothing that changes while a run goes on. */
export function boxSize({ mode, detail }: BoxStyle, group: Group): Size {
  const own = textWidth(groupName(group));
  const members = group.members.length;
  // However the others are drawn, the rest takes one row.
  if (group.rest !== undefined) return { width: own + REST_COUNTS + BORDERS.pill.width, height: 1 };
  const border = BORDERS[mode];
  if (mode === 'card') {
    const text = members > 1 ? CARD_TEXT.max : Math.min(CARD_TEXT.max, Math.max(CARD_TEXT.min, own));
    return { width: text + border.width, height: 3 + border.height };
  }
  const rest = (members > 1 ? COUNTS_MAX : GLYPH_WIDTH) + (detail ? DETAIL_WIDTH : 0);
  return { width: Math.min(NAME_MAX, own) + rest + border.width, height: 1 + border.height };
}

export type BoxLine = { readonly text: string; readonly tone: Tone; readonly bold: boolean };
export type BoxView = { readonly lines: readonly BoxLine[]; readonly tone: Tone };

/** What stands in the box of a group of nodes. Texts are safe to paint. */
export function boxView(
  definition: Definition,
  run: Run | undefined,
  group: Group,
  style: BoxStyle,
  ascii: boolean,
): BoxView {
  return group.members.length > 1
    ? stackView(definition, run, group, group.rest === undefined ? style.mode : 'pill', ascii)
    : nodeView(definition, run, group.members[0] ?? 0, style, ascii);
}

/** The three lines of a card. With a run: name, state, newest attempt; without: name, what it runs, its trigger rule. */
function nodeView(
  definition: Definition,
  run: Run | undefined,
  index: number,
  { mode, detail: isDetailed }: BoxStyle,
  ascii: boolean,
): BoxView {
  const node = definition.dag.nodes[index];
  const name = shortName(node?.name ?? '?', ascii);
  const nodeRun = run?.nodes[index];
  const look = nodeRun === undefined ? undefined : nodeLook(nodeRun.status.is);
  const tone = look?.tone ?? 'plain';
  const attempt = nodeRun === undefined ? undefined : attemptText(nodeRun);
  if (mode !== 'card') {
    const glyph = look === undefined ? '' : `${ascii ? look.ascii : look.glyph} `;
    const detail = look === undefined ? commandText(node?.command) : `${look.word} ${attempt ?? ''}`;
    return { lines: [line(`${glyph}${name}${isDetailed ? `  ${detail}` : ''}`, tone, true)], tone };
  }
  const rule = node === undefined || node.triggerRule === 'all_success' ? '' : ruleText(node.triggerRule);
  const state = look === undefined ? commandText(node?.command) : lookText(look, ascii);
  return { lines: [line(name, 'plain', true), line(state, tone), line(attempt ?? rule, 'muted')], tone };
}

function attemptText({ attempts }: NodeRun): string {
  const attempt = attempts.at(-1);
  return attempt === undefined ? '' : `#${attempt.number} ${sanitizeText(attempt.server)}`;
}

/**
 * What went wrong is named in the box of its stack, as far as it fits: nobody should have to open a stack to find it, and a box of its own beside
 * the stack would move all others when it fails.
 */
const PINNED: ReadonlySet<NodeState> = new Set(['failed', 'timed_out', 'lost']);

function stackView(
  definition: Definition,
  run: Run | undefined,
  group: Group,
  mode: BoxMode,
  ascii: boolean,
): BoxView {
  const name = groupName(group, ascii);
  if (run === undefined) {
    const command = commandText(definition.dag.nodes[group.members[0] ?? 0]?.command);
    const lines = [line(name, 'plain', true), line(command, 'plain'), line('', 'muted')];
    return { lines: mode === 'card' ? lines : lines.slice(0, 1), tone: 'plain' };
  }
  const counts = new Map<NodeState, number>();
  const pinned: string[] = [];
  for (const index of group.members) {
    const state = run.nodes[index]?.status.is ?? 'waiting';
    counts.set(state, (counts.get(state) ?? 0) + 1);
    if (PINNED.has(state)) pinned.push(sanitizeText(definition.dag.nodes[index]?.name ?? '?'));
  }
  const states = NODE_STATES.filter((state) => counts.has(state));
  const tone = nodeLook(states[0] ?? 'waiting').tone;
  const glyphs = states.map((state) => {
    const look = nodeLook(state);
    return `${ascii ? look.ascii : look.glyph}${counts.get(state) ?? 0}`;
  });
  const text = glyphs.join(' ');
  const failed = pinned.join(' ');
  if (mode !== 'card') {
    const named = group.rest === undefined && failed !== '' ? `: ${failed}` : '';
    return { lines: [line(`${name} ${text}${named}`, tone, true)], tone };
  }
  return { lines: [line(name, 'plain', true), line(text, tone), line(failed, 'bad')], tone };
}

/** `resize ×1890` of a stack, `12 before` of the rest beside a focus. */
function groupName({ name, members, rest }: Group, ascii = false): string {
  if (rest !== undefined) return `${members.length} ${rest}`;
  const safe = shortName(name, ascii);
  return members.length > 1 ? `${safe} ${ascii ? 'x' : '×'}${members.length}` : safe;
}

/** What names have in common mostly stands at their beginning, so a long one is cut between its beginning and its end. */
function shortName(name: string, ascii: boolean): string {
  const safe = sanitizeText(name);
  if (textWidth(safe) <= NAME_MAX) return safe;
  const cells = cellsOf(safe);
  // The second cell of a wide character is '': a cut there would leave half of it.
  const last = cells.length - NAME_TAIL;
  const from = cells[last] === '' ? last + 1 : last;
  const to = NAME_MAX - NAME_TAIL - 1;
  return `${cells.slice(0, cells[to] === '' ? to - 1 : to).join('')}${ascii ? '~' : '…'}${cells.slice(from).join('')}`;
}

function line(text: string, tone: Tone, bold = false): BoxLine {
  return { text, tone, bold };
}
