import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRecord } from '../../src/broker/port/codec.ts';
import type { EventLog, LogFollower } from '../../src/broker/port/port.ts';
import type { Clock } from '../../src/model/clock.ts';
import { LOG_START } from '../../src/model/ids.ts';
import type { Position } from '../../src/model/ids.ts';
import { Replica } from '../../src/replica/replica.ts';
import { DEFAULT_TELEMETRY_SETTINGS, Telemetry } from '../../src/telemetry/telemetry.ts';
import type { TelemetryParts } from '../../src/telemetry/telemetry.ts';
import type { Story } from './story.ts';

const clock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** One process that follows the log of a story. */
export type Watcher = {
  readonly telemetry: Telemetry;
  readonly replica: Replica;
  readonly notices: string[];
  /** Reads what the story has told since. */
  read(): void;
};

/** A folder and a log that several processes follow, one after the other or side by side. */
export class TelemetryStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'dagtop-telemetry-'));
  readonly story: Story;
  #isLocked = false;

  constructor(story: Story) {
    this.story = story;
  }

  /** Starts a process that has read all that the story told so far, and sends quickly. */
  async watch(parts: Partial<TelemetryParts>): Promise<Watcher> {
    let follower: LogFollower | undefined;
    const log = {
      tail: () => Promise.resolve(1 as Position),
      head: () => Promise.resolve(LOG_START),
      follow: (_from: Position, given: LogFollower) => {
        follower = given;
        return Promise.resolve(() => undefined);
      },
    } as unknown as EventLog;
    const replica = new Replica();
    const notices: string[] = [];
    const { notices: noticeSettings, spans } = DEFAULT_TELEMETRY_SETTINGS;
    const quick = { gatherMs: 5, retryMs: 5, retryMaxMs: 20 };
    const telemetry = new Telemetry({
      replica,
      clock,
      notice: (_level, text) => void notices.push(text),
      folder: this.folder,
      traces: undefined,
      targets: [],
      publicUrl: undefined,
      version: '1.2.3',
      takeLock: () => this.#takeLock(),
      settings: {
        spans: { ...spans, ...quick },
        notices: { ...noticeSettings, ...quick, gatherMs: 0 },
        noticeTimeoutMs: 200,
        roundMs: 10,
      },
      ...parts,
    });
    await replica.start(log);
    let told = 0;
    const read = (): void => {
      const records = this.story.seen.slice(told).map(({ event }, at) => ({
        position: (told + at + 1) as Position,
        body: encodeRecord([JSON.stringify(event)]),
      }));
      told = this.story.seen.length;
      void follower?.onRecords(records);
    };
    read();
    telemetry.start();
    return { telemetry, replica, notices, read };
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #takeLock(): { release(): void } | undefined {
    if (this.#isLocked) return undefined;
    this.#isLocked = true;
    return { release: () => (this.#isLocked = false) };
  }
}
