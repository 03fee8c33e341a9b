import { sanitizeText } from '../../graph/text.ts';
import { eventsPerSecond, lastEventText, rateText } from '../../view/event-rate.ts';
import { lookText, nodeLook } from '../../view/look.ts';
import { runCounts } from '../../view/progress.ts';
import { schedulerServer } from '../../view/server-rows.ts';
import { roundTripText } from '../../view/round-trip.ts';
import type { Scene } from '../scene.ts';
import { bold, lineWidth, span, spreadLine } from '../span.ts';
import type { Line } from '../span.ts';
import { outageText } from './outage.ts';

const ROOMY_WIDTH = 110;
const LEADER_MAX = 16;
/** Cells of an age and of a rate, so that what stands beside them does not move. */
const AGE_WIDTH = 3;
const RATE_WIDTH = 4;

/** A piece of the header; on a narrow screen those with the highest rank are left out. */
type Part = { readonly rank: number; readonly line: Line };

/**
 * Who it is; whether what is shown is true now, and how quickly it comes; who decides; and how the runs stand. On an idle screen none of it
 * changes more than once a minute.
 */
export function headerLine(scene: Scene, width: number): Line {
  const { source, nowMs, timeText } = scene;
  const isRoomy = width >= ROOMY_WIDTH;
  // A clock with seconds would write to the terminal all night.
  const time = isBusy(scene) ? timeText(nowMs) : timeText(nowMs).slice(0, 'HH:MM'.length);
  const right: Line = [span('  '), ...countSpans(scene), span(` ${time} `)];
  const parts: Part[] = [
    { rank: 0, line: [bold(' dagtop ', 'accent'), ...linkSpans(scene)] },
    { rank: 2, line: roundTripSpans(scene) },
    { rank: 0, line: scene.ui.isReadOnly ? [span(' ro', 'warning')] : [] },
    { rank: 1, line: droppedSpans(scene) },
    { rank: 6, line: [span(`  ${sanitizeText(source.brokerLabel)}`)] },
    { rank: 1, line: leaderSpans(scene) },
    { rank: 5, line: epochSpans(scene) },
    { rank: 3, line: lastSpans(scene, isRoomy) },
    { rank: 4, line: rateSpans(scene, isRoomy) },
  ];
  return spreadLine(fittingParts(parts, width - lineWidth(right)), right, width);
}

/** All parts up to the highest rank with which they fit. */
function fittingParts(parts: readonly Part[], width: number): Line {
  for (let rank = 6; rank > 0; rank -= 1) {
    const line = parts.flatMap((part) => (part.rank <= rank ? part.line : []));
    if (lineWidth(line) <= width) return line;
  }
  return parts.flatMap((part) => (part.rank === 0 ? part.line : []));
}

function isBusy({ state }: Scene): boolean {
  return state.openRuns.size > 0;
}

function isUp({ source }: Scene): boolean {
  return source.fault === undefined && source.link?.up === true;
}

function linkSpans(scene: Scene): Line {
  const { source, ascii } = scene;
  const mark = (glyph: string, fallback: string): string => (ascii ? fallback : glyph);
  if (source.fault !== undefined) return [{ ...bold(` ${mark('✗', 'x')} STOPPED `, 'bad'), isInverse: true }];
  const { link } = source;
  if (link === undefined) return [span(`${mark('◌', ':')} opening`, 'waiting')];
  if (link.up) return [span(`${mark('●', '*')} up`, 'good')];
  const stale = { ...bold(` ${mark('✗', 'x')} STALE `, 'bad'), isInverse: true };
  return [stale, span(` ${outageText(link, scene)}`, 'bad')];
}

function roundTripSpans(scene: Scene): Line {
  const { roundTripMs } = scene.source;
  if (roundTripMs === undefined || !isUp(scene)) return [];
  return [span(` ${roundTripText(roundTripMs)}`, roundTripMs === Infinity ? 'warning' : 'muted')];
}

function droppedSpans({ frames }: Scene): Line {
  return frames.dropped === 0 ? [] : [span(`  dropped ${frames.dropped}`, 'warning')];
}

function lastSpans({ source, nowMs, state }: Scene, isRoomy: boolean): Line {
  if (source.link === undefined) return [];
  const age = lastEventText(source.recent, nowMs, state.openRuns.size > 0);
  return [span(isRoomy ? '  last event ' : '  last ', 'muted'), span(age.padStart(AGE_WIDTH), 'muted')];
}

function rateSpans(scene: Scene, isRoomy: boolean): Line {
  if (!isUp(scene)) return [];
  const rate = rateText(eventsPerSecond(scene.source.recent, scene.nowMs)).padStart(RATE_WIDTH);
  return [span(`  ${rate}${isRoomy ? ' events/s' : ' ev/s'}`, 'muted')];
}

function leaderSpans({ state, source }: Scene): Line {
  if (source.link === undefined) return [];
  if (state.leader === undefined) return [span('  no scheduler leads', 'warning')];
  const server = schedulerServer(state.leader);
  return [
    span(`  leader ${server.length > LEADER_MAX ? `${server.slice(0, LEADER_MAX - 1)}…` : server}`, 'muted'),
  ];
}

function epochSpans({ state, source }: Scene): Line {
  return source.link === undefined || state.leader === undefined
    ? []
    : [span(` epoch ${state.epoch}`, 'muted')];
}

function countSpans({ state, ascii }: Scene): Line {
  const counts = runCounts(state);
  const shown = [
    { look: nodeLook('running'), count: counts.open },
    { look: nodeLook('succeeded'), count: counts.succeeded },
    { look: nodeLook('failed'), count: counts.failed },
  ] as const;
  const parts = shown.map(({ look, count }) => {
    const glyph = lookText(look, ascii).split(' ')[0] ?? '';
    return span(`${glyph}${count} `, count === 0 ? 'muted' : look.tone);
  });
  return [span('runs '), ...parts];
}
