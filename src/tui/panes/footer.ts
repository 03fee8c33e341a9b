import { contextOf } from '../place.ts';
import type { Context } from '../place.ts';
import { KEYMAP } from '../keymap.ts';
import type { Binding, Command } from '../keymap.ts';
import { bold, fitLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';
import type { UiState } from '../ui-state.ts';

const KEY_TEXTS: Readonly<Record<string, string>> = { enter: 'Enter', esc: 'Esc', tab: 'Tab' };

/** Whoever knows nothing else must find these. */
const ALWAYS_SHOWN: ReadonlySet<Command> = new Set(['help', 'quit']);

/** The keys that work here, from the keymap; what does not fit is left to the help. */
export function footerLine(ui: UiState, width: number): Line {
  if (ui.dialog !== undefined) {
    const text =
      ui.dialog.is === 'help'
        ? ' any key closes'
        : ui.dialog.is === 'text'
          ? ' jk move  any other key closes'
          : ' y yes  Esc no  Tab switch  Enter press';
    return fitLine([span(text, 'muted')], width);
  }
  if (ui.typing?.is === 'filter')
    return fitLine(
      [span(' words, a regex, !not, state:failed, srv:NAME  Enter keeps it  Esc clears', 'muted')],
      width,
    );
  if (ui.typing?.is === 'command')
    return fitLine([span(' Tab completes  Enter runs it  Esc leaves', 'muted')], width);
  const move = ui.focus === 'graph' ? 'hjkl' : 'jk';
  const line: Line[number][] = [span(' '), bold(move), span(' move', 'muted')];
  const last = hintsOf(({ command }) => ALWAYS_SHOWN.has(command), contextOf(ui)).flat();
  for (const hint of hintsOf(({ command }) => !ALWAYS_SHOWN.has(command), contextOf(ui))) {
    if (lineWidth([...line, ...hint, ...last]) > width) break;
    line.push(...hint);
  }
  return fitLine([...line, ...last], width);
}

function hintsOf(isWanted: (binding: Binding) => boolean, context: Context): Line[] {
  return KEYMAP.filter(({ only }) => only === undefined || only.includes(context)).flatMap(
    (binding): Line[] => {
      if (binding.hint === undefined || !isWanted(binding)) return [];
      const key = binding.keys[0] ?? '';
      return [
        [span('  '), bold(binding.hintKey ?? KEY_TEXTS[key] ?? key), span(` ${binding.hint}`, 'muted')],
      ];
    },
  );
}
