import { lookText } from '../../view/look.ts';
import { definitionNodeFacts, nodeFacts } from '../../view/node-facts.ts';
import type { Fact } from '../../view/node-facts.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, span } from '../span.ts';
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
  return framePane(rect, [bold(view.name), ...state], [...lines, ...last], false);
}

function factLines({ label, value, tone }: Fact, width: number): Line[] {
  const room = Math.max(1, width - LABEL_WIDTH);
  return wrapText(value, room, FACT_LINES_MAX).map((text, row) => [
    span(` ${row === 0 ? label : ''}`.padEnd(LABEL_WIDTH), 'muted'),
    span(text, tone),
  ]);
}
