import { formatDiagnostic, hasErrors } from '../../definition/diagnostic.ts';
import { counted } from '../../view/counted.ts';
import { loadDefinitions } from '../definition-files.ts';
import { EXIT, printJson, printLine } from '../output.ts';

/** Prints every diagnostic of the files; exit code 1 when one is an error. */
export async function validate(paths: readonly string[], options: { json?: boolean }): Promise<number> {
  const { dags, placement, diagnostics, files } = await loadDefinitions(paths);
  for (const diagnostic of diagnostics) {
    if (options.json) printJson(diagnostic);
    else printLine(formatDiagnostic(diagnostic));
  }
  if (hasErrors(diagnostics)) return EXIT.error;
  if (!options.json) {
    const nodes = [...dags.values()].reduce((sum, { dag }) => sum + dag.nodes.length, 0);
    const servers =
      placement === undefined ? '' : `, ${counted(placement.placement.servers.length, 'server')}`;
    const found = `${counted(dags.size, 'dag')}, ${counted(nodes, 'node')}${servers}`;
    printLine(`${counted(files, 'file')} ${files === 1 ? 'is' : 'are'} good: ${found}`);
  }
  return EXIT.ok;
}
