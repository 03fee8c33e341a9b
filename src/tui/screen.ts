import { textWidth } from '../graph/text.ts';
import { isWide } from './place.ts';
import type { State } from '../model/state.ts';
import { serverRows } from '../view/server-rows.ts';
import { dialogPane } from './panes/dialog.ts';
import { eventsPane } from './panes/events.ts';
import { factsPane } from './panes/facts.ts';
import { footerLine } from './panes/footer.ts';
import { graphPane } from './panes/graph.ts';
import type { GraphPane } from './panes/graph.ts';
import { headerLine } from './panes/header.ts';
import { lanesPane } from './panes/lanes.ts';
import { logPane } from './panes/log.ts';
import { noticeLine } from './panes/notice.ts';
import { reloadPane } from './panes/reload.ts';
import { runsTable } from './panes/runs-table.ts';
import { serversTable } from './panes/servers-table.ts';
import { runsPane } from './panes/runs.ts';
import { serversPane } from './panes/servers.ts';
import { timelinePane } from './panes/timeline.ts';
import { regionsOf, SCREEN_MIN } from './regions.ts';
import type { Rect, Regions } from './regions.ts';
import type { Block, Canvas, Scene, Screen } from './scene.ts';
import { hearingUntilMs } from './source.ts';
import { fitLine, span } from './span.ts';
import type { Line } from './span.ts';
import { isOfPast, momentOf, subjectOf } from './ui-state.ts';
import type { Subject, UiState } from './ui-state.ts';

/** The whole screen from the present state: computed at most a few times a second, and drawn by `app.tsx` and the terminal writer. */
export function composeScreen(scene: Scene, width: number, height: number): Screen {
  if (isTooSmall(width, height)) return tooSmall(width, height);
  const { state, ui, source, nowMs } = scene;
  const servers = serverRows(state, source.heartbeats, nowMs, hearingUntilMs(source, nowMs));
  const regions = regionsFor(state, ui, width, height);
  const subject = subjectOf(state, ui);
  const seen = asReplayed(scene);
  const middle = isWide(ui) ? scene : seen;
  const graph = regions.graph === undefined ? undefined : mainPane(middle, subject, regions.graph);
  const blocks: Block[] = [
    { rect: regions.header, lines: [headerLine(scene, width)] },
    { rect: regions.notice, lines: [noticeLine(scene, width)] },
    { rect: regions.footer, lines: [footerLine(ui, width, isOfPast(state, ui))] },
    ...regions.separators.map((rect) => ({ rect, lines: column(rect.height) })),
    ...(regions.runs === undefined ? [] : [runsPane(scene, regions.runs)]),
    ...(regions.servers === undefined ? [] : [serversPane(scene, servers, regions.servers)]),
    ...(graph === undefined ? [] : [graph.block]),
    ...paneOf(regions.facts, (rect) => factsPane(seen, subject, rect)),
    ...paneOf(regions.log, (rect) => logPane(seen, subject, rect)),
  ];
  const dialog = ui.dialog === undefined ? undefined : dialogPane(scene, ui.dialog, width, height);
  const isTrue = source.fault === undefined && source.link?.up !== false;
  const faded = isTrue ? undefined : { ...regions.header, y: 1, height: regions.notice.y - 1 };
  return { width, height, blocks, canvas: graph?.canvas, dialog, faded };
}

/** The drawing of `composeScreen` alone, for frames between. */
export function composeCanvas(scene: Scene, width: number, height: number): Canvas | undefined {
  const { state, ui } = scene;
  if (ui.view !== 'graph' || isTooSmall(width, height)) return undefined;
  const rect = regionsFor(state, ui, width, height).graph;
  if (rect === undefined) return undefined;
  return graphPane(isWide(ui) ? scene : asReplayed(scene), subjectOf(state, ui), rect).canvas;
}

/** The regions of a screen in this state; keys need them too, for pages. */
export function regionsFor(state: State, ui: UiState, width: number, height: number): Regions {
  const servers = Math.max(state.placement.servers.length, state.agents.size);
  const full = ui.fullLog !== undefined ? 'log' : isWide(ui) ? 'view' : undefined;
  return regionsOf(width, height, ui.focus, full, servers);
}

/** The scene as it was, where a run is replayed: the state and the clock of that moment. */
function asReplayed(scene: Scene): Scene {
  const moment = momentOf(scene.state, scene.ui);
  if (moment === undefined) return scene;
  const { state, atMs } = moment;
  return { ...scene, state, nowMs: atMs };
}

/** The drawing, or what the operator chose to see in its place. */
function mainPane(scene: Scene, subject: Subject | undefined, rect: Rect): GraphPane {
  switch (scene.ui.view) {
    case 'graph':
      return graphPane(scene, subject, rect);
    case 'lanes':
      return { block: lanesPane(scene, subject, rect), canvas: undefined };
    case 'timeline':
      return { block: timelinePane(scene, subject, rect), canvas: undefined };
    case 'runs':
      return { block: runsTable(scene, rect), canvas: undefined };
    case 'servers':
      return { block: serversTable(scene, rect), canvas: undefined };
    case 'reload':
      return { block: reloadPane(scene, rect), canvas: undefined };
    case 'events':
      return { block: eventsPane(scene, rect), canvas: undefined };
  }
}

function paneOf(rect: Rect | undefined, make: (rect: Rect) => Block): Block[] {
  return rect === undefined ? [] : [make(rect)];
}

function column(height: number): Line[] {
  return Array.from({ length: height }, () => [span('│', 'muted')]);
}

/** Keys do nothing then but quit: nobody sees what they would do. */
export function isTooSmall(width: number, height: number): boolean {
  return width < SCREEN_MIN.width || height < SCREEN_MIN.height;
}

/** What it is, what it must be, and the way out; in few words where even they have no room. */
function tooSmall(width: number, height: number): Screen {
  const has = `${width}×${height}`;
  const needs = `${SCREEN_MIN.width}×${SCREEN_MIN.height}`;
  const long = [`This terminal is ${has}: too small.`, `dagtop needs ${needs}.`, 'Make it larger; q quits.'];
  const isRoomy = height >= long.length && long.every((text) => textWidth(text) <= width);
  const texts = isRoomy ? long : [`need ${needs}`, 'q quits', `have ${has}`];
  const lines = texts.slice(0, height).map((text) => fitLine([span(text)], width));
  const block = { rect: { x: 0, y: 0, width, height: lines.length }, lines };
  return { width, height, blocks: [block], canvas: undefined, dialog: undefined, faded: undefined };
}
