import type { Link, Unsubscribe } from '../broker/port/port.ts';
import { CodedError } from '../model/coded-error.ts';
import type { ParamValue } from '../model/dag.ts';
import type { AttemptKey, DagName, NodeName, RunId, ServerName } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import type { RecentEvents } from '../replica/recent-events.ts';
import type { LogReader, MonitorAction, MonitorSource, Notice } from '../tui/source.ts';
import { listenToAgents } from './heartbeats.ts';
import type { Heard } from './heartbeats.ts';
import type { Level } from './log.ts';
import { findDag } from './lookup.ts';
import { startFollowing } from './output-follow.ts';
import { operate } from './session.ts';
import type { Session } from './session.ts';
import { systemClock } from './system-clock.ts';
import { triggerRun } from './trigger.ts';

const NOTICES_MAX = 200;

/** What the monitor shows and does, over an open session. */
export class LiveSource implements MonitorSource {
  readonly #session: Session;
  readonly #listeners = new Set<() => void>();
  readonly #notices: Notice[] = [];
  readonly #heartbeats = new Map<ServerName, Heard>();
  readonly recent: RecentEvents;
  #link: Link = { up: true };

  constructor(session: Session, recent: RecentEvents) {
    this.#session = session;
    this.recent = recent;
  }

  get state(): State {
    return this.#session.state;
  }

  get heartbeats(): ReadonlyMap<ServerName, Heard> {
    return this.#heartbeats;
  }

  get link(): Link {
    return this.#link;
  }

  get fault(): Error | undefined {
    return this.#session.replica.fault;
  }

  get brokerLabel(): string {
    return this.#session.brokerLabel;
  }

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  async start(): Promise<void> {
    const { broker, replica } = this.#session;
    broker.onLink((link) => {
      this.#link = link;
      this.#changed();
    });
    replica.listen({ onFolded: () => this.#changed(), onFault: () => this.#changed() });
    // What a heartbeat changes on the screen is seen with the next second of the clock.
    await listenToAgents(broker, this.#heartbeats, () => undefined);
  }

  nowMs(): number {
    return systemClock.nowMs();
  }

  notice(level: Level, text: string): void {
    this.#notices.push({ atMs: this.nowMs(), level, text });
    if (this.#notices.length > NOTICES_MAX) this.#notices.shift();
    this.#changed();
  }

  followOutput(target: { key: AttemptKey; server: ServerName }, reader: LogReader): Unsubscribe {
    const ends = (['stdout', 'stderr'] as const).map((stream) =>
      startFollowing(
        this.#session.broker,
        { ...target, stream },
        { onBytes: (bytes, skipped) => reader.onBytes(stream, bytes, skipped), onError: reader.onError },
      ),
    );
    return () => {
      for (const end of ends) end();
    };
  }

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async act(action: MonitorAction): Promise<string> {
    const session = this.#session;
    switch (action.do) {
      case 'trigger':
        return `triggered ${action.dag} ${await this.#trigger(action.dag, action.params ?? {})}`;
      case 'retry':
        return this.#retry(action.run, action.nodes, action.downstream);
      case 'cordon':
        await operate(session, { type: 'server.cordoned', server: action.server });
        return `cordoned ${action.server}: it gets no new work`;
      case 'uncordon':
        await operate(session, { type: 'server.uncordoned', server: action.server });
        return `uncordoned ${action.server}`;
      case 'cancel':
      case 'pause':
      case 'resume': {
        const run = session.state.runs.get(action.run);
        if (run === undefined) throw new CodedError('no_such_run', `there is no run ${action.run}`);
        const types = { cancel: 'run.canceled', pause: 'run.paused', resume: 'run.resumed' } as const;
        await operate(session, { type: types[action.do], dag: run.dag, run: run.id });
        const done = { cancel: 'canceled', pause: 'paused', resume: 'resumed' } as const;
        return `${done[action.do]} ${run.dag} ${run.id}`;
      }
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #trigger(name: DagName, params: Readonly<Record<string, ParamValue>>): Promise<RunId> {
    return (await triggerRun(this.#session, findDag(this.state, name), params)).run;
  }

  async #retry(id: RunId, nodes: readonly NodeName[], downstream: boolean): Promise<string> {
    const run = this.state.runs.get(id);
    if (run === undefined) throw new CodedError('no_such_run', `there is no run ${id}`);
    for (const node of nodes) {
      // What an earlier one took along waits already.
      if (node !== nodes[0] && run.nodes[run.definition.indexOf.get(node) ?? -1]?.status.is === 'waiting')
        continue;
      await operate(this.#session, { type: 'node.retried', dag: run.dag, run: id, node, downstream });
    }
    const what = nodes.length === 1 ? nodes[0] : `${nodes.length} nodes`;
    return `retried ${what} of ${run.dag} ${id}${downstream ? ' with downstream' : ''}`;
  }
}
