import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Level, Log } from './log.ts';
import { EXIT } from './output.ts';
import type { Settings } from './settings.ts';

const RESTART_AFTER_MS = 5_000;

/**
 * `dagtop record` in a process of its own, so that neither folding the log twice nor a slow disk ever stops a screen or an answer. What goes wrong with
 * it is a notice: runs need no history.
 */
export class RecorderChild {
  readonly #settings: Settings;
  readonly #onNotice: Log;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #isEnding = false;

  constructor(settings: Settings, onNotice: Log) {
    this.#settings = settings;
    this.#onNotice = onNotice;
  }

  /** Does nothing when no history is wanted. */
  start(): void {
    const { brokerUrl, namespace, history } = this.#settings;
    if (this.#isEnding || history.url === undefined) return;
    const args = ['record', '--with-parent', '--namespace', namespace];
    // URLs may hold passwords, which are nobody's business who looks at the processes of the machine.
    const env = { ...process.env, DAGTOP_BROKER: brokerUrl, DAGTOP_HISTORY: history.url };
    const child = spawn(process.execPath, [process.argv[1] ?? '', ...args], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env,
      // Ctrl-C in the terminal is for this process, which then tells it. `ipc` tells it if this one dies.
      detached: true,
    });
    this.#child = child;
    if (child.stderr !== null)
      createInterface({ input: child.stderr }).on('line', (line) => this.#onLine(line));
    child.on('error', (error) => this.#onNotice('warning', `no history is written: ${error.message}`));
    child.on('exit', (code) => this.#onExit(code));
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  /** One that ended with an error said why, and would again. */
  #onExit(code: number | null): void {
    this.#child = undefined;
    if (this.#isEnding || code === EXIT.error || code === EXIT.usage) return;
    this.#restart = setTimeout(() => this.start(), RESTART_AFTER_MS);
  }

  #onLine(line: string): void {
    try {
      const { level, msg } = JSON.parse(line) as { level: number; msg: string };
      const name: Level = level >= 40 ? 'warning' : 'info';
      const text = msg.replace(/^dagtop: /, '').replaceAll(/\n\s*/g, '; ');
      if (name !== 'info') this.#onNotice(name, text.includes('history') ? text : `history: ${text}`);
    } catch {
      this.#onNotice('warning', `history: ${line}`);
    }
  }
}
