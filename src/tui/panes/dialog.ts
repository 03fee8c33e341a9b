import { consequenceOf } from '../consequence.ts';
import { KEYMAP } from '../keymap.ts';
import type { Binding } from '../keymap.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, fitLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';
import type { MonitorAction } from '../source.ts';
import type { Dialog } from '../ui-state.ts';

/** A box in the middle of the screen. */
export function dialogPane(scene: Scene, dialog: Dialog, width: number, height: number): Block {
  const { title, lines } = dialog.is === 'help' ? help(width, height - 4) : question(scene, dialog);
  const widest = Math.max(lineWidth(title), ...lines.map(lineWidth));
  const inner = Math.min(widest + 2, width - 4);
  const shown = lines.slice(0, height - 4);
  const rule = '═'.repeat(inner);
  const tone = 'accent';
  const row = (line: Line): Line => [
    span('║', tone),
    ...fitLine([span(' '), ...line], inner),
    span('║', tone),
  ];
  const block: Line[] = [[span(`╔${rule}╗`, tone)], row(title), ...shown.map(row), [span(`╚${rule}╝`, tone)]];
  const rect = {
    x: (width - inner - 2) >> 1,
    y: Math.max(1, (height - block.length) >> 1),
    width: inner + 2,
    height: block.length,
  };
  return { rect, lines: block };
}

type Text = { readonly title: Line; readonly lines: readonly Line[] };

function question({ state, ascii }: Scene, { action, isYes }: Extract<Dialog, { is: 'question' }>): Text {
  const consequence = consequenceOf(state, action);
  const button = (text: string, isChosen: boolean): Line => [
    {
      ...span(isChosen ? `[${ascii ? '>' : '▸'} ${text} ]` : `[  ${text} ]`),
      isInverse: isChosen,
      isBold: isChosen,
    },
    span('  '),
  ];
  const buttons: Line = [
    ...button(action.do === 'cancel' ? 'Keep it' : 'Cancel', !isYes),
    ...button(verbOf(action), isYes),
  ];
  if (!consequence.possible)
    return { title: [bold('Not possible')], lines: [[], [span(consequence.reason)]] };
  const choice: Line[] =
    action.do === 'trigger' && state.dags.size > 1 ? [[span('j/k: another dag', 'muted')]] : [];
  const lines = consequence.lines.map((text): Line => [span(text)]);
  return { title: [bold(consequence.title)], lines: [[], ...lines, ...choice, [], buttons] };
}

function verbOf(action: MonitorAction): string {
  switch (action.do) {
    case 'trigger':
      return 'Run it (y)';
    case 'retry':
      return 'Retry (y)';
    case 'cancel':
      return 'Cancel the run (y)';
    case 'pause':
    case 'resume':
      return 'Yes (y)';
  }
}

const HELP_TEXT = 21;
/** Cells for all keys of a command, and for its first one. */
const HELP_KEYS = { all: 16, first: 10 } as const;

/** The keymap in one column, or in two where the screen is low; on a narrow screen with one key for each command. */
function help(width: number, rows: number): Text {
  const keys = width < 2 * (HELP_KEYS.all + HELP_TEXT) + 4 ? 'first' : 'all';
  const entries = KEYMAP.map((binding) => helpLine(binding, keys));
  const title: Line = [bold('Keys')];
  if (entries.length <= rows - 1) return { title, lines: entries };
  const half = Math.ceil(entries.length / 2);
  const right = entries.slice(half);
  const column = Math.min(HELP_KEYS[keys] + HELP_TEXT, (width - 6) >> 1);
  const lines = entries.slice(0, half).map((line, row) => fitLine(line, column).concat(right[row] ?? []));
  return { title, lines };
}

function helpLine({ keys, help }: Binding, shown: keyof typeof HELP_KEYS): Line {
  const text = shown === 'all' ? keys.join(' ') : (keys[0] ?? '');
  return [bold(text.padEnd(HELP_KEYS[shown])), span(help)];
}
