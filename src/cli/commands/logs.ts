import { CodedError } from '../../model/coded-error.ts';
import type { NodeName } from '../../model/ids.ts';
import type { Attempt, Run } from '../../model/state.ts';
import { readFilter } from '../../view/filter.ts';
import { findAnyRun } from '../history-access.ts';
import { findNode } from '../lookup.ts';
import { EXIT } from '../output.ts';
import { followOutput } from '../output-follow.ts';
import type { OutputStream } from '../output-follow.ts';
import { RunLogs } from '../run-logs.ts';
import { withSession } from '../session.ts';
import type { Session } from '../session.ts';
import type { BrokerFlags, HistoryFlags } from '../settings.ts';
import { untilSignal } from '../signals.ts';
import type { PrintedLine } from '../stored-lines.ts';
import { createStripper } from '../strip.ts';

type LogFlags = BrokerFlags &
  HistoryFlags & {
    readonly follow?: boolean;
    readonly attempt?: string;
    readonly stdout?: boolean;
    readonly stderr?: boolean;
    readonly timestamps?: boolean;
    readonly grep?: string;
  };

type Chosen = { readonly node: NodeName; readonly attempt: Attempt };

/**
 * Prints what an attempt wrote: its stdout on stdout, its stderr on stderr. On a terminal without control sequences, else byte by byte; with
 * times or a filter line by line. Without a node all attempts of the run, merged by time, on stdout.
 */
export function logs(text: string, nodeText: string | undefined, options: LogFlags): Promise<number> {
  return withSession(options, async (session) => {
    const { run } = await findAnyRun(session, text);
    if (nodeText === undefined && options.attempt !== undefined)
      throw new CodedError('bad_usage', '--attempt is of one node', { hint: `dagtop logs ${text} NODE` });
    const chosen = nodeText === undefined ? undefined : chooseAttempt(run, nodeText, options.attempt);
    const abort = new AbortController();
    void untilSignal().then(() => abort.abort());
    const isPlain = options.timestamps !== true && options.grep === undefined;
    return chosen !== undefined && isPlain
      ? printBytes(session, run, chosen, options, abort.signal)
      : printLines(session, run, chosen, options, abort.signal);
  });
}

function chooseAttempt(run: Run, nodeText: string, numberText: string | undefined): Chosen {
  const node = findNode(run, nodeText);
  const attempts = run.nodes[run.definition.indexOf.get(node) ?? -1]?.attempts ?? [];
  const number = numberText === undefined ? attempts.length : Number(numberText);
  const attempt = attempts[number - 1];
  if (attempt !== undefined) return { node, attempt };
  const hint =
    attempts.length === 0 ? `it has not started yet: dagtop show ${run.id}` : `it has ${attempts.length}`;
  throw new CodedError('no_such_attempt', `${node} has no attempt ${numberText ?? ''}`.trim(), { hint });
}

function streamsOf({ stdout, stderr }: LogFlags): OutputStream[] {
  if (stdout === stderr) return ['stdout', 'stderr'];
  return [stdout === true ? 'stdout' : 'stderr'];
}

async function printBytes(
  { broker }: Session,
  run: Run,
  { node, attempt }: Chosen,
  options: LogFlags,
  stopped: AbortSignal,
): Promise<number> {
  const key = { run: run.id, node, attempt: attempt.number };
  let bytesRead = 0;
  const reading = Promise.all(
    streamsOf(options).map((stream) => {
      const out = stream === 'stdout' ? process.stdout : process.stderr;
      const strip = out.isTTY ? createStripper() : undefined;
      return followOutput(
        broker,
        { key, server: attempt.server, stream },
        {
          once: options.follow !== true,
          onPiece: ({ bytes, skipped }) => {
            bytesRead += bytes.length;
            if (skipped > 0) process.stderr.write(`\n… ${skipped} bytes left out …\n`);
            out.write(strip === undefined ? bytes : strip(bytes));
          },
        },
        stopped,
      );
    }),
  );
  try {
    await reading;
  } catch (error) {
    if (!(error instanceof CodedError) || bytesRead > 0) throw error;
    return printTail(attempt, error);
  }
  const { stdoutBytes = 0, stderrBytes = 0 } = attempt.wrote ?? {};
  const bytesOf = { stdout: stdoutBytes, stderr: stderrBytes };
  const isGone = bytesRead === 0 && streamsOf(options).some((stream) => bytesOf[stream] > 0);
  return isGone ? printTail(attempt, undefined) : EXIT.ok;
}

/** What its result told of the end of an output that its agent does not have any more, or does not give. */
function printTail({ wrote, server }: Attempt, error: CodedError | undefined): number {
  const { tail = '' } = wrote ?? {};
  if (error !== undefined && tail === '') throw error;
  process.stderr.write(`dagtop: ${error?.message ?? `${server} does not keep this output any more`}\n`);
  if (tail === '') return EXIT.error;
  process.stderr.write('  its last lines, as they were recorded:\n');
  const text = process.stdout.isTTY ? createStripper()(Buffer.from(tail)) : tail;
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return EXIT.error;
}

async function printLines(
  session: Session,
  run: Run,
  chosen: Chosen | undefined,
  options: LogFlags,
  stopped: AbortSignal,
): Promise<number> {
  const filter = readFilter(options.grep ?? '', 'smart');
  if (filter.problem !== undefined)
    throw new CodedError('bad_usage', `--grep: ${filter.problem}`, {
      hint: 'a \\ before a character takes it as it is',
    });
  let exitCode: number = EXIT.ok;
  const logsOfRun = new RunLogs(session, run, {
    streams: streamsOf(options),
    ...(chosen === undefined
      ? {}
      : { isWanted: ({ node, attempt }) => node === chosen.node && attempt === chosen.attempt.number }),
    print: (line) => {
      const { key, server, stream } = line.target;
      if (!filter.matches({ text: line.text, node: key.node, server, stream })) return;
      const time = options.timestamps === true ? `${timeOf(line)} ` : '';
      if (chosen === undefined) process.stdout.write(`${time}${labelOf(line)} ${line.text}\n`);
      else (stream === 'stdout' ? process.stdout : process.stderr).write(`${time}${line.text}\n`);
    },
    warn: (text) => {
      exitCode = EXIT.error;
      process.stderr.write(`dagtop: ${text}\n`);
    },
    stopped,
  });
  await logsOfRun.print(options.follow === true);
  return exitCode;
}

/** RFC 3339; `-` where no time is known. */
function timeOf({ atMs }: PrintedLine): string {
  return atMs === undefined ? '-' : new Date(atMs).toISOString();
}

/** `srv-1 load#2 |`, for stderr `srv-1 load#2 !`. */
function labelOf({ target: { server, key, stream } }: PrintedLine): string {
  return `${server} ${key.node}#${key.attempt} ${stream === 'stderr' ? '!' : '|'}`;
}
