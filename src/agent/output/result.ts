import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { limits } from '../../model/limits.ts';
import type { Capture } from './capture.ts';
import { listSegments, readSegments } from './stored-output.ts';
import { lastLine } from './tail-text.ts';

/** What a node hands on: a value, nothing, or the reason why what it wrote is none. */
export type NodeOutput =
  | { readonly is: 'value'; readonly value: unknown }
  | { readonly is: 'none' }
  | { readonly is: 'bad'; readonly error: string };

const NONE: NodeOutput = { is: 'none' };

/** Reads the file that `DAGTOP_OUTPUT` named. Any JSON counts; a file that is there and is no JSON is an error. */
export function readOutputFile(path: string): NodeOutput {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return NONE;
  const text = readBounded(path);
  if (typeof text !== 'string') return bad('the file of DAGTOP_OUTPUT', text.problem);
  try {
    return checked(JSON.parse(text), text, 'the file of DAGTOP_OUTPUT');
  } catch (error) {
    return bad(
      'the file of DAGTOP_OUTPUT',
      text.trim() === '' ? 'is empty' : `is no JSON (${(error as Error).message})`,
    );
  }
}

/** The last line of `stdout`, if it is a JSON object. The stream must have been flushed into `folder`. */
export async function readLastLine(folder: string, stdout: Capture): Promise<NodeOutput> {
  const tail = stdout.tail.toString();
  if (!tail.trimEnd().endsWith('}')) return NONE;
  const { bytes, begin } = stdout.lastLine;
  if (bytes <= stdout.tail.length) return parseLine(lastLine(tail));
  if (bytes > limits.outputMaxBytes + 2)
    return begin === 0x7b ? bad('the last line of stdout, an object', tooLarge(bytes)) : NONE;
  const segments = (await listSegments(folder, 'stdout')) ?? [];
  const piece = await readSegments(segments, stdout.totalBytes - bytes, bytes);
  return parseLine(lastLine(piece.bytes.toString()));
}

function parseLine(line: string | undefined): NodeOutput {
  if (line === undefined || !line.startsWith('{')) return NONE;
  try {
    return checked(JSON.parse(line), line, 'the last line of stdout');
  } catch {
    return NONE;
  }
}

/** Depth and size as other readers will meet them: numbers such as `1e20` grow when they are written again. */
function checked(value: unknown, text: string, what: string): NodeOutput {
  if (depthOf(text) > limits.outputMaxDepth)
    return bad(what, `is nested deeper than ${limits.outputMaxDepth}`);
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > limits.outputMaxBytes ? bad(what, tooLarge(bytes)) : { is: 'value', value };
}

/** Of a valid JSON text; without recursion, which a hostile text would drive too far. */
function depthOf(text: string): number {
  let [depth, deepest, isString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isString && character === '\\') at += 1;
    else if (character === '"') isString = !isString;
    else if (isString) continue;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, (depth += 1));
    else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}

/** The command may have put anything there: a pipe must not keep us waiting, and a link must not show other files. */
function readBounded(path: string): string | { readonly problem: string } {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = fstatSync(file);
    if (!facts.isFile()) return { problem: 'is no regular file' };
    if (facts.size > limits.outputMaxBytes) return { problem: tooLarge(facts.size) };
    const buffer = Buffer.alloc(facts.size);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch (error) {
    return { problem: `can't be read (${error instanceof Error ? error.message : String(error)})` };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function tooLarge(bytes: number): string {
  return `has ${bytes} bytes; the bound of a node's output is ${limits.outputMaxBytes}. Write large data to a file or a store, and hand on its name`;
}

function bad(what: string, problem: string): NodeOutput {
  return { is: 'bad', error: `${what} ${problem}` };
}
