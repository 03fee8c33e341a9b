import type { Ended, Execution, Executor, Finished, Job, Journal } from '../../src/agent/ports.ts';
import type { Outcome } from '../../src/model/event.ts';
import { attemptLabel } from '../../src/model/ids.ts';
import type { AttemptKey, ServerName } from '../../src/model/ids.ts';
import type { SimProcess } from './process.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** A machine of the simulation: its disk outlives the processes on it, and it counts every start of a command. */
export class Machine {
  readonly world: World;
  readonly server: ServerName;
  readonly #begun = new Map<string, AttemptKey>();
  readonly #finished = new Map<string, Finished>();
  readonly #known = new Set<string>();
  #journalId: string;
  #wipes = 0;
  readonly #failRate: number;
  readonly #mayHang: boolean;
  readonly name: string;
  /** Told of each start; the checker counts. */
  readonly onStart: (key: AttemptKey) => void;

  constructor(
    world: World,
    name: string,
    server: ServerName,
    { failRate, hangs }: Pick<Scenario, 'failRate' | 'hangs'>,
    onStart: (key: AttemptKey) => void,
  ) {
    this.world = world;
    this.server = server;
    this.#failRate = failRate;
    this.#mayHang = hangs;
    this.#journalId = `${name}/0`;
    this.name = name;
    this.onStart = onStart;
  }

  journal(process: SimProcess): Journal {
    const delay = () => this.world.random.int(0, 3);
    return {
      id: this.#journalId,
      recover: () =>
        process.act('recover', delay(), () => ({
          begun: [...this.#begun.values()],
          finished: [...this.#finished.values()],
        })),
      begin: (keys) =>
        process.act('begin', delay(), () => {
          const fresh = keys.filter((key) => !this.#known.has(attemptLabel(key)));
          for (const key of fresh) {
            this.#known.add(attemptLabel(key));
            this.#begun.set(attemptLabel(key), key);
          }
          return fresh;
        }),
      finish: (results) =>
        process.act('finish', delay(), () => {
          for (const result of results) {
            this.#finished.set(attemptLabel(result), result);
            this.#begun.delete(attemptLabel(result));
          }
        }),
      confirm: (keys) =>
        process.act('confirm', delay(), () => {
          for (const key of keys) {
            this.#finished.delete(attemptLabel(key));
            this.#begun.delete(attemptLabel(key));
          }
        }),
      close: () => Promise.resolve(),
    };
  }

  /** A new disk: nothing of what was begun or finished is known. */
  wipe(): void {
    this.world.say(() => `${this.name} loses its disk`);
    this.#begun.clear();
    this.#finished.clear();
    this.#known.clear();
    this.#journalId = `${this.name}/${(this.#wipes += 1)}`;
  }

  executor(process: SimProcess): Executor {
    return {
      start: (job) => this.#start(process, job),
      sweep: () => process.act('sweep', this.world.random.int(1, 50), () => undefined),
    };
  }

  #start(process: SimProcess, job: Job): Execution {
    this.onStart(job);
    const { random } = this.world;
    let settle: (ended: Ended) => void = () => undefined;
    let isOver = false;
    const end = (outcome: Outcome): void => {
      if (isOver) return;
      isOver = true;
      process.enter(() =>
        settle({ outcome, wrote: { stdoutBytes: 0, stderrBytes: 0, droppedBytes: 0, tail: '' } }),
      );
    };
    const ended = new Promise<Ended>((resolve) => {
      settle = resolve;
    });
    const durationMs = random.chance(0.1) ? random.int(5_000, 40_000) : random.int(1, 2_000);
    const fails = random.chance(this.#failRate);
    const outcome: Outcome = fails
      ? { is: 'failed', error: 'exit code 1', exitCode: 1 }
      : { is: 'succeeded', output: { from: job.node } };
    // Some hang, and their agent with them: only the engine's own deadline ends these.
    const hangs = this.#mayHang && job.timeoutMs !== undefined && random.chance(0.3);
    if (!hangs) this.world.after(durationMs, () => process.alive && end(outcome));
    return {
      stop: () => this.world.after(random.int(1, 100), () => process.alive && end({ is: 'canceled' })),
      ended,
    };
  }
}
