import { spawn } from 'node:child_process';
import { CodedError } from '../model/coded-error.ts';

/** A file, and the line to begin at, counted from 1. */
export type FilePlace = { readonly file: string; readonly line: number | undefined };

export type EditorCommand = { readonly program: string; readonly args: readonly string[] };

const STANDARD_EDITOR = 'vi';
/** Editors that take `+LINE` before the file. */
const TAKES_LINE = /^(vi|vim|nvim|view|gvim|nano|pico|emacs|emacsclient|joe|kak|micro|ne|mg|jed)$/;

/**
 * The command that opens a file: `VISUAL`, else `EDITOR`, else `vi`. The variable may hold arguments and quotes (`code -w`), which are split as a shell
 * would, but no shell sees it. Error: `bad_editor`, a quote that is not closed.
 */
export function editorCommand(
  env: Readonly<Record<string, string | undefined>>,
  { file, line }: FilePlace,
): EditorCommand {
  const chosen = [env['VISUAL'], env['EDITOR']].find((text) => text !== undefined && text.trim() !== '');
  const [program = STANDARD_EDITOR, ...args] = splitWords(chosen ?? STANDARD_EDITOR);
  const name = program.slice(program.lastIndexOf('/') + 1);
  const at = line !== undefined && TAKES_LINE.test(name) ? [`+${line}`] : [];
  // A name that begins with a dash would be an option.
  return { program, args: [...args, ...at, file.startsWith('-') ? `./${file}` : file] };
}

/** Words between blanks; quotes and backslashes keep blanks. Nothing is expanded. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (quote === "'" ? letter === "'" : quote === '"' && letter === '"') quote = '';
    else if (quote === '' && (letter === "'" || letter === '"')) {
      quote = letter;
      word ??= '';
    } else if (letter === '\\' && quote !== "'" && at + 1 < text.length) {
      at += 1;
      word = (word ?? '') + text.charAt(at);
    } else if (quote === '' && /\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + letter;
  }
  if (quote !== '')
    throw new CodedError('bad_editor', `a quote is not closed in the editor's command: ${text}`, {
      hint: 'look at VISUAL and EDITOR',
    });
  return word === undefined ? words : [...words, word];
}

/** Runs an editor on this terminal until it ends; `signal` ends it. Errors: `no_editor`, `editor_failed`. */
export async function runEditor({ program, args }: EditorCommand, signal: AbortSignal): Promise<void> {
  const child = spawn(program, args, { stdio: 'inherit' });
  const end = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('error', (error) =>
        reject(
          new CodedError('no_editor', `${program} can't be started: ${error.message}`, {
            hint: 'set EDITOR to an editor that is installed',
            cause: error,
          }),
        ),
      );
      child.on('exit', (code, signalName) => {
        if (code === 0) resolve();
        else
          reject(
            new CodedError('editor_failed', `${program} ended with ${signalName ?? `exit code ${code}`}`),
          );
      });
    });
  } finally {
    signal.removeEventListener('abort', end);
  }
}
