import { readFile } from 'node:fs/promises';
import type { Link, Unsubscribe } from '../broker/port/port.ts';
import { createState } from '../engine/fold.ts';
import type { dagText } from '../definition/dag-text.ts';
import type { HistoryReader } from '../history/port/history.ts';
import { CodedError } from '../model/coded-error.ts';
import type { Dag } from '../model/dag.ts';
import type { OperatorEvent } from '../model/event.ts';
import type { AttemptKey, DagName, NodeName, RunId, ServerName } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import type { RecentEvents } from '../replica/recent-events.ts';
import type {
  DefinitionText,
  EventReader,
  LogReader,
  MonitorAction,
  MonitorSource,
  Notice,
} from '../tui/source.ts';
import type { FilePlace } from '../tui/editor.ts';
import type { StreamName } from '../view/log-text.ts';
import type { followEvents } from './event-follow.ts';
import type { Heard } from './heartbeats.ts';
import type { Level } from './log.ts';
import { findDag } from './lookup.ts';
import type { startFollowing } from './output-follow.ts';
import { RoundTrip } from './round-trip.ts';
import type { Session } from './session.ts';
import { systemClock } from './system-clock.ts';

const NOTICES_MAX = 200;

/** What only a session needs is loaded with it: the first frame does not wait for that. */
type Tools = {
  readonly dagText: typeof dagText;
  readonly followEvents: typeof followEvents;
  readonly startFollowing: typeof startFollowing;
};

/** What the monitor shows and does, over an open session. */
export class LiveSource implements MonitorSource {
  #session: Session | undefined;
  #history: HistoryReader | undefined;
  #tools: Tools | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #notices: Notice[] = [];
  readonly #heartbeats = new Map<ServerName, Heard>();
  readonly recent: RecentEvents;
  readonly brokerLabel: string;
  readonly #nothing = createState();
  #link: Link = { up: true };
  #roundTrip: RoundTrip | undefined;

  /** Shows nothing yet, so that the screen stands before the broker answers. */
  constructor(brokerLabel: string, recent: RecentEvents) {
    this.brokerLabel = brokerLabel;
    this.recent = recent;
  }

  get state(): State {
    return this.#session?.state ?? this.#nothing;
  }

  get heartbeats(): ReadonlyMap<ServerName, Heard> {
    return this.#heartbeats;
  }

  get history(): HistoryReader | undefined {
    return this.#history;
  }

  get link(): Link | undefined {
    return this.#session === undefined ? undefined : this.#link;
  }

  get roundTripMs(): number | undefined {
    return this.#roundTrip?.shownMs;
  }

  get fault(): Error | undefined {
    return this.#session?.replica.fault;
  }

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  /** From here on it shows `session`. */
  async attach(session: Session): Promise<void> {
    const { listenToAgents } = await import('./heartbeats.ts');
    const { followEvents } = await import('./event-follow.ts');
    const { startFollowing } = await import('./output-follow.ts');
    const { lazyHistory } = await import('./history-access.ts');
    const { dagText } = await import('../definition/dag-text.ts');
    this.#tools = { dagText, followEvents, startFollowing };
    this.#session = session;
    this.#history = lazyHistory(session.settings);
    const { broker, replica } = session;
    this.#changed();
    const roundTrip = new RoundTrip(broker, () => this.#changed());
    broker.onLink((link) => {
      if (link.up && !this.#link.up) {
        roundTrip.startAgain();
        this.#forgive(this.#link.sinceMs);
      }
      this.#link = link;
      this.#changed();
    });
    replica.listen({ onFolded: () => this.#changed(), onFault: () => this.#changed() });
    // What a heartbeat changes on the screen is seen with the next second of the clock.
    await listenToAgents(broker, this.#heartbeats, () => undefined);
    await roundTrip.start();
    this.#roundTrip = roundTrip;
  }

  /** While the link was down nobody could be heard: that is no silence of theirs. */
  #forgive(sinceMs = this.nowMs()): void {
    const deafMs = this.nowMs() - sinceMs;
    for (const [server, { heartbeat, receivedMs }] of this.#heartbeats)
      this.#heartbeats.set(server, { heartbeat, receivedMs: receivedMs + deafMs });
  }

  definitionText(dag: Dag): DefinitionText {
    return this.#loaded().dagText(dag, { masksSecrets: true });
  }

  /** Set by whoever applies files in this process. */
  fileOfDag: ((dag: DagName) => string | undefined) | undefined;

  async fileOf(dag: DagName, node: NodeName | undefined): Promise<FilePlace | undefined> {
    const file = this.fileOfDag?.(dag);
    if (file === undefined) return undefined;
    if (node === undefined) return { file, line: undefined };
    // A file that can't be read now can be opened all the same.
    const text = await readFile(file, 'utf8').catch(() => '');
    const { lineOfNode } = await import('../definition/node-line.ts');
    return { file, line: lineOfNode({ file, text }, node) };
  }

  nowMs(): number {
    return systemClock.nowMs();
  }

  notice(level: Level, text: string): void {
    this.#notices.push({ atMs: this.nowMs(), level, text });
    if (this.#notices.length > NOTICES_MAX) this.#notices.shift();
    this.#changed();
  }

  followOutput(
    target: { key: AttemptKey; server: ServerName },
    from: Readonly<Record<StreamName, number>>,
    reader: LogReader,
  ): Unsubscribe {
    const { broker } = this.#open();
    const tools = this.#loaded();
    const ends = (['stdout', 'stderr'] as const).map((stream) =>
      tools.startFollowing(
        broker,
        { ...target, stream },
        { from: from[stream], onPiece: (piece) => reader.onPiece(stream, piece), onError: reader.onError },
      ),
    );
    return () => {
      for (const end of ends) end();
    };
  }

  followEvents(reader: EventReader): Unsubscribe {
    return this.#loaded().followEvents(this.#open().broker.log, reader);
  }

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async act(action: MonitorAction): Promise<string> {
    const { state } = this.#open();
    switch (action.do) {
      case 'trigger':
        return `triggered ${action.dag} ${await this.#trigger(action)}`;
      case 'retry':
        return this.#retry(action.run, action.nodes, action.downstream);
      case 'cordon':
        await this.#operate({ type: 'server.cordoned', server: action.server });
        return `cordoned ${action.server}: it gets no new work`;
      case 'uncordon':
        await this.#operate({ type: 'server.uncordoned', server: action.server });
        return `uncordoned ${action.server}`;
      case 'cancel':
      case 'pause':
      case 'resume': {
        const run = state.runs.get(action.run);
        if (run === undefined) throw new CodedError('no_such_run', `there is no run ${action.run}`);
        const types = { cancel: 'run.canceled', pause: 'run.paused', resume: 'run.resumed' } as const;
        await this.#operate({ type: types[action.do], dag: run.dag, run: run.id });
        const done = { cancel: 'canceled', pause: 'paused', resume: 'resumed' } as const;
        return `${done[action.do]} ${run.dag} ${run.id}`;
      }
    }
  }

  #open(): Session {
    if (this.#session === undefined) throw new CodedError('not_open', 'the broker is not open yet');
    return this.#session;
  }

  #loaded(): Tools {
    if (this.#tools === undefined) throw new CodedError('not_open', 'the broker is not open yet');
    return this.#tools;
  }

  async #operate(body: OperatorEvent): Promise<void> {
    const { operate } = await import('./session.ts');
    await operate(this.#open(), body);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #trigger({ dag, params = {}, from }: Extract<MonitorAction, { do: 'trigger' }>): Promise<RunId> {
    const { triggerRun } = await import('./trigger.ts');
    return (await triggerRun(this.#open(), findDag(this.state, dag), { params, from })).run;
  }

  async #retry(id: RunId, nodes: readonly NodeName[], downstream: boolean): Promise<string> {
    const run = this.state.runs.get(id);
    if (run === undefined) throw new CodedError('no_such_run', `there is no run ${id}`);
    for (const node of nodes) {
      // What an earlier one took along waits already.
      if (node !== nodes[0] && run.nodes[run.definition.indexOf.get(node) ?? -1]?.status.is === 'waiting')
        continue;
      await this.#operate({ type: 'node.retried', dag: run.dag, run: id, node, downstream });
    }
    const what = nodes.length === 1 ? nodes[0] : `${nodes.length} nodes`;
    return `retried ${what} of ${run.dag} ${id}${downstream ? ' with downstream' : ''}`;
  }
}
