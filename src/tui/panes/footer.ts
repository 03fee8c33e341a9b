import { contextOf } from '../place.ts';
import type { Context } from '../place.ts';
import { answerKey, bindingsIn, keysOf, moveKeys, shownKey } from '../bound-keys.ts';
import type { Keymap } from '../bound-keys.ts';
import type { Answer, Binding, Command } from '../keymap.ts';
import { bold, fitLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';
import { isSteering } from '../steering.ts';
import type { Dialog, UiState } from '../ui-state.ts';

/** Whoever knows nothing else must find these. */
const ALWAYS_SHOWN: ReadonlySet<Command> = new Set(['help', 'quit']);

const ANSWER_HINTS: readonly (readonly [Answer, string])[] = [
  ['yes', 'yes'],
  ['close', 'no'],
  ['switch', 'switch'],
  ['press', 'press'],
];

/** The keys that work here, from the keymap; what does not fit is left to the help. Of a run that `isPast` nothing can be changed. */
export function footerLine(ui: UiState, width: number, isPast = false): Line {
  if (ui.dialog !== undefined) {
    return fitLine([span(dialogHint(ui.keymap, ui.dialog, contextOf(ui)), 'muted')], width);
  }
  if (ui.typing?.is === 'filter')
    return fitLine(
      [span(' words, a regex, !not, state:failed, srv:NAME  Enter keeps it  Esc clears', 'muted')],
      width,
    );
  if (ui.typing?.is === 'logSearch' || ui.typing?.is === 'logFilter')
    return fitLine(
      [span(' words, a regex, !not, node:, srv:, stream:stderr  Enter keeps it  Esc clears', 'muted')],
      width,
    );
  if (ui.typing?.is === 'command')
    return fitLine([span(' Tab completes  Enter runs it  Esc leaves', 'muted')], width);
  const context = contextOf(ui);
  const move = moveKeys(ui.keymap, context);
  const line: Line[number][] = move === '' ? [] : [span(' '), bold(move), span(' move', 'muted')];
  const bindings = bindingsIn(ui.keymap, context);
  const last = hintsOf(bindings.filter(({ command }) => ALWAYS_SHOWN.has(command))).flat();
  const isLocked = ui.isReadOnly || ui.offline !== undefined;
  const works = ({ command }: Binding): boolean =>
    !ALWAYS_SHOWN.has(command) &&
    !(isLocked && isSteering(command)) &&
    !(isPast && isSteering(command) && command !== 'trigger');
  const others = bindings.filter(works);
  for (const hint of ui.replay === undefined ? hintsOf(others) : replayHints(others)) {
    if (lineWidth([...line, ...hint, ...last]) > width) break;
    line.push(...hint);
  }
  return fitLine([...line, ...last], width);
}

function hintsOf(bindings: readonly Binding[]): Line[] {
  return bindings.flatMap(({ hint, hintKey, keys: [key] }): Line[] =>
    hint === undefined || key === undefined
      ? []
      : [[span('  '), bold(hintKey ?? shownKey(key)), span(` ${hint}`, 'muted')]],
  );
}

/** What changes anything is refused in a replay, so it is not offered. */
function replayHints(bindings: readonly Binding[]): Line[] {
  return hintsOf(
    bindings.map(({ hint: _live, hintInReplay: hint, ...rest }) => ({
      ...rest,
      ...(hint === undefined ? {} : { hint }),
    })),
  );
}

function dialogHint(keymap: Keymap, dialog: Dialog, context: Context): string {
  switch (dialog.is) {
    case 'help':
      return ' any key closes';
    case 'text':
      return ` ${moveKeys(keymap, context === 'graph' ? 'list' : context)} move  ${shownKey(keysOf(keymap, 'filter', 'graph')[0] ?? '')} find  any other key closes`;
    case 'question':
      return ANSWER_HINTS.flatMap(([answer, hint]) => {
        const key = answerKey(keymap, answer);
        return key === '' ? [] : [` ${key} ${hint}`];
      }).join(' ');
  }
}
