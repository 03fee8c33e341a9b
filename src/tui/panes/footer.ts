import { KEYMAP } from '../keymap.ts';
import type { Binding, Command, Focus } from '../keymap.ts';
import { bold, fitLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';
import type { UiState } from '../ui-state.ts';

const KEY_TEXTS: Readonly<Record<string, string>> = { enter: 'Enter', esc: 'Esc', tab: 'Tab' };

/** Whoever knows nothing else must find these. */
const ALWAYS_SHOWN: ReadonlySet<Command> = new Set(['help', 'quit']);

/** The keys that work here, from the keymap; what does not fit is left to the help. */
export function footerLine(ui: UiState, width: number): Line {
  if (ui.dialog !== undefined) {
    const text = ui.dialog.is === 'help' ? ' any key closes' : ' y yes  Esc no  Tab switch  Enter press';
    return fitLine([span(text, 'muted')], width);
  }
  if (ui.isTyping)
    return fitLine([span(' what is typed filters  Enter keeps it  Esc takes it away', 'muted')], width);
  const move = ui.focus === 'graph' ? 'hjkl' : 'jk';
  const line: Line[number][] = [span(' '), bold(move), span(' move', 'muted')];
  const last = hintsOf(({ command }) => ALWAYS_SHOWN.has(command), ui.focus).flat();
  for (const hint of hintsOf(({ command }) => !ALWAYS_SHOWN.has(command), ui.focus)) {
    if (lineWidth([...line, ...hint, ...last]) > width) break;
    line.push(...hint);
  }
  return fitLine([...line, ...last], width);
}

function hintsOf(isWanted: (binding: Binding) => boolean, focus: Focus): Line[] {
  return KEYMAP.filter(({ only }) => only === undefined || only.includes(focus)).flatMap(
    (binding): Line[] => {
      if (binding.hint === undefined || !isWanted(binding)) return [];
      const key = binding.keys[0] ?? '';
      return [[span('  '), bold(KEY_TEXTS[key] ?? key), span(` ${binding.hint}`, 'muted')]];
    },
  );
}
