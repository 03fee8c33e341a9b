import { Worker } from 'node:worker_threads';
import type { LayoutResult } from '../../graph/layout.ts';
import type { Topology } from '../../graph/topology.ts';

/** Lays large graphs out where nobody waits for it. */
export type Layouter = {
  /** One at a time. Never rejects: what goes wrong is a reason. */
  layOut(topology: Topology): Promise<LayoutResult>;
  /** What is under way never comes. */
  close(): void;
};

/** Lays out in a thread of its own, started by the first graph, and again when it has died. */
export function openLayouter(): Layouter {
  let thread: Worker | undefined;
  let waiting: ((result: LayoutResult) => void) | undefined;

  const answer = (result: LayoutResult): void => {
    const resolve = waiting;
    waiting = undefined;
    resolve?.(result);
  };
  const start = (): Worker => {
    // The sources run as they are, and compiled.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const started = new Worker(new URL(`./thread.${extension}`, import.meta.url), { execArgv: [] });
    started.unref();
    started.on('message', answer);
    const fail = (why: string): void => {
      if (thread !== started) return;
      thread = undefined;
      answer({ drawn: false, reason: `the thread that lays out has ${why}` });
    };
    started.on('error', (error) => fail(`died: ${textOf(error)}`));
    started.on('exit', () => fail('ended'));
    return started;
  };

  return {
    layOut: (topology) =>
      new Promise((resolve) => {
        waiting = resolve;
        try {
          (thread ??= start()).postMessage(topology);
        } catch (error) {
          answer({ drawn: false, reason: `no thread takes it: ${textOf(error)}` });
        }
      }),
    close() {
      const ended = thread;
      thread = undefined;
      waiting = undefined;
      void ended?.terminate();
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
