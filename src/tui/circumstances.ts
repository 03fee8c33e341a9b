import type { MonitorSettings } from './monitor-settings.ts';
import { whyOffline } from './source.ts';
import type { MonitorSource } from './source.ts';
import type { UiState } from './ui-state.ts';

/** Knowing what can be asked of the broker and of the history now. */
export function asOf(source: MonitorSource, ui: UiState): UiState {
  const past = { ...ui.past, isThere: source.history !== undefined };
  return { ...ui, offline: whyOffline(source), past };
}

/** With the keys and the rights that the settings give. */
export function withSettings(ui: UiState, { keymap, readOnly }: MonitorSettings): UiState {
  return { ...ui, keymap, isReadOnly: readOnly, pendingKey: undefined };
}
