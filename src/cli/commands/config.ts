import { formatDiagnostic, hasErrors } from '../../definition/diagnostic.ts';
import { BINDABLE, boundKeys, rebind } from '../../tui/rebinding.ts';
import type { MonitorSettings } from '../../tui/monitor-settings.ts';
import { configPath, readConfig } from '../config.ts';
import { monitorSettings } from '../monitor-settings.ts';
import { EXIT, printLine } from '../output.ts';

/**
 * Prints where the operator's configuration is looked for and, as such a file, what is in force; with `check` only what is wrong with it. Exit
 * code 1 when an error is in it.
 */
export async function config(options: { readonly check?: boolean }): Promise<number> {
  const path = configPath();
  const { isThere, config: found, diagnostics } = await readConfig(path, path);
  for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic)}\n`);
  const isBad = hasErrors(diagnostics);
  if (options.check !== true) {
    const how = isThere
      ? isBad
        ? 'not in force, there are errors in it'
        : 'in force'
      : 'not there; these are the defaults';
    printLine(`# ${path}: ${how}`);
    const keys = found?.keys ?? new Map<string, readonly string[]>();
    for (const line of configLines(monitorSettings(found ?? {}, {}), keys)) printLine(line);
  } else if (!isBad) printLine(isThere ? `${path} is good` : `${path} is not there, which is good too`);
  return isBad ? EXIT.error : EXIT.ok;
}

/** As the file would say it; keys that are as by default are comments. */
function configLines(settings: MonitorSettings, keys: ReadonlyMap<string, readonly string[]>): string[] {
  const bound = boundKeys(rebind(keys));
  return [
    `theme: ${settings.theme}`,
    `ascii: ${settings.ascii}`,
    `read_only: ${settings.readOnly}`,
    `fps: ${settings.fps}`,
    `animation: ${settings.animation}`,
    `mouse: ${settings.mouse}`,
    `bell: ${settings.bell}`,
    'keys:',
    ...BINDABLE.map((name) => {
      const names = (keys.get(name) ?? bound.get(name) ?? []).map((key) => JSON.stringify(key));
      return `  ${keys.has(name) ? '' : '# '}${name}: [${names.join(', ')}]`;
    }),
  ];
}
