import { createLogWriter } from '../../src/broker/port/log-writer.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { SchedulerId } from '../../src/model/ids.ts';
import { Replica } from '../../src/replica/replica.ts';
import { Checkpointer } from '../../src/scheduler/checkpointer.ts';
import type { CheckpointSettings } from '../../src/scheduler/settings.ts';
import { TrimmedLog } from './trimmed-log.ts';
import { DIAMOND, Story } from './story.ts';

const SETTINGS: CheckpointSettings = {
  everyEvents: 10,
  runsMaxLength: 1_000_000,
  partMaxLength: 500,
  keepMs: 1_000,
  trimEveryMs: 0,
};

/** A log with a leader `sch-1` who writes checkpoints of it and trims it. Its clock stands until a test moves it. */
export class CheckpointStage {
  readonly log = new TrimmedLog();
  readonly replica = new Replica();
  readonly notices: string[] = [];
  readonly checkpointer: Checkpointer;
  readonly #told = new Story();
  #seen = 0;
  nowMs = 5_000_000;

  constructor(settings: Partial<CheckpointSettings> = {}) {
    const id = 'sch-1' as SchedulerId;
    this.replica.witness(id);
    this.checkpointer = new Checkpointer({
      ...{ replica: this.replica, log: this.log, id, writer: createLogWriter(this.log, systemClock) },
      settings: { ...SETTINGS, ...settings },
      onNotice: (level, text) => void this.notices.push(`${level}: ${text}`),
    });
    this.replica.listen({
      onFolded: (folded) => this.checkpointer.onFolded(folded, this.nowMs),
      onDoubt: (text) => void this.notices.push(`doubt: ${text}`),
    });
    this.tell((story) =>
      story
        .apply(DIAMOND)
        .place({ 'srv-1': ['*'] })
        .elect()
        .join('srv-1', 99),
    );
  }

  static async open(settings: Partial<CheckpointSettings> = {}): Promise<CheckpointStage> {
    const stage = new CheckpointStage(settings);
    await stage.replica.start(stage.log);
    return stage;
  }

  /** What happens goes to the log. */
  tell(happen: (story: Story) => Story): this {
    happen(this.#told);
    this.log.add(...this.#told.seen.slice(this.#seen).map(({ event }): LogEvent => event));
    this.#seen = this.#told.seen.length;
    return this;
  }

  /** Whole runs, of 12 records each. */
  run(...names: readonly string[]): this {
    for (const name of names) {
      this.tell((story) => {
        story.triggerFrom('diamond', name, 'B', 'C');
        for (const node of ['B', 'C', 'D', 'E']) story.succeed(name, node, 'srv-1');
        return story.end(name, 'succeeded');
      });
    }
    return this;
  }

  /** Until all of the log is folded, then the leader's turn, and until what came of that is folded. */
  async lead(): Promise<void> {
    await this.settle();
    this.checkpointer.lead(this.nowMs);
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      const head = this.log.records.length;
      await this.replica.reached(head as never);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (this.log.records.length !== head) quiet = -1;
    }
  }

  /** A reader that comes now. */
  async reader(
    ...args: Parameters<Replica['start']> extends [unknown, ...infer Rest] ? Rest : never
  ): Promise<Replica> {
    const replica = new Replica();
    await replica.start(this.log, ...args);
    return replica;
  }
}
