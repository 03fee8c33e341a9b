import { parentPort, workerData } from 'node:worker_threads';
import { CodedError } from '../../model/coded-error.ts';
import type { Database } from '../port/sql.ts';
import { openSqlite } from './sqlite.ts';

/** The program of the thread in which a history is asked: `Asked` comes in, an `Answer` to each goes out, in the same order. */
export type Asked = {
  readonly method: 'hasTable' | 'rows' | 'write' | 'define';
  readonly args: readonly unknown[];
};
export type Answer = { readonly result: unknown } | { readonly problem: Problem };
/** A `CodedError`, as it passes between threads. */
type Problem = { readonly code: string; readonly message: string; readonly hint: string | undefined };

let database: Database | undefined;

async function answer({ method, args }: Asked): Promise<Answer> {
  try {
    database ??= openSqlite(String(workerData));
    const work = database[method] as (...args: readonly unknown[]) => Promise<unknown>;
    return { result: await work.call(database, ...args) };
  } catch (error) {
    const { message } = error instanceof Error ? error : { message: String(error) };
    const [code, hint] =
      error instanceof CodedError ? [error.code, error.hint] : ['history_failed', undefined];
    return { problem: { code, message, hint } };
  }
}

let last = Promise.resolve();
parentPort?.on('message', (asked: Asked | 'close') => {
  last = last.then(async () => {
    if (asked !== 'close') return parentPort?.postMessage(await answer(asked));
    await database?.close();
    parentPort?.close();
  });
});
