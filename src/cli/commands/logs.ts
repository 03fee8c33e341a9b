import { CodedError } from '../../model/coded-error.ts';
import { findNode, findRun } from '../lookup.ts';
import { EXIT } from '../output.ts';
import { followOutput } from '../output-follow.ts';
import type { OutputStream } from '../output-follow.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { untilSignal } from '../signals.ts';
import { createStripper } from '../strip.ts';

type LogFlags = BrokerFlags & {
  readonly follow?: boolean;
  readonly attempt?: string;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
};

/** Prints what an attempt wrote: its stdout on stdout, its stderr on stderr. On a terminal without control sequences, else byte by byte. */
export function logs(text: string, nodeText: string, options: LogFlags): Promise<number> {
  return withSession(options, async ({ broker, state }) => {
    const run = findRun(state, text);
    const node = findNode(run, nodeText);
    const attempts = run.nodes[run.definition.indexOf.get(node) ?? -1]?.attempts ?? [];
    const number = options.attempt === undefined ? attempts.length : Number(options.attempt);
    const attempt = attempts[number - 1];
    if (attempt === undefined) {
      const hint =
        attempts.length === 0 ? `it has not started yet: dagtop show ${run.id}` : `it has ${attempts.length}`;
      throw new CodedError('no_such_attempt', `${node} has no attempt ${options.attempt ?? ''}`.trim(), {
        hint,
      });
    }
    const abort = new AbortController();
    void untilSignal().then(() => abort.abort());
    const both = options.stdout === options.stderr;
    const streams: OutputStream[] = both ? ['stdout', 'stderr'] : [options.stdout ? 'stdout' : 'stderr'];
    await Promise.all(
      streams.map((stream) => {
        const out = stream === 'stdout' ? process.stdout : process.stderr;
        const strip = out.isTTY ? createStripper() : undefined;
        return followOutput(
          broker,
          { key: { run: run.id, node, attempt: number }, server: attempt.server, stream },
          {
            once: options.follow !== true,
            onPiece: ({ bytes, skipped }) => {
              if (skipped > 0) process.stderr.write(`\n… ${skipped} bytes left out …\n`);
              out.write(strip === undefined ? bytes : strip(bytes));
            },
          },
          abort.signal,
        );
      }),
    );
    return EXIT.ok;
  });
}
