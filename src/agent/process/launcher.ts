import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Exit } from './attempt-outcome.ts';
import type { Launch, LaunchReply, LaunchRequest } from './launch-message.ts';
import type { PipePool } from './pipe-pool.ts';

/** A command that was started. */
export type Launched = {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Undefined: nobody knows, since the launcher has died. Never rejects. */
  readonly exited: Promise<Exit | undefined>;
};

/** The launcher died with a command in its hands that it may have started. */
export class LauncherDied extends Error {}

/** Starts commands in a small process (see launcher-process.ts), which the first of them starts. */
export class Launcher {
  readonly #pipes: PipePool;
  readonly #killGraceMs: number;
  #link: Link | undefined;

  constructor(pipes: PipePool, killGraceMs: number) {
    this.#pipes = pipes;
    this.#killGraceMs = killGraceMs;
  }

  /** Rejects with what the system said (`code`, `syscall`), or with `LauncherDied`. */
  async launch(launch: Launch): Promise<Launched> {
    // Before the pipes: where few files may be open, what all commands need comes first.
    this.#open();
    const pipes = await this.#pipes.take();
    let started: Started;
    try {
      started = await this.#open().start(launch, pipes.stdout, pipes.stderr);
    } catch (error) {
      pipes.drop();
      throw error;
    }
    return { ...started, ...pipes.read() };
  }

  #open(): Link {
    if (this.#link?.isOpen !== true) this.#link = new Link(this.#killGraceMs);
    return this.#link;
  }

  /** Ends the process, and with it the commands that still run. */
  async close(): Promise<void> {
    await this.#link?.close();
    await this.#pipes.close();
  }
}

type Started = Pick<Launched, 'pid' | 'exited'>;
type Call = {
  readonly started: PromiseWithResolvers<Started>;
  readonly exited: PromiseWithResolvers<Exit | undefined>;
};

/** One process that starts commands, from its start to its death. */
class Link {
  readonly #process: ChildProcess;
  readonly #calls = new Map<number, Call>();
  readonly #gone: Promise<void>;
  #isGone = false;
  #lastId = 0;

  constructor(killGraceMs: number) {
    // The sources run as they are, and compiled.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const path = fileURLToPath(new URL(`./launcher-process.${extension}`, import.meta.url));
    const child = fork(path, [String(killGraceMs)], {
      // It holds next to nothing, and the smaller it is, the faster it forks.
      execArgv: ['--max-semi-space-size=1'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process = child;
    child.on('message', (reply: LaunchReply) => this.#onReply(reply));
    this.#gone = new Promise((resolve) => {
      child.once('error', (error) => {
        if (child.pid !== undefined) return;
        this.#fail(error);
        resolve();
      });
      child.once('exit', () => {
        this.#fail(new LauncherDied('the process that starts commands has died'));
        resolve();
      });
    });
  }

  /** Its end may be known before its channel has ended, in which replies can still be waiting: what is sent then is lost. */
  get isOpen(): boolean {
    return !this.#isGone && this.#process.connected;
  }

  start(launch: Launch, stdout: string, stderr: string): Promise<Started> {
    const id = (this.#lastId += 1);
    const call: Call = { started: Promise.withResolvers(), exited: Promise.withResolvers() };
    this.#calls.set(id, call);
    const request: LaunchRequest = { ...launch, id, stdout, stderr };
    // A process that can't be reached has died, and tells so by itself.
    this.#process.send(request, () => undefined);
    return call.started.promise;
  }

  async close(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    await this.#gone;
  }

  #onReply(reply: LaunchReply): void {
    const call = this.#calls.get(reply.id);
    if (call === undefined) return;
    if ('pid' in reply) return call.started.resolve({ pid: reply.pid, exited: call.exited.promise });
    this.#calls.delete(reply.id);
    if ('exit' in reply) return call.exited.resolve(reply.exit);
    const { code, syscall, message } = reply.failure;
    call.started.reject(Object.assign(new Error(message), { code, syscall }));
  }

  #fail(error: Error): void {
    this.#isGone = true;
    for (const { started, exited } of this.#calls.values()) {
      started.reject(error);
      exited.resolve(undefined);
    }
    this.#calls.clear();
  }
}
