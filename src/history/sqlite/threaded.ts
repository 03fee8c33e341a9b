import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CodedError } from '../../model/coded-error.ts';
import type { Database, Row, Statement, Write } from '../port/sql.ts';
import type { Answer, Asked } from './thread.ts';

type Waiting = { resolve(result: unknown): void; reject(error: Error): void };

/**
 * The file at `path`, asked in a thread of its own: figures of very many runs take seconds, in which a server answers others and a screen its keys.
 * Errors: those of `openSqlite`, with the first question.
 */
export function openSqliteThread(path: string): Database {
  return new ThreadedSqlite(path);
}

class ThreadedSqlite implements Database {
  readonly kind = 'sqlite';
  readonly textType = 'TEXT';
  readonly #thread: Worker;
  readonly #waiting: Waiting[] = [];
  #ended: Promise<unknown> | undefined;

  constructor(path: string) {
    // The sources run as they are, and compiled.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#thread = new Worker(new URL(`./thread.${extension}`, import.meta.url), {
      workerData: path,
      execArgv: [],
    });
    this.#thread.unref();
    this.#thread.on('message', (answer: Answer) => {
      const waiting = this.#waiting.shift();
      if ('result' in answer) waiting?.resolve(answer.result);
      else waiting?.reject(errorOf(answer.problem));
      if (this.#waiting.length === 0) this.#thread.unref();
    });
    this.#thread.on('error', (error) => this.#fail(`the thread of the history has died: ${String(error)}`));
    this.#thread.on('exit', () => this.#fail('the history was closed'));
  }

  hasTable(name: string): Promise<boolean> {
    return this.#ask('hasTable', name) as Promise<boolean>;
  }

  rows(statement: Statement): Promise<readonly Row[]> {
    return this.#ask('rows', statement) as Promise<readonly Row[]>;
  }

  write(guard: Statement, writes: readonly Write[]): Promise<boolean> {
    return this.#ask('write', guard, writes) as Promise<boolean>;
  }

  define(texts: readonly string[]): Promise<void> {
    return this.#ask('define', texts) as Promise<void>;
  }

  alone(work: () => Promise<void>): Promise<void> {
    return work();
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) {
      this.#ended = once(this.#thread, 'exit');
      this.#thread.ref();
      this.#thread.postMessage('close');
    }
    await this.#ended;
  }

  #ask(method: Asked['method'], ...args: readonly unknown[]): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(new CodedError('closed', 'the history was closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#thread.ref();
      this.#thread.postMessage({ method, args } satisfies Asked);
    });
  }

  #fail(message: string): void {
    this.#ended ??= Promise.resolve();
    for (const { reject } of this.#waiting.splice(0)) reject(new CodedError('history_down', message));
  }
}

function errorOf({ code, message, hint }: Extract<Answer, { problem: unknown }>['problem']): CodedError {
  return new CodedError(code, message, hint === undefined ? {} : { hint });
}
