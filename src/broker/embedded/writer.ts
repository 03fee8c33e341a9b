import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CodedError } from '../../model/coded-error.ts';
import type { Job, JobResult } from './jobs.ts';
import type { Paths } from './paths.ts';
import type { Answer, Request } from './thread.ts';

/** Does jobs in a thread of its own, started by the first, so that a disk that is slow never stops a screen or a heartbeat. */
export type Writer = {
  run(job: Job): Promise<JobResult>;
  /** Lets what was asked for finish, then ends the thread. */
  close(): Promise<void>;
};

type Waiting = { resolve(result: JobResult): void; reject(error: Error): void };

/** `onOutcome` hears of every job: undefined for one that went well. */
export function openWriter(paths: Paths, onOutcome: (error: CodedError | undefined) => void): Writer {
  let thread: Worker | undefined;
  let closed = false;
  const waiting: Waiting[] = [];

  const start = (): Worker => {
    // The sources run as they are, and compiled.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const started = new Worker(new URL(`./thread.${extension}`, import.meta.url), {
      workerData: paths,
      execArgv: [],
    });
    started.unref();
    started.on('message', (answer: Answer) => {
      const job = waiting.shift();
      const error = 'problem' in answer ? errorOf(answer.problem) : undefined;
      onOutcome(error);
      if (error !== undefined) job?.reject(error);
      else if ('result' in answer) job?.resolve(answer.result);
    });
    started.on('error', (error) => fail(`the thread that writes has died: ${String(error)}`));
    started.on('exit', () => fail('the thread that writes has ended'));
    return started;
  };
  const fail = (message: string): void => {
    thread = undefined;
    const error = new CodedError('broker_failed', message, { hint: 'start dagtop again' });
    if (waiting.length > 0) onOutcome(error);
    for (const job of waiting.splice(0)) job.reject(error);
  };
  const post = (request: Request): void => (thread ??= start()).postMessage(request);

  return {
    run(job) {
      if (closed) return Promise.reject(new CodedError('closed', 'the broker was closed'));
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        post(job);
      });
    },
    async close() {
      closed = true;
      if (thread === undefined) return;
      const end = once(thread, 'exit');
      thread.ref();
      post('close');
      await end;
    },
  };
}

function errorOf({ code, message, hint }: { code: string; message: string; hint?: string }): CodedError {
  return new CodedError(code, message, hint === undefined ? {} : { hint });
}
