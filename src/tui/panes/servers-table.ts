import type { State } from '../../model/state.ts';
import type { ServerName } from '../../model/ids.ts';
import { lookText } from '../../view/look.ts';
import { agentRecords } from '../../view/agent-records.ts';
import type { ServerRow } from '../../view/server-rows.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, invertLine, span } from '../span.ts';
import type { Line } from '../span.ts';
import { filterText, subjectOf } from '../ui-state.ts';
import { chosenServer, tableServers } from '../view-moves.ts';
import { titleSpans } from './breadcrumbs.ts';
import { filterSpans } from './filter-spans.ts';
import { centeredTop, framePane } from './frame.ts';
import { tableLines } from './table.ts';
import type { Column } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'SERVER' },
  { title: 'STATE' },
  { title: 'SLOTS', alignsRight: true },
  { title: 'HEARD', alignsRight: true },
  { title: 'LOAD', alignsRight: true },
  { title: 'DONE', alignsRight: true },
  { title: 'FAILED', alignsRight: true },
  { title: 'LOST', alignsRight: true },
  { title: 'VERSION' },
  { title: 'ROLE' },
];

/** All servers: whether they are there, what they take, what they did in the runs in memory, and who leads. */
export function serversTable(scene: Scene, rect: Rect): Block {
  const { state, ui, source, nowMs } = scene;
  const servers = tableServers(state, source.heartbeats, nowMs, filterText(ui));
  const chosen = chosenServer(state, ui);
  const height = Math.max(1, rect.height - 3);
  const at = servers.findIndex(({ host }) => host === chosen);
  const top = centeredTop(Math.max(0, at), height, servers.length);
  const shown = servers.slice(top, top + height);
  const records = agentRecords(state);
  const { header, rows } = tableLines(
    COLUMNS,
    shown.map((row) => cellsOfServer(scene, row, records.get(row.agent ?? row.host))),
    rect.width,
  );
  const lines = rows.map((line, row) => (shown[row]?.host === chosen ? invertLine(line) : line));
  const up = servers.filter(({ look, isSilent }) => look.word === 'up' && !isSilent).length;
  const title: Line = [
    ...titleSpans(ui, subjectOf(state, ui), 'servers'),
    span(` ${up}/${servers.length} up, epoch ${state.epoch}`, 'muted'),
    ...filterSpans(ui),
  ];
  const empty: Line[] = [
    [span(filterText(ui) === '' ? ' none yet: dagtop agent' : ' nothing matches', 'muted')],
  ];
  return framePane(rect, title, [header, ...(servers.length === 0 ? empty : lines)], ui.focus === 'graph');
}

function cellsOfServer(
  { source, state, ascii }: Scene,
  row: ServerRow,
  record: { readonly done: number; readonly failed: number; readonly lost: number } | undefined,
): Line[] {
  const { look, isSilent, agent } = row;
  const load = agent === undefined ? undefined : source.heartbeats.get(agent)?.heartbeat.loadAverage;
  const tone = isSilent ? 'warning' : look.tone;
  const count = (value: number, bad: boolean): Line => [
    span(String(value), value === 0 ? 'muted' : bad ? 'bad' : 'plain'),
  ];
  return [
    [bold(row.server)],
    [span(isSilent ? lookText({ ...look, word: 'silent' }, ascii) : lookText(look, ascii), tone)],
    [span(row.slots === 0 ? '-' : `${row.used}/${row.slots}`)],
    [span(row.heard, isSilent ? 'warning' : 'muted')],
    [span(load === undefined ? '-' : load.toFixed(1))],
    count(record?.done ?? 0, false),
    count(record?.failed ?? 0, true),
    count(record?.lost ?? 0, true),
    [span(row.version, 'muted')],
    [span([leads(state, agent) ? 'leader' : '', row.isStandby ? 'standby' : ''].join(' ').trim(), 'accent')],
  ];
}

/** A scheduler is named after its server, with a mark of its start behind the last dot. */
function leads({ leader }: State, agent: ServerName | undefined): boolean {
  return agent !== undefined && leader?.startsWith(`${agent}.`) === true;
}
