import { limits } from '../model/limits.ts';
import type { Diagnostic } from './diagnostic.ts';
import { readJson } from './json-source.ts';
import { Problems } from './problems.ts';
import type { MapSource, Source } from './source.ts';
import { describe } from './source.ts';
import { readYaml } from './yaml-source.ts';

/** A file as it was read. `file` is how diagnostics call it; its ending decides between JSON and YAML. */
export type TextFile = { readonly file: string; readonly text: string };

/**
 * The top-level map of a file, and where to report what is wrong with it. `root` is absent when the file cannot be read
 * as a map; the problems then say why.
 */
export function readSource({ file, text }: TextFile, what: string): { root?: MapSource; problems: Problems } {
  // Offsets count without a byte order mark: editors do not show it.
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const problems = new Problems(file, content.length > limits.fileMaxBytes ? '' : content);
  if (!readable(content, problems)) return { problems };
  const source = file.toLowerCase().endsWith('.json')
    ? readJson(content, problems)
    : readYaml(content, problems);
  if (source === undefined) return { problems };
  const root = rootOf(source, what, problems);
  return root === undefined ? { problems } : { root, problems };
}

/** What a parser gives back: the value when nothing is wrong but for warnings, and all that was found. */
export function outcome<T>(
  value: T | undefined,
  problems: Problems,
): { value?: T; diagnostics: Diagnostic[] } {
  const diagnostics = problems.list();
  return value === undefined || problems.hasErrors ? { diagnostics } : { value, diagnostics };
}

function readable(text: string, problems: Problems): boolean {
  const megabytes = limits.fileMaxBytes / 1024 / 1024;
  if (text.length > limits.fileMaxBytes || utf8Length(text) > limits.fileMaxBytes) {
    problems.error(0, `the file is larger than ${megabytes} MiB`, 'split it into several dags');
    return false;
  }
  if (text.trim() === '') {
    problems.error(0, 'the file is empty', 'write a definition into it, or remove the file');
    return false;
  }
  // oxlint-disable-next-line no-control-regex -- these are what is searched for
  const control = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]/.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    problems.error(control.index, `the control character U+${code}`, 'remove it; is this a text file?');
    return false;
  }
  const unreadable = text.indexOf('\uFFFD');
  if (unreadable !== -1)
    problems.warn(unreadable, 'a character that is not valid UTF-8', 'save the file as UTF-8');
  return true;
}

function rootOf(source: Source, what: string, problems: Problems): MapSource | undefined {
  if (source.kind === 'map') return source;
  if (source.kind === 'scalar' && source.value === null)
    problems.error(
      0,
      'the file has no content but comments',
      'write a definition into it, or remove the file',
    );
  else
    problems.error(source.at, `expected a map with ${what}, got ${describe(source)}`, `begin with ${what}:`);
  return undefined;
}

/** Bytes of `text` in UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
