import type { Outcome } from '../../model/event.ts';
import { limits } from '../../model/limits.ts';
import type { Capture } from '../output/capture.ts';
import { readLastLine, readOutputFile } from '../output/result.ts';
import { lastLine, plainLine } from '../output/tail-text.ts';
import type { Ended, Job } from '../ports.ts';

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };
/** Why an attempt was ended from outside. */
export type Request = 'cancel' | 'timeout';

export type AttemptFacts = {
  readonly job: Job;
  readonly request: Request | undefined;
  /** Undefined: the process was never started, or could not be ended. */
  readonly exit: Exit | undefined;
  /** Where its streams are kept, and the file that its output was to be in. */
  readonly folder: string;
  readonly outputFile: string;
  readonly stdout: Capture;
  readonly stderr: Capture;
};

const ERROR_LINE_MAX_LENGTH = 500;

/** How an attempt ended and what it wrote, from all that is known at its end. Never rejects. */
export async function endedOf(facts: AttemptFacts): Promise<Ended> {
  const { stderr, stdout } = facts;
  const outcome = await outcomeOf(facts).catch((error: unknown): Outcome => {
    return { is: 'failed', error: `the output can't be read: ${plainLine(String(error), 1_000)}` };
  });
  const tail = (stderr.totalBytes > 0 ? stderr : stdout).tail.toString();
  return {
    outcome,
    wrote: {
      stdoutBytes: stdout.totalBytes,
      stderrBytes: stderr.totalBytes,
      droppedBytes: stdout.droppedBytes + stderr.droppedBytes,
      tail: outcome.is === 'succeeded' ? '' : tail,
    },
  };
}

async function outcomeOf({
  job,
  request,
  exit,
  folder,
  outputFile,
  stdout,
  stderr,
}: AttemptFacts): Promise<Outcome> {
  if (request === 'cancel') return { is: 'canceled' };
  if (request === 'timeout')
    return { is: 'timed_out', error: `ran longer than ${inSeconds(job.timeoutMs ?? 0)}` };
  const line = lastLine(stderr.tail.toString());
  const said = line === undefined ? '' : `: ${plainLine(line, ERROR_LINE_MAX_LENGTH)}`;
  if (exit === undefined) return { is: 'failed', error: `nobody knows how it ended${said}` };
  if (exit.signal !== null)
    return { is: 'failed', error: `ended by ${exit.signal}${said}`, signal: exit.signal };
  const exitCode = exit.code ?? 0;
  if (exitCode !== 0) return { is: 'failed', error: `exit code ${exitCode}${said}`, exitCode };
  const written = readOutputFile(outputFile);
  const output = written.is === 'none' ? await readLastLine(folder, stdout) : written;
  switch (output.is) {
    case 'value':
      return { is: 'succeeded', output: output.value };
    case 'none':
      return { is: 'succeeded' };
    case 'bad':
      return { is: 'failed', error: output.error.slice(0, limits.tailMaxBytes), exitCode };
  }
}

function inSeconds(ms: number): string {
  return `${ms / 1_000} s`;
}
