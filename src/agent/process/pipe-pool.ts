import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { plainLine } from '../output/tail-text.ts';

const run = promisify(execFile);
/** Made at once, since Node knows named pipes only by the program that makes them. */
const BATCH = 256;

/** The ends of two named pipes that are read. Their names are for one writer, who must have them open before they are read. */
export class PipePair {
  readonly stdout: string;
  readonly stderr: string;
  readonly #fds: number[] = [];

  /** Throws what the system says, as when too many files are open; the pipes are gone then. */
  constructor(stdout: string, stderr: string) {
    this.stdout = stdout;
    this.stderr = stderr;
    try {
      for (const path of [stdout, stderr])
        this.#fds.push(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /** Takes the names away, so that nobody else opens them, and reads. To be called once, and not with `drop`. */
  read(): { stdout: Readable; stderr: Readable } {
    this.#forgetNames();
    const [stdout, stderr] = this.#fds.map((fd) => new Socket({ fd, readable: true, writable: false }));
    return { stdout, stderr } as { stdout: Readable; stderr: Readable };
  }

  drop(): void {
    this.#forgetNames();
    for (const fd of this.#fds) closeSync(fd);
  }

  #forgetNames(): void {
    for (const path of [this.stdout, this.stderr]) rmSync(path, { force: true });
  }
}

/**
 * Named pipes in a folder of their own. What Node makes for the streams of a child are sockets, which no command can open again:
 * `echo text > /dev/stderr` fails on them.
 */
export class PipePool {
  readonly #folder: string;
  /** No predecessor of this agent, nor another pool, has used these names. */
  readonly #prefix = randomBytes(8).toString('hex');
  readonly #ready: string[] = [];
  #made = 0;
  #making: Promise<void> | undefined;

  /** Empties `folder`, or makes it. */
  constructor(folder: string) {
    this.#folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
  }

  /** Rejects when the system makes or opens no more. */
  async take(): Promise<PipePair> {
    for (;;) {
      // Always two: were all files open that there may be, and each command had but one of them, none could start.
      const [stdout, stderr] = this.#ready.splice(-2);
      if (stdout !== undefined && stderr !== undefined) return new PipePair(stdout, stderr);
      this.#making ??= this.#make().finally(() => (this.#making = undefined));
      await this.#making;
    }
  }

  async close(): Promise<void> {
    await this.#making?.catch(() => undefined);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #make(): Promise<void> {
    const names = Array.from({ length: BATCH }, () => `${this.#prefix}-${(this.#made += 1)}`);
    const paths = names.map((name) => join(this.#folder, name));
    try {
      await run('mkfifo', ['-m', '600', ...paths]);
    } catch (error) {
      // What the system says of the start itself has a code of letters; that of the program is a number, and what it says counts.
      const { code, stderr } = error as { code?: string | number; stderr?: string };
      const said = plainLine(stderr?.trim() || String(error), 300);
      throw Object.assign(
        new Error(`no named pipe can be made in ${this.#folder}: ${said}`, { cause: error }),
        {
          code: typeof code === 'string' && code !== 'ENOENT' ? code : undefined,
        },
      );
    }
    this.#ready.push(...paths);
  }
}
