import { open } from 'node:fs/promises';
import { CodedError } from '../model/coded-error.ts';
import type { Painter } from './theme.ts';
import type { Cells } from './terminal/cells.ts';

/** Names that are tried before one is given up as taken. */
const NAMES_MAX = 100;
const SUBJECT_MAX_LENGTH = 100;
/** What is on the screen may be nobody else's business. */
const MODE = 0o600;

/** `dagtop-words-6fk9a5-wzqh-20261124-120307.txt`: letters that file systems and shells take everywhere. */
export function snapshotName(subject: string, atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  const time = `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
  const safe = subject.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, SUBJECT_MAX_LENGTH);
  return `dagtop-${safe === '' ? 'screen' : safe}-${day}-${time}.txt`;
}

/**
 * Writes a screen to a file that was not there before, readable by its owner alone: `.txt` as plain text, `.ans` with colours. A name that was not
 * asked for by the operator (`isOwn`) gives way to one that is free. Returns the name. Errors: `bad_snapshot`, `no_snapshot`.
 */
export async function writeSnapshot(
  cells: Cells,
  paint: Painter,
  name: string,
  isOwn: boolean,
): Promise<string> {
  const [, stem, ending] = /^(.*)(\.(?:txt|ans))$/s.exec(name) ?? [];
  if (stem === undefined || ending === undefined)
    throw new CodedError('bad_snapshot', `a snapshot is FILE.txt, or FILE.ans with its colours, not ${name}`);
  const content = ending === '.ans' ? cells.toAnsi(paint) : `${cells.toText()}\n`;
  for (let copy = 1; copy <= NAMES_MAX; copy += 1) {
    const file = copy === 1 ? name : `${stem}-${copy}${ending}`;
    try {
      const handle = await open(file, 'wx', MODE);
      try {
        await handle.writeFile(content);
      } finally {
        await handle.close();
      }
      return file;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST' && isOwn) continue;
      const text =
        code === 'EEXIST'
          ? `${file} is there already, and nothing is overwritten`
          : `${file} was not written: ${message}`;
      throw new CodedError('no_snapshot', text, { cause: error });
    }
  }
  throw new CodedError('no_snapshot', `${name} was not written: there are ${NAMES_MAX} of it already`);
}
