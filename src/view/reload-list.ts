import { sanitizeText } from '../graph/text.ts';
import { entryText } from '../model/placement.ts';
import type { Placement } from '../model/placement.ts';
import { eventLine } from './event-line.ts';
import type { SeenEvent } from './event-list.ts';
import type { Tone } from './look.ts';

/** A line of what files changed, oldest first. Texts are safe to paint. */
export type ReloadRow = { readonly atMs: number; readonly text: string; readonly tone: Tone };

type Told = { readonly atMs: number; readonly level: 'info' | 'warning' | 'error'; readonly text: string };

const TONES = { info: 'plain', warning: 'warning', error: 'bad' } as const;
const PLACEMENT_TYPES: ReadonlySet<string> = new Set(['dag.applied', 'dag.removed', 'placement.applied']);

/** What came into force, from the log, with what moves where; and what this process said of its files, mistakes with file and line included. */
export function reloadRows(
  notices: readonly Told[],
  seen: readonly SeenEvent[],
  timeText: (atMs: number) => string,
): readonly ReloadRow[] {
  const rows: ReloadRow[] = notices.map(({ atMs, level, text }) => ({
    atMs,
    text: `${timeText(atMs)} ${sanitizeText(text)}`,
    tone: TONES[level],
  }));
  let before: Placement | undefined;
  for (const { event, verdict } of seen) {
    if (!verdict.accepted || !PLACEMENT_TYPES.has(event.type)) continue;
    const { atMs, by } = event;
    rows.push({ atMs, text: `${eventLine(event, { timeText })}  by ${sanitizeText(by)}`, tone: 'muted' });
    if (event.type !== 'placement.applied') continue;
    for (const text of placementChanges(before, event.placement))
      rows.push({ atMs, text: `    ${text}`, tone: 'accent' });
    before = event.placement;
  }
  return rows.sort((a, b) => a.atMs - b.atMs);
}

/** `srv-2: +B -C`, server by server; nothing of the first placement, which moves nothing. */
function placementChanges(before: Placement | undefined, after: Placement): string[] {
  if (before === undefined) return [];
  const old = entriesByHost(before);
  const next = entriesByHost(after);
  return [...new Set([...next.keys(), ...old.keys()])].flatMap((host) => {
    const was = old.get(host);
    const is = next.get(host);
    const added = [...(is ?? [])].filter((entry) => was?.has(entry) !== true).map((entry) => `+${entry}`);
    const gone = [...(was ?? [])].filter((entry) => is?.has(entry) !== true).map((entry) => `-${entry}`);
    const whole = was === undefined ? ' new' : is === undefined ? ' removed' : '';
    const changes = [...added, ...gone];
    return changes.length + whole.length === 0
      ? []
      : [sanitizeText(`${host}:${whole} ${changes.join(' ')}`.trimEnd())];
  });
}

function entriesByHost({ servers }: Placement): Map<string, ReadonlySet<string>> {
  return new Map(servers.map(({ host, nodes }) => [host, new Set(nodes.map(entryText))]));
}
