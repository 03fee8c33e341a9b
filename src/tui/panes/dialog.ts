import { contextOf } from '../place.ts';
import { consequenceOf } from '../consequence.ts';
import { answerKey } from '../bound-keys.ts';
import { helpPages } from '../help.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, fitLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';
import type { MonitorAction } from '../source.ts';
import { commandLineText } from '../../view/cli-text.ts';
import { pageOf } from '../reading.ts';
import type { Page } from '../reading.ts';
import { readingText } from './reading.ts';
import type { Dialog } from '../ui-state.ts';

/** A box in the middle of the screen. */
export function dialogPane(scene: Scene, dialog: Dialog, width: number, height: number): Block {
  const { title, lines } = textOf(scene, dialog, width, height);
  const widest = Math.max(lineWidth(title), ...lines.map(lineWidth));
  const inner = Math.min(widest + 2, width - 4);
  const room = Math.max(1, height - 4);
  // The last line of a question are its answers.
  const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), ...lines.slice(-1)];
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

function textOf(scene: Scene, dialog: Dialog, width: number, height: number): Text {
  switch (dialog.is) {
    case 'help':
      return help(scene, dialog.page, pageOf(width, height));
    case 'text':
      return readingText(dialog, pageOf(width, height), scene.ascii);
    case 'question':
      return question(scene, dialog);
  }
}

type Text = { readonly title: Line; readonly lines: readonly Line[] };

function question({ state, ascii, ui }: Scene, { action, isYes }: Extract<Dialog, { is: 'question' }>): Text {
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
    ...button(`${verbOf(action)} (${answerKey(ui.keymap, 'yes')})`, isYes),
  ];
  if (!consequence.possible)
    return { title: [bold('Not possible')], lines: [[], [span(consequence.reason)]] };
  const choice: Line[] =
    action.do === 'trigger' && action.params === undefined && state.dags.size > 1
      ? [[span(`${answerKey(ui.keymap, 'next')}/${answerKey(ui.keymap, 'previous')}: another dag`, 'muted')]]
      : [];
  const lines = consequence.lines.map((text): Line => [span(text)]);
  const same: Line[] = commandsOf(action).map((text): Line => [span('$ ', 'muted'), span(text, 'muted')]);
  return { title: [bold(consequence.title)], lines: [[], ...lines, ...choice, [], ...same, buttons] };
}

function verbOf(action: MonitorAction): string {
  switch (action.do) {
    case 'trigger':
      return 'Run it';
    case 'retry':
      return 'Retry';
    case 'cancel':
      return 'Cancel the run';
    case 'cordon':
      return 'Cordon it';
    case 'uncordon':
      return 'Uncordon it';
    case 'pause':
    case 'resume':
      return 'Yes';
  }
}

const COMMANDS_SHOWN = 3;

/** The same on the command line, for scripts and for learning. */
function commandsOf(action: MonitorAction): string[] {
  switch (action.do) {
    case 'trigger': {
      const params = Object.entries(action.params ?? {}).flatMap(([name, value]) => [
        '-p',
        `${name}=${value}`,
      ]);
      const from = (action.from ?? []).flatMap((node) => ['--from', node]);
      return [commandLineText(['dagtop', 'run', action.dag, ...params, ...from])];
    }
    case 'retry': {
      const rest = action.downstream ? ['--downstream'] : [];
      const lines = action.nodes.map((node) =>
        commandLineText(['dagtop', 'retry', action.run, node, ...rest]),
      );
      const more = lines.length - COMMANDS_SHOWN;
      return more > 0 ? [...lines.slice(0, COMMANDS_SHOWN), `and ${more} more`] : lines;
    }
    case 'cancel':
    case 'pause':
    case 'resume':
      return [commandLineText(['dagtop', action.do, action.run])];
    case 'cordon':
    case 'uncordon':
      return [commandLineText(['dagtop', action.do, action.server])];
  }
}

/** What works here, a page of it where all is too much. */
function help({ ui }: Scene, at: number, page: Page): Text {
  const pages = helpPages(ui.keymap, contextOf(ui), page);
  const shown = Math.min(at, pages.length - 1);
  const more: Line =
    pages.length === 1 ? [] : [span(`  ${shown + 1}/${pages.length}, space: more`, 'warning')];
  const title: Line = [bold('Keys'), span(` here (${contextOf(ui)})`, 'muted'), ...more];
  return { title, lines: pages[shown] ?? [] };
}
