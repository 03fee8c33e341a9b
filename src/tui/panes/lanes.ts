import { sanitizeText } from '../../graph/text.ts';
import { counted } from '../../view/counted.ts';
import { durationText } from '../../view/duration.ts';
import { filterOf } from '../../view/filter.ts';
import { lanesOf } from '../../view/lanes.ts';
import type { Lane, LaneWork } from '../../view/lanes.ts';
import { lookText, nodeLook } from '../../view/look.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, dimLine, invertLine, span, spreadLine } from '../span.ts';
import type { Line } from '../span.ts';
import { filterText, nodeNameOf } from '../ui-state.ts';
import type { Subject } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { hearingUntilMs } from '../source.ts';
import { wishSpans } from './filter-spans.ts';
import { centeredTop, framePane } from './frame.ts';
import { replaySpans } from './replay-spans.ts';

const WAITING_SHOWN = 6;
const NOTHING_HEARD: Scene['source']['heartbeats'] = new Map();

/** A lane for each server with what it does now; what waits, and why, stands at the bottom. */
export function lanesPane(scene: Scene, subject: Subject | undefined, rect: Rect): Block {
  const { state, source, nowMs, timeText } = scene;
  // Of a moment that is replayed, what is heard now tells nothing.
  const heartbeats = state === source.state ? source.heartbeats : NOTHING_HEARD;
  const { lanes, waiting } = lanesOf(state, heartbeats, nowMs, timeText, hearingUntilMs(source, nowMs));
  const chosen = (work: LaneWork): boolean =>
    subject !== undefined && work.run === subject.run?.id && work.node === nodeNameOf(subject);
  const below = waiting
    .slice(0, WAITING_SHOWN)
    .map(({ reason, count, first }): Line => [
      span(`  ${count} `.padStart(8), 'waiting'),
      span(sanitizeText(reason)),
      span(first === '' ? '' : `  ${sanitizeText(first)}${count > 1 ? ' first' : ''}`, 'muted'),
    ]);
  const bottom: Line[] = below.length === 0 ? [] : [[bold(' waiting')], ...below];
  const height = Math.max(1, rect.height - 1 - bottom.length);
  const lines = lanes.flatMap((lane) => laneLines(scene, lane, rect.width, chosen));
  const at = lines.findIndex(({ isChosen }) => isChosen);
  const top = centeredTop(Math.max(0, at), height, lines.length);
  const shown = lines.slice(top, top + height).map(({ line }) => line);
  const filled = [...shown, ...Array.from({ length: Math.max(0, height - shown.length) }, (): Line => [])];
  const running = lanes.reduce((sum, { work }) => sum + work.length, 0);
  const title: Line = [
    ...replaySpans(scene),
    ...titleSpans(scene.ui, subject, 'lanes'),
    span(` ${counted(running, 'attempt')} now`, 'muted'),
    ...wishSpans(scene.ui),
  ];
  return framePane(rect, title, [...filled, ...bottom], scene.ui.focus === 'graph');
}

type LaneLine = { readonly line: Line; readonly isChosen: boolean };

function laneLines(
  scene: Scene,
  { server, work }: Lane,
  width: number,
  chosen: (work: LaneWork) => boolean,
): LaneLine[] {
  const { look, slots, used } = server;
  const word = server.isSilent ? `silent for ${server.heard}` : look.word;
  const left: Line = [
    span(` ${glyphOf(lookText(look, scene.ascii))} `, look.tone),
    bold(server.server),
    span(` ${word}${server.isStandby ? ', standby' : ''}`, server.isSilent ? 'warning' : look.tone),
  ];
  const right: Line = slots === 0 ? [] : [slotBar(used, slots, scene.ascii), span(` ${used}/${slots} `)];
  const head = { line: spreadLine(left, right, width), isChosen: false };
  return [head, ...work.map((item) => workLine(scene, item, width, chosen(item)))];
}

function workLine({ nowMs, ascii, ui }: Scene, work: LaneWork, width: number, isChosen: boolean): LaneLine {
  const look = nodeLook(work.state);
  const took = work.startedMs === undefined ? '' : durationText(nowMs - work.startedMs);
  const line = spreadLine(
    [
      span(`   ${glyphOf(lookText(look, ascii))} `, look.tone),
      span(sanitizeText(`${work.dag}/${work.node}`)),
      span(` #${work.attempt}`, 'muted'),
    ],
    [span(` ${sanitizeText(work.run)} `, 'muted'), span(took.padStart(7)), span(' ')],
    width,
  );
  const { dag, node, server } = work;
  const isIn = filterOf(filterText(ui))({ text: `${dag}/${node}`, state: look.word, server });
  const seen = isIn ? line : dimLine(line);
  return { line: isChosen ? invertLine(seen) : seen, isChosen };
}

const BAR_MAX = 10;

/** As many marks as slots, up to ten of them. */
function slotBar(used: number, slots: number, ascii: boolean): Line[number] {
  const cells = Math.min(BAR_MAX, slots);
  const full = Math.min(cells, Math.ceil((used / slots) * cells));
  const [taken, free] = ascii ? ['#', '.'] : ['■', '□'];
  return span(`${taken.repeat(full)}${free.repeat(cells - full)}`, full === cells ? 'warning' : 'busy');
}

function glyphOf(text: string): string {
  return text.split(' ')[0] ?? '';
}
