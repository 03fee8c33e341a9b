import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../model/limits.ts';
import type { OutputReply, OutputRequest, TimeMark } from '../../model/message.ts';
import { attemptName, attemptsFolder, runningFiles } from './attempt-folder.ts';
import { listSegments, readSegments } from './stored-output.ts';
import type { StoredSegment } from './stored-output.ts';
import { marksBetween, readMarks } from './time-marks.ts';

/**
 * Answers a request for the kept output of an attempt, which may still run: up to `outputReplyMaxBytes` from `request.from` on, with
 * their times. Never rejects: what cannot be read is an `error` in the reply. An attempt that wrote nothing has nothing kept.
 */
export async function readOutput(dataFolder: string, request: OutputRequest): Promise<OutputReply> {
  const name = attemptName(request);
  const folder = join(attemptsFolder(dataFolder), name);
  try {
    const running = await isThere(runningFiles(dataFolder, name).input);
    const segments = await listSegments(folder, request.stream === 'stderr' ? 'stderr' : 'stdout');
    if (segments === undefined && !running) return nothing('no output of this attempt is kept here');
    const last = segments?.at(-1);
    const totalBytes = last === undefined ? 0 : last.at + (await sizeOf(last.path));
    const { bytes, from } = await readSegments(segments ?? [], request.from, limits.outputReplyMaxBytes);
    const marks = await marksOf(segments ?? [], from, from + bytes.length);
    const end = marks[limits.outputMarksMax]?.[0] ?? from + bytes.length;
    const times = marks.slice(0, limits.outputMarksMax);
    const data = bytes.toString('base64', 0, end - from);
    return { data, from, totalBytes, running, ...(times.length === 0 ? {} : { times }) };
  } catch (error) {
    return nothing(`the output can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** When the bytes between two offsets came, as far as it is known. */
async function marksOf(segments: readonly StoredSegment[], from: number, to: number): Promise<TimeMark[]> {
  if (from === to) return [];
  const within = segments.filter(({ at }, index) => at < to && (segments[index + 1]?.at ?? to) > from);
  const marks = await Promise.all(within.map(({ path }) => readMarks(path)));
  return marksBetween(marks.flat(), from, to);
}

function nothing(error: string): OutputReply {
  return { data: '', from: 0, totalBytes: 0, running: false, error: error.slice(0, 1_000) };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
