import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { canonicalDag } from '../definition/canonical.ts';
import { parseDag } from '../definition/dag-file.ts';
import { hasErrors } from '../definition/diagnostic.ts';
import type { Diagnostic } from '../definition/diagnostic.ts';
import { checkPlacement } from '../definition/placement-check.ts';
import { parsePlacement } from '../definition/placement-file.ts';
import type { PlacementDoc } from '../definition/placement-file.ts';
import { CodedError } from '../model/coded-error.ts';
import type { Dag } from '../model/dag.ts';
import type { DagHash, DagName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';

export type LoadedDag = { readonly file: string; readonly dag: Dag; readonly hash: DagHash };

/** What files say, and all that is wrong with them. */
export type Definitions = {
  readonly dags: ReadonlyMap<DagName, LoadedDag>;
  readonly placement: PlacementDoc | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Files that were read and hold no usable definition: their last good one stays in force. */
  readonly broken: ReadonlySet<string>;
  readonly files: number;
};

export const DEFINITION_FILE = /\.(ya?ml|json)$/i;
const PLACEMENT_FILE = /^nodes\.(ya?ml|json)$/i;

/**
 * Reads DAG and placement files; a folder stands for the definition files in it. A placement file is one named `nodes.yaml`
 * (`.yml`, `.json`), or any that has `servers` at its top. Error: `no_such_file`; what is wrong inside files are diagnostics.
 */
export async function loadDefinitions(paths: readonly string[]): Promise<Definitions> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  const dags = new Map<DagName, LoadedDag>();
  const diagnostics: Diagnostic[] = [];
  const broken = new Set<string>();
  let placement: PlacementDoc | undefined;
  for (const file of new Set(files)) {
    const text = await readText(file);
    if (typeof text !== 'string') {
      if (text !== undefined) diagnostics.push(text);
      broken.add(file);
      continue;
    }
    if (isPlacement(file, text)) {
      const read = parsePlacement({ file, text });
      diagnostics.push(...read.diagnostics);
      if (read.doc === undefined) broken.add(file);
      else if (placement === undefined) placement = read.doc;
      else diagnostics.push(secondPlacement(read.doc, placement));
      continue;
    }
    const read = parseDag({ file, text });
    diagnostics.push(...read.diagnostics);
    const first = read.dag === undefined ? undefined : dags.get(read.dag.name);
    if (read.dag === undefined) broken.add(file);
    else if (first === undefined) dags.set(read.dag.name, { file, dag: read.dag, hash: hashDag(read.dag) });
    else diagnostics.push(secondDag(file, first));
  }
  if (placement !== undefined && !hasErrors(diagnostics)) {
    diagnostics.push(
      ...checkPlacement(
        placement,
        [...dags.values()].map(({ dag }) => dag),
      ),
    );
  }
  return { dags, placement, diagnostics, broken, files: files.length };
}

/** What pins a run to a version: sha-256 of the canonical JSON, its first 16 hex digits. */
export function hashDag(dag: Dag): DagHash {
  return createHash('sha256').update(canonicalDag(dag)).digest('hex').slice(0, 16) as DagHash;
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path);
    const files = names.filter((name) => DEFINITION_FILE.test(name) && !name.startsWith('.'));
    return files.sort().map((name) => join(path, name));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const text =
      code === 'ENOENT' ? `there is no file or folder '${path}'` : `cannot read '${path}': ${message}`;
    throw new CodedError('no_such_file', text, { cause: error });
  }
}

/** The text of a file; a diagnostic when it can't be read or is too large; undefined when it went away meanwhile. */
async function readText(file: string): Promise<string | Diagnostic | undefined> {
  const at = { file, line: 1, column: 1, severity: 'error' } as const;
  try {
    const { size } = await stat(file);
    if (size > limits.fileMaxBytes) {
      const message = `the file is larger than ${limits.fileMaxBytes / 1024 / 1024} MiB`;
      return { ...at, message, hint: 'split it into several dags' };
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { ...at, message: `it cannot be read: ${(error as Error).message}` };
  }
}

function isPlacement(file: string, text: string): boolean {
  return PLACEMENT_FILE.test(basename(file)) || /^(\s*\{)?\s*"?servers"?\s*:/m.test(text.slice(0, 4_096));
}

function secondPlacement(doc: PlacementDoc, first: PlacementDoc): Diagnostic {
  const message = `a second placement file; ${relative('.', first.file)} is one already`;
  return { file: doc.file, ...doc.at, severity: 'error', message, hint: 'keep one' };
}

function secondDag(file: string, first: LoadedDag): Diagnostic {
  const message = `a second dag '${first.dag.name}'; ${relative('.', first.file)} has it already`;
  return { file, line: 1, column: 1, severity: 'error', message, hint: 'give one of them another name' };
}
