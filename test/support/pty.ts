import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import xterm from '@xterm/headless';

const SLOW_TURN_MS = 50;

/** A program in a real pseudo terminal (of `script`, which every Debian has), and an emulator that shows what a user would see. */
export class Pty {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #take: (data: Buffer) => void;
  #raw = '';
  #stopReadingSlowly: (() => void) | undefined;
  /** When all has ended and was read. */
  readonly ended: Promise<unknown>;

  /** `command` is a line for `sh`; what it needs comes by `env`. */
  constructor(
    command: string,
    size: { columns: number; rows: number },
    options: { cwd: string; env: NodeJS.ProcessEnv; bytesPerSecond?: number },
  ) {
    const { columns, rows } = size;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const line = `stty cols ${columns} rows ${rows}; ${command}; echo "[ended with $?]"; stty -a | tr ';' '\\n' | grep -c -e '-icanon'`;
    this.#child = spawn('script', ['-q', '-f', '-c', line, '/dev/null'], {
      cwd: options.cwd,
      env: { ...options.env, TERM: 'xterm-256color', COLUMNS: undefined, LINES: undefined },
    });
    this.#take = (data) => {
      this.#raw += data.toString('latin1');
      this.#terminal.write(data);
    };
    if (options.bytesPerSecond === undefined) this.#child.stdout.on('data', this.#take);
    else this.#stopReadingSlowly = readSlowly(this.#child.stdout, options.bytesPerSecond, this.#take);
    this.ended = once(this.#child, 'close');
  }

  /** The screen as text, line by line. */
  get lines(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from(
      { length: this.#terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  }

  get text(): string {
    return this.lines.join('\n');
  }

  /** All bytes that came, control sequences among them. */
  get raw(): string {
    return this.#raw;
  }

  get isAlternateScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  /** All that was ever printed, without control sequences. */
  get printed(): string {
    return stripVTControlCharacters(this.#raw);
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The process of dagtop itself, below `script` and `sh`. */
  get programPid(): number {
    for (let pids = childrenOf(this.#child.pid ?? 0); pids.length > 0; pids = pids.flatMap(childrenOf)) {
      const pid = pids.find((one) => argumentsOf(one)[1]?.endsWith('dist/main.js') === true);
      if (pid !== undefined) return pid;
    }
    throw new Error('dagtop does not run');
  }

  /** As when the operator changes the size of the window. */
  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    const device = readlinkSync(`/proc/${this.programPid}/fd/0`);
    spawnSync('stty', ['-F', device, 'cols', String(columns), 'rows', String(rows)]);
  }

  /** From here on nothing waits for the reader. */
  readFreely(): void {
    this.#stopReadingSlowly?.();
    this.#child.stdout.on('data', this.#take).resume();
  }

  async until(what: string, holds: (text: string) => boolean): Promise<string> {
    const endMs = Date.now() + 90_000;
    while (!holds(this.text)) {
      if (Date.now() > endMs) throw new Error(`waited in vain for ${what}; the screen:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return this.text;
  }

  close(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    this.#terminal.dispose();
  }
}

/** As a slow link would: what is not read yet fills the buffers between, and then the program waits. Returns what ends it. */
function readSlowly(stream: Readable, bytesPerSecond: number, take: (data: Buffer) => void): () => void {
  const piece = Math.max(1, Math.round((bytesPerSecond * SLOW_TURN_MS) / 1_000));
  const timer = setInterval(() => {
    const data = stream.read(Math.min(piece, stream.readableLength)) as Buffer | null;
    if (data !== null) take(data);
  }, SLOW_TURN_MS);
  // Without a listener Node throws away what is left when the program has ended.
  const listen = (): void => undefined;
  stream.on('readable', listen);
  stream.on('close', () => clearInterval(timer));
  return () => {
    clearInterval(timer);
    stream.off('readable', listen);
  };
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    // It has ended.
    return [];
  }
}

function argumentsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
