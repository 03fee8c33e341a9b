import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ServerName } from '../model/ids.ts';
import type { Level, Log } from './log.ts';

const RESTART_AFTER_MS = 2_000;
/** How long the commands of an agent may go on when `up` ends. */
const DRAIN_GRACE = '5s';

/** The agents that `dagtop up` runs on this machine, one process per server; one that dies is started again. */
export class AgentChildren {
  readonly #flags: readonly string[];
  readonly #onNotice: Log;
  readonly #children = new Map<ServerName, ChildProcess>();
  #ending = false;

  /** `flags` go to every agent. */
  constructor(flags: readonly string[], onNotice: Log) {
    this.#flags = flags;
    this.#onNotice = onNotice;
  }

  start(server: ServerName): void {
    if (this.#ending || this.#children.has(server)) return;
    const main = process.argv[1] ?? '';
    const args = [
      main,
      'agent',
      '--server',
      server,
      '--with-parent',
      '--drain-grace',
      DRAIN_GRACE,
      ...this.#flags,
    ];
    // A group of its own: Ctrl-C in the terminal is for this process, which then tells its agents. `ipc` tells them if it dies.
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
    });
    this.#children.set(server, child);
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (line) => this.#onLine(server, line));
    }
    child.on('error', (error) =>
      this.#onNotice('error', `the agent of ${server} did not start: ${error.message}`),
    );
    child.on('exit', (code, signal) => this.#onExit(server, child, code, signal));
  }

  /** Tells all to drain, and waits for their ends. */
  async stop(): Promise<void> {
    this.#ending = true;
    await Promise.all(
      [...this.#children.values()].map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
      }),
    );
  }

  #onExit(server: ServerName, child: ChildProcess, code: number | null, signal: string | null): void {
    if (this.#children.get(server) !== child) return;
    this.#children.delete(server);
    if (this.#ending) return;
    this.#onNotice(
      'warning',
      `the agent of ${server} ended (${signal ?? `exit code ${code}`}); it is started again`,
    );
    setTimeout(() => this.start(server), RESTART_AFTER_MS);
  }

  /** The agents log JSON lines; what is more than information is shown. */
  #onLine(server: ServerName, line: string): void {
    try {
      const { level, msg } = JSON.parse(line) as { level: number; msg: string };
      const name: Level = level >= 50 ? 'error' : level >= 40 ? 'warning' : 'info';
      if (name !== 'info') this.#onNotice(name, `${server}: ${msg}`);
    } catch {
      this.#onNotice('warning', `${server}: ${line}`);
    }
  }
}
