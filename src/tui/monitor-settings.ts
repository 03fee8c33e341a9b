import type { Unsubscribe } from '../broker/port/port.ts';
import { DEFAULT_KEYMAP } from './bound-keys.ts';
import type { Keymap } from './bound-keys.ts';
import type { ColorDepth, ThemeName } from './theme.ts';

/** How a run that fails is told to somebody who looks elsewhere: by a bell, or a notification of the terminal (OSC 9). */
export type Bell = 'off' | 'bell' | 'osc9';

/** How the operator likes the screen: command line, else `config.yaml`, else these defaults. */
export type MonitorSettings = {
  readonly keymap: Keymap;
  readonly theme: ThemeName;
  readonly colors: ColorDepth;
  readonly ascii: boolean;
  /** Nothing can be triggered, retried, canceled … from this screen. */
  readonly readOnly: boolean;
  /** Frames of the canvas a second at most. */
  readonly fps: number;
  /** False: the time alone moves nothing but once a minute. */
  readonly animation: boolean;
  /** Clicks and the wheel are for the screen; the terminal then selects text with Shift alone. */
  readonly mouse: boolean;
  readonly bell: Bell;
};

export const DEFAULT_SETTINGS: MonitorSettings = {
  keymap: DEFAULT_KEYMAP,
  theme: 'dark',
  colors: '16',
  ascii: false,
  readOnly: false,
  fps: 10,
  animation: true,
  mouse: false,
  bell: 'off',
};

/** The settings now, and news of them: the operator may change them while the screen stands. */
export type SettingsFeed = {
  readonly current: MonitorSettings;
  onChange(listener: () => void): Unsubscribe;
};
