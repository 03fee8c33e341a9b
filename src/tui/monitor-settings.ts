import type { Unsubscribe } from '../broker/port/port.ts';
import { DEFAULT_KEYMAP } from './bound-keys.ts';
import type { Keymap } from './bound-keys.ts';
import type { ColorDepth, ThemeName } from './theme.ts';

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
  readonly mouse: boolean;
  readonly bell: boolean;
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
  bell: false,
};

/** The settings now, and news of them: the operator may change them while the screen stands. */
export type SettingsFeed = {
  readonly current: MonitorSettings;
  onChange(listener: () => void): Unsubscribe;
};
