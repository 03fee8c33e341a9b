import { formatDiagnostic, hasErrors } from '../../definition/diagnostic.ts';
import { applyDefinitions } from '../definition-apply.ts';
import { loadDefinitions } from '../definition-files.ts';
import { DefinitionWatch } from '../definition-watch.ts';
import { EXIT, printLine } from '../output.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { untilSignal } from '../signals.ts';

/** Puts files in force: all of them, or none when one has an error. */
export async function apply(
  paths: readonly string[],
  options: BrokerFlags & { watch?: boolean },
): Promise<number> {
  const loaded = await loadDefinitions(paths);
  for (const diagnostic of loaded.diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic)}\n`);
  if (hasErrors(loaded.diagnostics)) {
    process.stderr.write('nothing was applied\n');
    return EXIT.error;
  }
  return withSession(options, async (session) => {
    const lines = await applyDefinitions(session, loaded);
    for (const line of lines) printLine(line);
    if (lines.length === 0) printLine('no change');
    if (options.watch !== true) return EXIT.ok;
    const watch = new DefinitionWatch(session, paths, loaded, (level, text) =>
      printLine(level === 'info' ? text : `${level}: ${text}`),
    );
    await watch.start();
    printLine(`watching ${paths.join(', ')}`);
    await untilSignal();
    await watch.stop();
    return EXIT.ok;
  });
}
