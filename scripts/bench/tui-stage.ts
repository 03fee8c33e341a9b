import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pty } from '../../test/support/pty.ts';

const root = join(import.meta.dirname, '../..');
export const SIZE = { columns: 200, rows: 60 };

/** A folder of its own with the built program in it, each start of which gets a real pseudo terminal. */
export class ProgramStage {
  readonly folder: string;
  readonly #open: Pty[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<ProgramStage> {
    const folder = await mkdtemp(join(tmpdir(), 'dagtop-bench-'));
    for (const name of ['dags', 'nodes.yaml'])
      await cp(join(root, name), join(folder, name), { recursive: true });
    return new ProgramStage(folder);
  }

  /** The embedded broker in the folder. */
  get brokerUrl(): string {
    return `embedded:${join(this.folder, '.dagtop')}`;
  }

  start(
    args: string,
    options: { nodeFlags?: string; env?: NodeJS.ProcessEnv; bytesPerSecond?: number } = {},
  ): Pty {
    const { nodeFlags = '', env, bytesPerSecond } = options;
    const line = `'${process.execPath}' ${nodeFlags} '${join(root, 'dist/main.js')}' ${args}`;
    const pty = new Pty(line, SIZE, {
      cwd: this.folder,
      env: { ...process.env, DAGTOP_BROKER: '', ...env },
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
    });
    this.#open.push(pty);
    return pty;
  }

  /** The one without a command behind the program's name. */
  async monitorPid(): Promise<number> {
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const [line, environ] = await Promise.all([
        readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
        readFile(`/proc/${name}/environ`, 'utf8').catch(() => ''),
      ]);
      if (line.endsWith('dist/main.js\0') && environ.includes(`PWD=${this.folder}\0`)) return Number(name);
    }
    throw new Error('the monitor does not run');
  }

  async quit(pty: Pty): Promise<void> {
    pty.type('q');
    await pty.ended;
    pty.close();
  }

  async end(): Promise<void> {
    for (const pty of this.#open) pty.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}
