import { lookText } from '../../view/look.ts';
import type { ServerRow } from '../../view/server-rows.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, span, spreadLine } from '../span.ts';
import type { Line } from '../span.ts';
import { framePane } from './frame.ts';

const ROOMY_WIDTH = 32;

export function serversPane({ ascii }: Scene, rows: readonly ServerRow[], rect: Rect): Block {
  const height = rect.height - 1;
  const shown = rows.length > height ? rows.slice(0, height - 1) : rows;
  const hidden = rows.length - shown.length;
  const lines = shown.map((row) => serverLine(row, rect.width, ascii));
  if (hidden > 0) lines.push([span(` and ${hidden} more: dagtop servers`, 'muted')]);
  const empty: Line[] = [[span(' none yet: dagtop agent', 'muted')]];
  const up = rows.filter(({ look, isSilent }) => look.word === 'up' && !isSilent).length;
  const title: Line = [bold('Servers'), span(` ${up}/${rows.length} up`, 'muted')];
  return framePane(rect, title, rows.length === 0 ? empty : lines, false);
}

function serverLine(row: ServerRow, width: number, ascii: boolean): Line {
  const { look } = row;
  const glyph = lookText(look, ascii).split(' ')[0] ?? '';
  const word = row.isSilent ? 'silent' : look.word !== 'up' ? look.word : row.isStandby ? 'standby' : '';
  const slots = row.slots === 0 ? '' : `${row.used}/${row.slots}`;
  const version = width >= ROOMY_WIDTH ? ` ${row.version.slice(0, 8).padStart(7)}` : '';
  const right: Line = [
    span(word === '' ? '' : `${word} `, row.isSilent ? 'warning' : look.tone),
    span(slots),
    span(row.heard.padStart(4), row.isSilent ? 'warning' : 'muted'),
    span(version, 'muted'),
  ];
  return spreadLine(
    [span(` ${glyph} `, row.isSilent ? 'warning' : look.tone), span(row.server)],
    right,
    width,
  );
}
