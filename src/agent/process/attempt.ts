import { lstatSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Timer } from '../../model/clock.ts';
import { limits } from '../../model/limits.ts';
import { attemptName, attemptsFolder, runningFiles } from '../output/attempt-folder.ts';
import type { RunningFiles } from '../output/attempt-folder.ts';
import { Capture } from '../output/capture.ts';
import type { FlushTimer } from '../output/capture.ts';
import type { LiveFeed } from '../output/live-feed.ts';
import type { Retention } from '../output/retention.ts';
import type { Ended, Execution, Job } from '../ports.ts';
import { endedOf } from './attempt-outcome.ts';
import type { Exit, Request } from './attempt-outcome.ts';
import { commandEnvironment } from './environment.ts';
import { launchProblem } from './launch-problem.ts';
import { LauncherDied } from './launcher.ts';
import type { Launched, Launcher } from './launcher.ts';
import { writeProcessRecord } from './process-record.ts';
import type { Tree } from './process-tree.ts';
import type { Reaper } from './reaper.ts';
import { isGroupThere } from './signal.ts';
import { afterLong, isSettledWithin } from './wait.ts';

/** What all attempts of an agent share. */
export type Workshop = {
  readonly dataFolder: string;
  readonly inherited: Readonly<Record<string, string>>;
  readonly launcher: Launcher;
  readonly markerOf: (name: string) => string;
  readonly reaper: Reaper;
  readonly feed: LiveFeed;
  readonly flushTimer: FlushTimer;
  readonly retention: Retention;
  readonly onNotice: (text: string) => void;
};

/** Commands that end sooner are found by their marker alone, and cost no record. */
const RECORD_AFTER_MS = 200;
/** How long output may be on its way once the command has ended. */
const DRAIN_MS = 150;
const DRAIN_ROUNDS = 20;
/** How long the end of a process that was ended may take to be told. */
const EXIT_MS = 1_000;

/**
 * One command from its start to its end. It has ended when its process has, and what it left in its process group or at its
 * output has been ended too; what hides better is ended behind the result.
 */
export class Attempt implements Execution {
  readonly ended: Promise<Ended>;
  readonly #job: Job;
  readonly #shop: Workshop;
  readonly #folder: string;
  readonly #files: RunningFiles;
  readonly #tree: Tree;
  readonly #stdout: Capture;
  readonly #stderr: Capture;
  #onEnded: (ended: Ended) => void = () => undefined;
  #launched: Launched | undefined;
  /** Resolves when nothing more can come from the streams. */
  #closed: Promise<unknown> = Promise.resolve();
  #request: Request | undefined;
  #ending: Promise<void> | undefined;
  #exit: Exit | undefined;
  #isWindingUp = false;
  #isRecorded = false;
  #timeout: Timer | undefined;
  #recordTimer: NodeJS.Timeout | undefined;

  constructor(job: Job, shop: Workshop) {
    this.#job = job;
    this.#shop = shop;
    const name = attemptName(job);
    this.#folder = join(attemptsFolder(shop.dataFolder), name);
    this.#files = runningFiles(shop.dataFolder, name);
    this.#tree = { marker: shop.markerOf(name), group: undefined };
    const { dag, run, node, attempt } = job;
    const of = { dag, run, node, attempt };
    this.#stdout = new Capture(this.#folder, { ...of, stream: 'stdout' }, shop.feed, shop.flushTimer);
    this.#stderr = new Capture(this.#folder, { ...of, stream: 'stderr' }, shop.feed, shop.flushTimer);
    this.ended = new Promise((resolve) => (this.#onEnded = resolve));
  }

  /** Has the process started, unless `stop` came first. Never throws. */
  launch(): void {
    if (this.#request !== undefined) return void this.#settle();
    const input = JSON.stringify(this.#job.inputs);
    const bytes = Buffer.byteLength(input);
    if (bytes > limits.outputMaxBytes) {
      const text = `the outputs of the upstream nodes have ${bytes} bytes together; the bound is ${limits.outputMaxBytes}`;
      return this.#fail(text);
    }
    this.#start(input).then(
      (launched) => this.#watch(launched),
      (error: unknown) => void this.#onNotStarted(error),
    );
  }

  stop(): void {
    this.#end('cancel');
  }

  async #start(input: string): Promise<Launched> {
    writeFileSync(this.#files.input, input);
    const { command, workingDir } = this.#job;
    const [program = '', ...args] = 'shell' in command ? ['/bin/sh', '-c', command.shell] : command.argv;
    const env = commandEnvironment(this.#job, this.#shop.inherited, input, {
      inputFile: this.#files.input,
      outputFile: this.#files.output,
      marker: this.#tree.marker,
    });
    return this.#shop.launcher.launch({ program, args, env, cwd: workingDir });
  }

  async #onNotStarted(error: unknown): Promise<void> {
    // It may have been started all the same, and is found by its marker then.
    if (error instanceof LauncherDied) await this.#shop.reaper.end(this.#tree);
    if (this.#request !== undefined) return this.#settle();
    this.#fail(launchProblem(error, this.#job));
  }

  #watch(launched: Launched): void {
    const { pid, stdout, stderr, exited } = launched;
    this.#launched = launched;
    this.#tree.group = pid;
    const { timeoutMs } = this.#job;
    if (timeoutMs !== undefined) this.#timeout = afterLong(timeoutMs, () => this.#end('timeout'));
    this.#recordTimer = setTimeout(() => this.#record(pid), RECORD_AFTER_MS);
    this.#closed = Promise.all([watchStream(stdout, this.#stdout), watchStream(stderr, this.#stderr)]);
    void exited.then((exit) => this.#onExit(pid, exit));
    if (this.#request !== undefined) this.#endTree(launched);
  }

  #record(pid: number): void {
    try {
      this.#isRecorded = writeProcessRecord(this.#files.process, pid);
    } catch (error) {
      this.#shop.onNotice(`can't note the process of an attempt: ${String(error)}`);
    }
  }

  #onExit(pid: number, exit: Exit | undefined): void {
    this.#exit = exit;
    // Where nobody knows how it ended, it may well go on.
    if (exit === undefined) this.#ending ??= this.#shop.reaper.end(this.#tree);
    else if (!isGroupThere(pid)) this.#tree.group = undefined;
    void this.#windUp();
  }

  #end(request: Request): void {
    if (this.#request !== undefined || this.#isWindingUp) return;
    this.#request = request;
    // What is being started is ended as soon as it is.
    if (this.#launched !== undefined) this.#endTree(this.#launched);
  }

  #endTree({ exited }: Launched): void {
    this.#ending = this.#shop.reaper.end(this.#tree);
    void this.#ending.then(() => isSettledWithin(exited, EXIT_MS)).then(() => this.#windUp());
  }

  async #windUp(): Promise<void> {
    const launched = this.#launched;
    if (this.#isWindingUp || launched === undefined) return;
    this.#isWindingUp = true;
    this.#timeout?.cancel();
    clearTimeout(this.#recordTimer);
    const { reaper } = this.#shop;
    if (this.#tree.group !== undefined) this.#ending ??= reaper.end(this.#tree);
    await this.#ending;
    if (!(await isSettledWithin(this.#closed, DRAIN_MS))) {
      // Somebody holds the output open who is not in the group.
      this.#ending = reaper.end(this.#tree);
      await this.#ending;
      await this.#drain(this.#closed);
      launched.stdout.destroy();
      launched.stderr.destroy();
    }
    await this.#settle();
    if (this.#ending === undefined) reaper.endStrays(this.#tree);
  }

  /** What is left in the pipes is read, however slow we are; a stranger who holds them open and writes on is not waited for. */
  async #drain(closed: Promise<unknown>): Promise<void> {
    for (let round = 0; round < DRAIN_ROUNDS; round += 1) {
      const before = this.#stdout.totalBytes + this.#stderr.totalBytes;
      if (await isSettledWithin(closed, DRAIN_MS)) return;
      if (before === this.#stdout.totalBytes + this.#stderr.totalBytes) return;
    }
  }

  #fail(error: string): void {
    this.#leave();
    this.#onEnded({
      outcome: { is: 'failed', error },
      wrote: { stdoutBytes: 0, stderrBytes: 0, droppedBytes: 0, tail: '' },
    });
  }

  async #settle(): Promise<void> {
    this.#stdout.flush();
    this.#stderr.flush();
    const failure = this.#stdout.failure ?? this.#stderr.failure;
    if (failure !== undefined)
      this.#shop.onNotice(`output of ${this.#job.node} was not kept: ${failure.message}`);
    const ended = await endedOf({
      job: this.#job,
      request: this.#request,
      exit: this.#exit,
      folder: this.#folder,
      outputFile: this.#files.output,
      stdout: this.#stdout,
      stderr: this.#stderr,
    });
    this.#leave();
    this.#onEnded(ended);
  }

  /** Removes what only the running command needed. Synchronous: small calls that stay in the page cache. */
  #leave(): void {
    const { input, output, process } = this.#files;
    try {
      if (lstatSync(output, { throwIfNoEntry: false }) !== undefined) rmSync(output, { recursive: true });
      if (this.#isRecorded) unlinkSync(process);
      unlinkSync(input);
    } catch (error) {
      if (this.#launched !== undefined)
        this.#shop.onNotice(`can't clear up after an attempt: ${String(error)}`);
    }
    const droppedBytes = this.#stdout.droppedBytes + this.#stderr.droppedBytes;
    const keptBytes = this.#stdout.totalBytes + this.#stderr.totalBytes - droppedBytes;
    const timesBytes = this.#stdout.timesBytes + this.#stderr.timesBytes;
    if (keptBytes > 0) this.#shop.retention.add(attemptName(this.#job), keptBytes + timesBytes);
  }
}

/** Resolves when the stream has ended, one way or the other. */
function watchStream(stream: Readable, capture: Capture): Promise<void> {
  stream.on('data', (bytes: Buffer) => capture.push(bytes));
  // A read error ends the stream, and the stream's end is all that is waited for.
  stream.on('error', () => undefined);
  return new Promise((resolve) => void stream.once('close', () => resolve()));
}
