import { parentPort, workerData } from 'node:worker_threads';
import { CodedError } from '../../model/coded-error.ts';
import { openWorker } from './jobs.ts';
import type { Job, JobResult } from './jobs.ts';
import type { Paths } from './paths.ts';

/** The program of the thread that writes: `Request`s come in, an `Answer` to each goes out, in the same order. */
export type Request = Job | 'close';
export type Answer = { readonly result: JobResult } | { readonly problem: Problem };
/** A `CodedError`, as it passes between threads. */
export type Problem = { readonly code: string; readonly message: string; readonly hint?: string };

function problemOf(error: unknown): Problem {
  if (error instanceof CodedError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }
  return { code: 'broker_failed', message: error instanceof Error ? error.message : String(error) };
}

const worker = openWorker(workerData as Paths);
parentPort?.on('message', (request: Request) => {
  if (request === 'close') {
    worker.close();
    parentPort?.close();
    return;
  }
  let answer: Answer;
  try {
    answer = { result: worker.work(request) };
  } catch (error) {
    answer = { problem: problemOf(error) };
  }
  parentPort?.postMessage(answer);
});
