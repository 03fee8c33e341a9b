import { lookText, nodeLook } from '../../view/look.ts';
import { runCounts } from '../../view/progress.ts';
import type { Scene } from '../scene.ts';
import { bold, span, spreadLine } from '../span.ts';
import type { Line } from '../span.ts';

const ROOMY_WIDTH = 100;

/** Who it is, whether what is shown is true now, who decides, and how the runs stand. */
export function headerLine(scene: Scene, width: number): Line {
  const { source, nowMs, timeText } = scene;
  const left: Line = [
    bold(' dagtop ', 'accent'),
    ...linkSpans(scene, width),
    ...(scene.ui.isReadOnly ? [span(' ro', 'warning')] : []),
    span(`  ${source.brokerLabel}  `),
    ...leaderSpans(scene, width),
  ];
  // A clock with seconds would write to the terminal all night.
  const time = scene.state.openRuns.size > 0 ? timeText(nowMs) : timeText(nowMs).slice(0, 'HH:MM'.length);
  const right: Line = [span('  '), ...countSpans(scene), span(`  ${time} `)];
  return spreadLine(left, right, width);
}

function linkSpans({ source, ascii }: Scene, width: number): Line {
  const mark = (glyph: string, fallback: string): string => (ascii ? fallback : glyph);
  if (source.fault !== undefined) return [{ ...bold(` ${mark('✗', 'x')} STOPPED `, 'bad'), isInverse: true }];
  const { link } = source;
  if (link === undefined) return [span(`${mark('◌', ':')} opening`, 'waiting')];
  if (link.up) return [span(`${mark('●', '*')} up`, 'good')];
  const stale: Line = [{ ...bold(` ${mark('✗', 'x')} STALE `, 'bad'), isInverse: true }];
  // On a narrow screen the reason stands in the line below, in full.
  return width >= ROOMY_WIDTH ? [...stale, span(` ${link.reason}`, 'bad')] : stale;
}

function leaderSpans({ state, source }: Scene, width: number): Line {
  if (source.link === undefined) return [];
  if (state.leader === undefined) return [span('no scheduler leads', 'warning')];
  const epoch = width >= ROOMY_WIDTH ? ` epoch ${state.epoch}` : '';
  // A scheduler is named after its server, with a mark of its start behind the last dot.
  const server = state.leader.replace(/\.[^.]*$/, '');
  return [span(`leader ${server.slice(0, 16)}${epoch}`, 'muted')];
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
