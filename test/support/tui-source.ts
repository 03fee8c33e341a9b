import type { Link } from '../../src/broker/port/port.ts';
import { dagText } from '../../src/definition/dag-text.ts';
import type { Position, ServerName } from '../../src/model/ids.ts';
import type { AgentHeartbeat } from '../../src/model/message.ts';
import type { EventReader, LogReader, MonitorAction, MonitorSource, Notice } from '../../src/tui/source.ts';
import type { SeenEvent } from '../../src/view/event-list.ts';
import type { Outside } from '../../src/tui/outside.ts';
import type { StreamName } from '../../src/view/log-text.ts';
import type { Story } from './story.ts';

export const definitionText: MonitorSource['definitionText'] = (dag) => dagText(dag, { masksSecrets: true });
type EventFollower = {
  readonly reader: EventReader;
  readonly head: number;
  given: number;
  isBusy: boolean;
  isOver: boolean;
};

/** A terminal of which nothing is asked. */
export const NOTHING_OUTSIDE: Outside = {
  quit: () => undefined,
  copy: () => undefined,
  suspend: () => Promise.resolve(),
  edit: () => Promise.resolve(''),
  snapshot: () => Promise.resolve(''),
  mouse: () => undefined,
};

/** An attempt whose output is followed; what its command writes is the test's. */
export class Followed {
  readonly label: string;
  readonly from: Readonly<Record<StreamName, number>>;
  readonly reader: LogReader;
  readonly #ends = { stdout: 0, stderr: 0 };
  isOn = true;

  constructor(label: string, from: Followed['from'], reader: LogReader) {
    this.label = label;
    this.from = from;
    this.reader = reader;
  }

  writes(stream: StreamName, text: string, atMs?: number): void {
    const bytes = new TextEncoder().encode(text);
    const at = this.from[stream] + this.#ends[stream];
    this.#ends[stream] += bytes.length;
    const times = atMs === undefined ? [] : ([[at, atMs]] as const);
    this.reader.onPiece(stream, { bytes, at, skipped: 0, times });
  }
}

/** A source over a story; what the operator asks for is noted, and its answer is the test's. */
export class TestSource implements MonitorSource {
  readonly story: Story;
  readonly heartbeats = new Map<ServerName, { heartbeat: AgentHeartbeat; receivedMs: number }>();
  readonly notices: Notice[] = [];
  readonly brokerLabel = 'embedded ./.dagtop';
  readonly acted: MonitorAction[] = [];
  readonly followed: Followed[] = [];
  readonly eventReaders = new Set<EventFollower>();
  /** The log is read when this has settled. */
  gate: Promise<void> = Promise.resolve();
  link: Link | undefined = { up: true };
  roundTripMs: number | undefined;
  history: MonitorSource['history'];
  fault: Error | undefined;
  answer: () => Promise<string> = () => Promise.resolve('done');
  #listeners = new Set<() => void>();

  constructor(story: Story) {
    this.story = story;
    for (const { server, incarnation, slots } of story.state.agents.values()) {
      const heartbeat: AgentHeartbeat = {
        type: 'agent',
        server,
        incarnation,
        atMs: story.nowMs,
        slots,
        running: [],
        runningCount: 0,
        draining: false,
        version: '0.1.0',
      };
      this.heartbeats.set(server, { heartbeat, receivedMs: story.nowMs - 1_000 });
    }
  }

  get recent(): MonitorSource['recent'] {
    return { events: this.story.seen, dropped: 0 };
  }

  definitionText = definitionText;

  get state() {
    return this.story.state;
  }

  nowMs(): number {
    return this.story.nowMs;
  }

  /** The whole story, an event a record; what is told later comes with `changed`. */
  followEvents(reader: EventReader): () => void {
    const follower = { reader, given: 0, isBusy: false, isOver: false, head: this.story.seen.length };
    this.eventReaders.add(follower);
    void this.#handOver(follower);
    return () => {
      follower.isOver = true;
      this.eventReaders.delete(follower);
    };
  }

  async #handOver(follower: EventFollower): Promise<void> {
    if (follower.isBusy) return;
    follower.isBusy = true;
    await this.gate;
    while (!follower.isOver && follower.given < this.story.seen.length) {
      const { event } = this.story.seen[follower.given] as SeenEvent;
      follower.given += 1;
      await follower.reader.onEvents([event], follower.given as Position, follower.head as Position);
    }
    follower.isBusy = false;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const follower of this.eventReaders) void this.#handOver(follower);
    for (const listener of this.#listeners) listener();
  }

  act(action: MonitorAction): Promise<string> {
    this.acted.push(action);
    return this.answer();
  }

  followOutput(
    target: { readonly key: { readonly node: string; readonly attempt: number } },
    from: Followed['from'],
    reader: LogReader,
  ): () => void {
    const followed = new Followed(`${target.key.node}#${target.key.attempt}`, from, reader);
    this.followed.push(followed);
    return () => {
      followed.isOn = false;
    };
  }
}
