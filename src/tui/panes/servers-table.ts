import type { State } from '../../model/state.ts';
import type { ServerName } from '../../model/ids.ts';
import { lookText } from '../../view/look.ts';
import { agentRecords } from '../../view/agent-records.ts';
import type { AgentRecord } from '../../view/agent-records.ts';
import type { Tone } from '../../view/look.ts';
import { sanitizeText } from '../../graph/text.ts';
import { serverFacts } from '../../view/server-facts.ts';
import { schedulerServer } from '../../view/server-rows.ts';
import type { ServerRow } from '../../view/server-rows.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, invertLine, span } from '../span.ts';
import type { Line } from '../span.ts';
import { filterText, subjectOf } from '../ui-state.ts';
import { chosenServer, tableServers } from '../view-moves.ts';
import { titleSpans } from './breadcrumbs.ts';
import { factLines } from './facts.ts';
import { filterSpans } from './filter-spans.ts';
import { centeredTop, framePane } from './frame.ts';
import { tableLines } from './table.ts';
import type { Column } from './table.ts';

/** Rows of the pane below which nothing is said beside the table. */
const TABLE_MIN = 8;

const COLUMNS: readonly Column[] = [
  { title: 'SERVER' },
  { title: 'STATE' },
  { title: 'ROLE' },
  { title: 'SLOTS', alignsRight: true },
  { title: 'LEASES', alignsRight: true, fromWidth: 90 },
  { title: 'HEARD', alignsRight: true },
  { title: 'LOAD', alignsRight: true, fromWidth: 100 },
  { title: 'DONE', alignsRight: true },
  { title: 'FAILED', alignsRight: true },
  { title: 'LOST', alignsRight: true },
  { title: 'MOVED', alignsRight: true },
  { title: 'VERSION', fromWidth: 100 },
  { title: 'SINCE', fromWidth: 100 },
  { title: 'LABELS', fromWidth: 110 },
];

/**
 * All servers: whether they are there, who leads, what they take and have, what they did in the runs in memory; and below, all about the chosen
 * one. On an idle screen it stands still.
 */
export function serversTable(scene: Scene, rect: Rect): Block {
  const { state, ui, source, nowMs } = scene;
  const servers = tableServers(state, source.heartbeats, nowMs, filterText(ui));
  const chosen = chosenServer(state, ui);
  const records = agentRecords(state);
  const row = servers.find(({ host }) => host === chosen);
  const about =
    row === undefined ? [] : aboutLines(scene, row, records.get(row.agent ?? row.host), rect.width);
  // Where there is little room, the table has it.
  const below = about.length + TABLE_MIN <= rect.height ? about : [];
  const height = Math.max(1, rect.height - 2 - below.length);
  const at = servers.findIndex(({ host }) => host === chosen);
  const top = centeredTop(Math.max(0, at), height, servers.length);
  const shown = servers.slice(top, top + height);
  const { header, rows } = tableLines(
    COLUMNS,
    shown.map((one) => cellsOfServer(scene, one, records.get(one.agent ?? one.host))),
    rect.width,
  );
  const lines = rows.map((line, index) => (shown[index]?.host === chosen ? invertLine(line) : line));
  const up = servers.filter(({ look, isSilent }) => look.word === 'up' && !isSilent).length;
  const title: Line = [
    ...titleSpans(ui, subjectOf(state, ui), 'servers'),
    span(` ${up}/${servers.length} up, ${leaderText(state)}`, 'muted'),
    ...filterSpans(ui),
  ];
  const empty: Line[] = [
    [span(filterText(ui) === '' ? ' none yet: dagtop agent' : ' nothing matches', 'muted')],
  ];
  const filled = [...lines, ...Array.from({ length: height - lines.length }, (): Line => [])];
  const table = [header, ...(servers.length === 0 ? empty : filled)];
  return framePane(rect, title, [...table, ...below], ui.focus === 'graph');
}

function leaderText({ leader, epoch }: State): string {
  return leader === undefined ? 'no scheduler leads' : `${schedulerServer(leader)} leads, epoch ${epoch}`;
}

function aboutLines(scene: Scene, row: ServerRow, record: AgentRecord | undefined, width: number): Line[] {
  const { state, nowMs, timeText, ascii } = scene;
  const facts = serverFacts(state, row, record, nowMs, timeText);
  const head: Line = [
    span(` ${(ascii ? '-' : '─').repeat(2)} `, 'muted'),
    bold(row.server),
    span(' '),
    span(lookText(row.look, ascii), row.look.tone),
  ];
  return [head, ...facts.flatMap((fact) => factLines(fact, width))];
}

function cellsOfServer(
  { source, state, ascii, timeText }: Scene,
  row: ServerRow,
  record?: AgentRecord,
): Line[] {
  const { look, isSilent, agent } = row;
  const load = agent === undefined ? undefined : source.heartbeats.get(agent)?.heartbeat.loadAverage;
  const known = agent === undefined ? undefined : state.agents.get(agent);
  const tone = isSilent ? 'warning' : look.tone;
  const count = (value: number, bad?: Tone): Line => [
    span(String(value), value === 0 ? 'muted' : (bad ?? 'plain')),
  ];
  const labels = Object.entries(known?.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    [bold(row.server)],
    [span(isSilent ? lookText({ ...look, word: 'silent' }, ascii) : lookText(look, ascii), tone)],
    [span([leads(state, agent) ? 'leader' : '', row.isStandby ? 'standby' : ''].join(' ').trim(), 'accent')],
    [span(row.slots === 0 ? '-' : `${row.used}/${row.slots}`)],
    count(record?.held ?? 0),
    [span(row.heard, isSilent ? 'warning' : 'muted')],
    // Its tenths change with every heartbeat.
    [span(load === undefined ? '-' : load.toFixed(0))],
    count(record?.done ?? 0),
    count(record?.failed ?? 0, 'bad'),
    count(record?.lost ?? 0, 'bad'),
    count(record?.moved ?? 0, 'warning'),
    [span(row.version, 'muted')],
    [span(known === undefined ? '-' : timeText(known.joinedMs), 'muted')],
    [span(sanitizeText(labels.join(' ')), 'muted')],
  ];
}

function leads({ leader }: State, agent: ServerName | undefined): boolean {
  return agent !== undefined && leader !== undefined && schedulerServer(leader) === sanitizeText(agent);
}
