import { lookText } from '../../view/look.ts';
import { definitionNodeFacts, nodeFacts } from '../../view/node-facts.ts';
import type { Fact } from '../../view/node-facts.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, fitLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';
import type { Subject } from '../ui-state.ts';
import { wrapText } from './wrap.ts';
import { framePane } from './frame.ts';

const LABEL_WIDTH = 9;
/** Lines that one fact may take: a long reason is worth reading, a long command is not. */
const FACT_LINES_MAX = 3;

export function factsPane(scene: Scene, subject: Subject | undefined, rect: Rect): Block {
  if (subject === undefined) return framePane(rect, [bold('Node')], [], false);
  const { run, definition, index } = subject;
  const view =
    run === undefined
      ? definitionNodeFacts(definition, index)
      : nodeFacts(scene.state, run, index, scene.nowMs, scene.timeText);
  const state: Line =
    view.look === undefined ? [] : [span('  '), span(lookText(view.look, scene.ascii), view.look.tone)];
  const lines = view.facts.flatMap((fact) => factLines(fact, rect.width));
  const tail = view.tail.map((text): Line => [span(`  ${text}`, 'muted')]);
  const last: Line[] = tail.length === 0 ? [] : [[span(' last lines', 'muted')], ...tail];
  const all = [...lines, ...last];
  const room = Math.max(1, rect.height - 1);
  const shown =
    all.length <= room ? all : [...all.slice(0, room - 1), goesOn(all[room - 1] ?? [], rect.width)];
  return framePane(rect, [bold(view.name), ...state], shown, false);
}

/** The last line that has room, with a mark that there is more. */
function goesOn(line: Line, width: number): Line {
  const mark = span(' …', 'muted');
  return lineWidth(line) + lineWidth([mark]) <= width ? [...line, mark] : [...fitLine(line, width - 2), mark];
}

/** A fact in as many lines as it may take, its label before the first. */
export function factLines({ label, value, tone }: Fact, width: number): Line[] {
  const room = Math.max(1, width - LABEL_WIDTH);
  return wrapText(value, room, FACT_LINES_MAX).map((text, row) => [
    span(` ${row === 0 ? label : ''}`.padEnd(LABEL_WIDTH), 'muted'),
    span(text, tone),
  ]);
}
