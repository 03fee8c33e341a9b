import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../dist/main.js');

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** What `dagtop show RUN --json` prints, as far as the tests look at it. */
export type ShownRun = {
  readonly run: string;
  readonly dag: string;
  readonly state: string;
  readonly nodes: readonly {
    readonly node: string;
    readonly state: string;
    readonly reason: string;
    readonly attempts: readonly {
      readonly attempt: number;
      readonly server: string;
      readonly outcome?: string;
    }[];
  }[];
};

/** Real `dagtop` processes around one broker, in a folder of their own. All end with `stop`, by pid. */
export class Cluster {
  readonly folder: string;
  readonly brokerUrl: string;
  readonly #agents = new Map<string, ChildProcess>();
  readonly #others: ChildProcess[] = [];
  readonly #logs: string[] = [];

  private constructor(folder: string, brokerUrl: string) {
    this.folder = folder;
    this.brokerUrl = brokerUrl;
  }

  /** `brokerUrl` undefined: the embedded broker, in the cluster's folder. */
  static async start(brokerUrl?: string): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'dagtop-e2e-'));
    await mkdir(join(folder, 'dags'));
    return new Cluster(folder, brokerUrl ?? `embedded:${join(folder, 'broker')}`);
  }

  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.folder, file), text);
  }

  /** The lines of a file that commands append to; none while it is not there. */
  async lines(file: string): Promise<string[]> {
    const text = await readFile(join(this.folder, file), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  async untilLines(file: string, holds: (lines: readonly string[]) => boolean): Promise<void> {
    const endMs = Date.now() + 60_000;
    while (!holds(await this.lines(file))) {
      if (Date.now() > endMs) throw new Error(`waited in vain for a line of ${file}\n${this.#tail()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Starts the agent of a server, and waits until it says what it has. */
  async agent(server: string, ...flags: string[]): Promise<ChildProcess> {
    const child = this.#spawn([
      'agent',
      '--server',
      server,
      '--data',
      join(this.folder, `data-${server}`),
      ...flags,
    ]);
    this.#agents.set(server, child);
    await this.#until(
      () => this.#logs.some((line) => line.includes(`"${server} has`) || line.includes(`to ${server}:`)),
      server,
    );
    return child;
  }

  agentOf(server: string): ChildProcess {
    const child = this.#agents.get(server);
    if (child === undefined) throw new Error(`no agent runs as ${server}`);
    return child;
  }

  /** As `kill -9`, and waits for the end. */
  async kill(server: string): Promise<void> {
    const child = this.agentOf(server);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Starts a command that goes on, such as `apply --watch`. */
  background(...args: string[]): ChildProcess {
    const child = this.#spawn(args);
    this.#others.push(child);
    return child;
  }

  /** Runs a command to its end. */
  async dagtop(...args: string[]): Promise<Ran> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  }

  /** As `dagtop`, of a command that must succeed. */
  async does(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.dagtop(...args);
    if (code !== 0)
      throw new Error(`dagtop ${args.join(' ')} ended with ${code}\n${stdout}${stderr}\n${this.#tail()}`);
    return stdout;
  }

  async trigger(dag: string): Promise<string> {
    return (await this.does('run', dag)).trim();
  }

  async show(run: string): Promise<ShownRun> {
    return JSON.parse(await this.does('show', run, '--json')) as ShownRun;
  }

  /** The server whose scheduler leads. */
  async leader(): Promise<string> {
    const lines = (await this.does('servers', '--json')).trim().split('\n');
    const servers = lines.map((line) => JSON.parse(line) as { server: string; leads: boolean });
    return servers.find(({ leads }) => leads)?.server ?? '';
  }

  /** Waits until an agent or a background command prints `text`. */
  seen(text: string): Promise<void> {
    return this.#until(() => this.#logs.some((line) => line.includes(text)), text);
  }

  /** Looks at a run until `holds`. */
  async until(
    run: string,
    what: string,
    holds: (shown: ShownRun) => boolean | Promise<boolean>,
  ): Promise<ShownRun> {
    const endMs = Date.now() + 120_000;
    for (;;) {
      const shown = await this.show(run);
      if (await holds(shown)) return shown;
      if (Date.now() > endMs) {
        throw new Error(`waited in vain: ${what}\n${JSON.stringify(shown, undefined, 1)}\n${this.#tail()}`);
      }
    }
  }

  async stop(): Promise<void> {
    const children = [...this.#agents.values(), ...this.#others];
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const hard = setTimeout(() => child.kill('SIGKILL'), 20_000);
        await ended;
        clearTimeout(hard);
      }),
    );
    await rm(this.folder, { recursive: true, force: true });
  }

  #spawn(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const take = (data: Buffer): void => void this.#logs.push(...data.toString().split('\n'));
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    return child;
  }

  #env(): NodeJS.ProcessEnv {
    return { ...process.env, DAGTOP_BROKER: this.brokerUrl, NODE_HOST: '' };
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const endMs = Date.now() + 60_000;
    while (!holds()) {
      if (Date.now() > endMs) throw new Error(`waited in vain for ${what}\n${this.#tail()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #tail(): string {
    return this.#logs.slice(-40).join('\n');
  }
}
