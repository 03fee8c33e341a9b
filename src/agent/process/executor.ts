import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CodedError } from '../../model/coded-error.ts';
import type { AttemptKey } from '../../model/ids.ts';
import type { OutputChunk } from '../../model/message.ts';
import { attemptName, attemptsFolder, runningFiles, runningFolder } from '../output/attempt-folder.ts';
import { FlushTimer } from '../output/capture.ts';
import { LiveFeed } from '../output/live-feed.ts';
import { Retention } from '../output/retention.ts';
import type { Execution, Executor, Job } from '../ports.ts';
import { Attempt } from './attempt.ts';
import type { Workshop } from './attempt.ts';
import { inheritedEnvironment } from './environment.ts';
import { Launcher } from './launcher.ts';
import { PipePool } from './pipe-pool.ts';
import { readLeftGroup } from './process-record.ts';
import { Reaper } from './reaper.ts';
import type { ReaperSettings } from './reaper.ts';

export type ExecutorParts = {
  /** Of this agent alone: whoever opens it must hold its journal. */
  readonly dataFolder: string;
  /** Called for each piece of live output; what it throws is dropped. */
  readonly publish: (chunk: OutputChunk) => void;
  /** What commands inherit, but for `DAGTOP_*`; the agent's own environment as a rule. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly settings?: Partial<ReaperSettings>;
  /** What an operator should know and no attempt can tell. */
  readonly onNotice?: (text: string) => void;
};

export type OpenExecutor = Executor & {
  /** Resolves when all process trees that were to be ended are ended, and retention rests. Commands that still run are ended, and nobody is told how. */
  close(): Promise<void>;
};

const DEFAULT_SETTINGS: ReaperSettings = { killGraceMs: 10_000 };
/** What a start needs of the disk is done at once, in a fraction of a millisecond: after this long others get their turn. */
const LAUNCH_SLICE_MS = 8;

/** Runs commands on this machine. Errors: `data_folder_not_usable`. */
export function openExecutor(parts: ExecutorParts): OpenExecutor {
  const dataFolder = resolve(parts.dataFolder);
  const { id, names, pipes } = openDataFolder(dataFolder);
  const onNotice = parts.onNotice ?? (() => undefined);
  const settings = { ...DEFAULT_SETTINGS, ...parts.settings };
  const reaper = new Reaper(settings, onNotice);
  const launcher = new Launcher(pipes, settings.killGraceMs);
  const retention = new Retention(attemptsFolder(dataFolder));
  const takingUp = retention.takeUp(names);
  const markerOf = (name: string): string => `${id}.${name}`;
  const workshop: Workshop = {
    dataFolder,
    inherited: inheritedEnvironment(parts.environment ?? process.env),
    launcher,
    markerOf,
    reaper,
    feed: new LiveFeed(parts.publish),
    flushTimer: new FlushTimer(),
    retention,
    onNotice,
  };
  const launches = new LaunchQueue();
  return {
    start(job: Job): Execution {
      const attempt = new Attempt(job, workshop);
      launches.add(attempt);
      return attempt;
    },
    async sweep(keys: readonly AttemptKey[]): Promise<void> {
      const left = keys.map(async (key) => {
        const name = attemptName(key);
        const files = runningFiles(dataFolder, name);
        await reaper.end({ marker: markerOf(name), group: readLeftGroup(files.process) });
        for (const path of Object.values(files)) await rm(path, { recursive: true, force: true });
      });
      await Promise.all(left);
    },
    async close(): Promise<void> {
      await takingUp;
      await reaper.close();
      await launcher.close();
      await retention.close();
    },
  };
}

/** Starts attempts in the order of their coming, a slice of time per turn of the event loop. */
class LaunchQueue {
  #waiting: Attempt[] = [];
  #isScheduled = false;

  add(attempt: Attempt): void {
    this.#waiting.push(attempt);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const endMs = performance.now() + LAUNCH_SLICE_MS;
      let launched = 0;
      while (launched < this.#waiting.length && performance.now() < endMs) {
        this.#waiting[launched]?.launch();
        launched += 1;
      }
      this.#waiting.splice(0, launched);
      this.#schedule();
    });
  }
}

/** The id tells processes of this folder's attempts from those of other agents on the machine. */
function openDataFolder(dataFolder: string): { id: string; names: string[]; pipes: PipePool } {
  try {
    const attempts = attemptsFolder(dataFolder);
    for (const folder of [attempts, runningFolder(dataFolder)])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(dataFolder, 'id');
    const fresh = `${path}.${randomBytes(8).toString('hex')}`;
    writeFileSync(fresh, randomBytes(8).toString('hex'));
    try {
      linkSync(fresh, path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    rmSync(fresh, { force: true });
    const pipes = new PipePool(join(dataFolder, 'pipes'));
    return { id: readFileSync(path, 'latin1').trim(), names: readdirSync(attempts), pipes };
  } catch (error) {
    throw new CodedError(
      'data_folder_not_usable',
      `can't use the data folder ${dataFolder}: ${String(error)}`,
      {
        hint: 'check who owns it and whether its disk is full, or name another one',
        cause: error,
      },
    );
  }
}
