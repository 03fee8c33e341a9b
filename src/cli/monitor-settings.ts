import type { ConfigFile } from '../definition/config-file.ts';
import { didYouMean } from '../definition/suggestion.ts';
import { CodedError } from '../model/coded-error.ts';
import { limits } from '../model/limits.ts';
import { DEFAULT_SETTINGS } from '../tui/monitor-settings.ts';
import type { MonitorSettings } from '../tui/monitor-settings.ts';
import { rebind } from '../tui/rebinding.ts';
import { themeNamed, THEMES } from '../tui/theme.ts';
import type { ColorDepth, ThemeName } from '../tui/theme.ts';

/** What a command line may say about the screen. */
export type ScreenFlags = {
  readonly ascii?: boolean;
  readonly color?: boolean;
  readonly readOnly?: boolean;
  readonly theme?: string;
  readonly screenReader?: boolean;
  readonly fps?: string;
  readonly anim?: boolean;
  readonly mouse?: boolean;
  readonly bell?: 'bell' | 'osc9';
};

/** The screen by the command line, else `config.yaml`, else the defaults. Error: `bad_usage`. */
export function monitorSettings(config: ConfigFile, flags: ScreenFlags): MonitorSettings {
  const fallback = DEFAULT_SETTINGS;
  return {
    keymap: rebind(config.keys ?? new Map()),
    theme: themeOf(config, flags),
    colors: flags.color === false ? 'none' : colorDepth(process.env),
    ascii: flags.ascii ?? config.ascii ?? fallback.ascii,
    readOnly: flags.readOnly ?? config.readOnly ?? fallback.readOnly,
    fps: framesOf(flags) ?? config.fps ?? fallback.fps,
    // Commander has `true` where nobody said --no-anim.
    animation: flags.anim !== false && (config.animation ?? fallback.animation),
    mouse: flags.mouse ?? config.mouse ?? fallback.mouse,
    bell: flags.bell ?? config.bell ?? fallback.bell,
  };
}

function framesOf({ fps }: ScreenFlags): number | undefined {
  if (fps === undefined) return undefined;
  const count = Number(fps);
  if (Number.isInteger(count) && count >= 1 && count <= limits.framesPerSecondMax) return count;
  throw new CodedError(
    'bad_usage',
    `--fps takes a whole number from 1 to ${limits.framesPerSecondMax}, not '${fps}'`,
  );
}

function themeOf(config: ConfigFile, flags: ScreenFlags): ThemeName {
  if (flags.theme === undefined) return themeNamed(config.theme ?? '') ?? DEFAULT_SETTINGS.theme;
  const theme = themeNamed(flags.theme);
  if (theme !== undefined) return theme;
  throw new CodedError('bad_usage', `there is no theme '${flags.theme}'`, {
    hint: didYouMean(flags.theme, THEMES) ?? `the themes are ${THEMES.join(', ')}`,
  });
}

/** What the terminal says of itself: `COLORTERM` for all colours, `TERM` for 256, else the sixteen that all have. */
export function colorDepth(env: NodeJS.ProcessEnv): ColorDepth {
  if (env['NO_COLOR']) return 'none';
  if (/^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '')) return 'true';
  return /256|direct/.test(env['TERM'] ?? '') ? '256' : '16';
}
