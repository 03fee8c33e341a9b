import { lookText } from '../../view/look.ts';
import { listItems, runRow } from '../../view/run-rows.ts';
import type { ListItem } from '../../view/run-rows.ts';
import { indexOfChosen } from '../moves.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, fitLine, invertLine, span, spreadLine } from '../span.ts';
import type { Line } from '../span.ts';
import { centeredTop, framePane } from './frame.ts';

/** Dags with their runs; only what is seen is worked out. */
export function runsPane(scene: Scene, rect: Rect): Block {
  const { state, ui } = scene;
  const items = listItems(state, ui.expanded);
  const at = indexOfChosen(items, state, ui);
  const height = rect.height - 1;
  const top = centeredTop(at, height, items.length);
  const isFocused = ui.focus === 'runs';
  const lines = items.slice(top, top + height).map((item, row) => {
    const line = fitLine(itemLine(scene, item, rect.width), rect.width);
    return top + row === at ? markChosen(line, isFocused) : line;
  });
  const none: Line[] = [[], [span(' no dag yet', 'muted')], [span(' dagtop apply FILES', 'muted')]];
  const opening: Line[] = [[], [span(' opening the broker …', 'muted')]];
  const empty = scene.source.link === undefined ? opening : none;
  const more = items.length > height ? [span(` ${at + 1}/${items.length}`, 'muted')] : [];
  return framePane(rect, [bold('Runs'), ...more], items.length === 0 ? empty : lines, isFocused);
}

function markChosen(line: Line, isFocused: boolean): Line {
  const marked: Line = [span('▸', 'accent'), ...dropFirstCell(line)];
  return isFocused ? invertLine(marked) : marked;
}

/** Every line of the list begins with a blank, for the mark. */
function dropFirstCell([first, ...rest]: Line): Line {
  return first === undefined ? rest : [{ ...first, text: first.text.slice(1) }, ...rest];
}

const MINUTE_MS = 60_000;

function itemLine({ state, nowMs, ascii }: Scene, item: ListItem, width: number): Line {
  if (item.is === 'dag') {
    const gone = item.isCurrent ? [] : [span('removed', 'muted')];
    const older = item.older > 0 ? [span(`+${item.older} `, 'muted')] : [];
    return spreadLine([span(' '), bold(item.dag)], [...gone, ...older], width);
  }
  const run = state.runs.get(item.run);
  if (run === undefined) return [];
  const { look, progress, age } = runRow(run, nowMs);
  // Of what is over, the seconds would be written anew each second.
  const shownAge = run.end !== undefined && nowMs - run.triggeredMs < MINUTE_MS ? '<1m' : age;
  const right: Line = [span(`${progress.done}/${progress.total}`), span(shownAge.padStart(5), 'muted')];
  return spreadLine([span('   '), span(lookText(look, ascii), look.tone)], right, width);
}
