/**
 * The loop around the engine: one of these runs in every agent, and one of them leads.
 *
 *  1. It leads only by what it has read back: `leader.elected` with its own name, in the newest epoch (DESIGN, 4).
 *  2. It acts on a decision only after reading it back as accepted.
 *  3. One round of decisions at a time: the next begins when all of the last have been read back. So a round never repeats what is
 *     on its way, and under load the rounds grow instead of multiplying.
 *  4. What was dispatched and not started is sent again on every change of leader and every few seconds (DESIGN, 9).
 */
import { messageCodec } from '../broker/port/codec.ts';
import type { LogWriter } from '../broker/port/log-writer.ts';
import type { Broker, Unsubscribe } from '../broker/port/port.ts';
import { decide } from '../engine/decide.ts';
import { hashFraction } from '../engine/retry.ts';
import type { Clock, Timer } from '../model/clock.ts';
import type { EventId, SchedulerId, ServerName } from '../model/ids.ts';
import { agentHeartbeat, leaderHeartbeat } from '../model/message.ts';
import { subjects } from '../model/subject.ts';
import type { Folded, Replica } from '../replica/replica.ts';
import { Checkpointer } from './checkpointer.ts';
import type { CheckpointerParts } from './checkpointer.ts';
import { Outbox } from './outbox.ts';
import type { Outgoing } from './outbox.ts';
import type { CheckpointSettings, SchedulerSettings } from './settings.ts';
import { Silence } from './silence.ts';

const agentCodec = messageCodec(agentHeartbeat);
const leaderCodec = messageCodec(leaderHeartbeat);

export type SchedulerParts = {
  readonly broker: Broker;
  readonly replica: Replica;
  readonly writer: LogWriter;
  readonly clock: Clock;
  readonly id: SchedulerId;
  readonly settings: SchedulerSettings;
  /** Without it no checkpoints are written, and nothing is trimmed. */
  readonly checkpoints?: CheckpointSettings;
  readonly onNotice?: CheckpointerParts['onNotice'];
};

export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #outbox: Outbox;
  readonly #silence: Silence;
  readonly #checkpointer: Checkpointer | undefined;
  readonly #ends: Unsubscribe[] = [];
  /** Decisions appended and not yet read back. */
  readonly #pending = new Set<EventId>();
  /** The last round brought nothing: the next waits for a tick, so that no disagreement can spin. */
  #fruitless = false;
  #roundOpen = false;
  #roundAccepted = 0;
  #candidateEpoch = 0;
  #leaderHeardMs: number;
  #lastTickMs: number;
  #heartbeatSentMs = 0;
  #resentMs = 0;
  #linkUp = true;
  #stopped = false;
  #ticker: Timer | undefined;
  #waker: Timer | undefined;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    this.#outbox = new Outbox(parts.broker.inbox, parts.clock);
    const { replica, writer, id, checkpoints, onNotice = () => undefined } = parts;
    if (checkpoints !== undefined) {
      const { log } = parts.broker;
      this.#checkpointer = new Checkpointer({ replica, writer, log, id, settings: checkpoints, onNotice });
      replica.witness(id);
    }
    const nowMs = parts.clock.nowMs();
    this.#silence = new Silence(nowMs);
    this.#lastTickMs = nowMs;
    this.#leaderHeardMs = nowMs - parts.settings.electAfterMs + parts.settings.firstElectAfterMs;
  }

  get isLeading(): boolean {
    return this.#parts.replica.state.leader === this.#parts.id && !this.#stopped;
  }

  /** Joins the candidates. The replica must have been started. */
  async start(): Promise<void> {
    const { broker, clock, replica } = this.#parts;
    this.#ends.push(
      broker.onLink(({ up }) => {
        // After an outage nobody is judged by its silence. (DESIGN, 10)
        if (up && !this.#linkUp) this.#forgive();
        this.#linkUp = up;
      }),
      replica.listen({ onFolded: (folded) => this.#onFolded(folded) }),
      await broker.bus.subscribe(subjects.allAgentHeartbeats, {
        onMessage: ({ body }) => {
          const heartbeat = agentCodec.decode(body);
          if (heartbeat !== undefined) this.#silence.hear(heartbeat.incarnation, clock.nowMs());
        },
      }),
      await broker.bus.subscribe(subjects.leaderHeartbeat, {
        onMessage: ({ body }) => {
          const heartbeat = leaderCodec.decode(body);
          if (heartbeat !== undefined && heartbeat.epoch >= replica.state.epoch)
            this.#leaderHeardMs = clock.nowMs();
        },
      }),
      await broker.bus.subscribe(subjects.whoLeads, {
        onMessage: () => {
          if (this.isLeading) this.#sayThatILead();
        },
      }),
    );
    broker.bus.publish(subjects.whoLeads, new Uint8Array());
    this.#tick();
  }

  /** Leaves the candidates; a leader resigns first, so that the next need not wait for its silence. */
  async stop(): Promise<void> {
    const wasLeading = this.isLeading;
    this.#stopped = true;
    this.#ticker?.cancel();
    this.#waker?.cancel();
    for (const end of this.#ends) end();
    this.#outbox.close();
    if (!wasLeading) return;
    const { replica, id, writer, clock } = this.#parts;
    const { epoch } = replica.state;
    const event = { id: `${epoch}/resigned` as EventId, atMs: clock.nowMs(), by: id, epoch, scheduler: id };
    await writer.append([{ ...event, type: 'leader.resigned' }]);
  }

  #onFolded(folded: readonly Folded[]): void {
    const { id, replica } = this.#parts;
    const dispatched = new Map<ServerName, Outgoing[]>();
    for (const { event, verdict, position } of folded) {
      if (event.type === 'leader.elected' && verdict.accepted) this.#onElected(event.scheduler);
      if (!('epoch' in event) || event.by !== id) continue;
      this.#pending.delete(event.id);
      if (!verdict.accepted) continue;
      this.#roundAccepted += 1;
      if (event.type !== 'attempt.dispatched') continue;
      const outgoing = { run: event.run, node: event.node, attempt: event.attempt, position };
      const list = dispatched.get(event.server);
      if (list === undefined) dispatched.set(event.server, [outgoing]);
      else list.push(outgoing);
    }
    if (this.isLeading) {
      for (const [server, attempts] of dispatched) this.#outbox.send(server, replica.state.epoch, attempts);
      this.#checkpointer?.onFolded(folded, this.#parts.clock.nowMs());
    }
    if (this.#roundOpen && this.#pending.size === 0) {
      this.#roundOpen = false;
      this.#fruitless = this.#roundAccepted === 0;
    }
    this.#round();
  }

  #onElected(scheduler: SchedulerId): void {
    const nowMs = this.#parts.clock.nowMs();
    this.#leaderHeardMs = nowMs;
    if (scheduler !== this.#parts.id) return;
    this.#forgive();
    this.#pending.clear();
    this.#resentMs = 0;
    this.#sayThatILead();
  }

  #forgive(): void {
    const nowMs = this.#parts.clock.nowMs();
    this.#silence.forgive(nowMs);
    this.#leaderHeardMs = Math.max(this.#leaderHeardMs, nowMs - this.#parts.settings.electAfterMs / 2);
  }

  #tick(): void {
    if (this.#stopped) return;
    const { clock, settings, replica } = this.#parts;
    const nowMs = clock.nowMs();
    this.#noticeStall(nowMs);
    this.#lastTickMs = nowMs;
    this.#fruitless = false;
    if (this.#linkUp && replica.fault === undefined) {
      if (this.isLeading) this.#lead(nowMs);
      else this.#maybeStand(nowMs);
    }
    this.#ticker = clock.after(settings.tickMs, () => this.#tick());
  }

  /** When we stood still and heard nobody meanwhile, that is our silence, not theirs. To be asked before anyone is judged. */
  #noticeStall(nowMs: number): void {
    const { tickMs, stallMs } = this.#parts.settings;
    const sinceTickMs = nowMs - this.#lastTickMs;
    if (sinceTickMs <= tickMs + stallMs && sinceTickMs >= 0) return;
    this.#forgive();
    this.#lastTickMs = nowMs;
  }

  #lead(nowMs: number): void {
    const { settings } = this.#parts;
    if (nowMs - this.#heartbeatSentMs >= settings.heartbeatMs) this.#sayThatILead();
    if (nowMs - this.#resentMs >= settings.resendAfterMs) this.#resend(nowMs);
    this.#checkpointer?.lead(nowMs);
    this.#round();
  }

  #sayThatILead(): void {
    const { broker, clock, id, replica } = this.#parts;
    const nowMs = clock.nowMs();
    this.#heartbeatSentMs = nowMs;
    const heartbeat = { type: 'leader', scheduler: id, epoch: replica.state.epoch, atMs: nowMs } as const;
    broker.bus.publish(subjects.leaderHeartbeat, leaderCodec.encode(heartbeat));
  }

  /** Stands for the next epoch when nobody leads. Each candidate is patient by its own share, so that few stand at once. */
  #maybeStand(nowMs: number): void {
    const { id, replica, settings, writer } = this.#parts;
    const { state } = replica;
    const patienceMs = settings.electAfterMs * (1 + hashFraction(`${id}/${state.epoch}`) / 2);
    if (state.leader !== undefined && nowMs - this.#leaderHeardMs < patienceMs) return;
    if (this.#candidateEpoch > state.epoch) return;
    const epoch = state.epoch + 1;
    this.#candidateEpoch = epoch;
    const envelope = { id: `${epoch}/elected/${id}` as EventId, atMs: nowMs, by: id, epoch };
    this.#append(writer.append([{ ...envelope, type: 'leader.elected', scheduler: id }]));
  }

  /** Decides, when all of the last round has been read back. */
  #round(): void {
    // What is read back after an outage may come before the word that it is over: until then nobody's silence counts.
    if (!this.#linkUp) return;
    if (!this.isLeading || this.#pending.size > 0 || this.#fruitless) return;
    const { clock, id, replica, settings, writer } = this.#parts;
    if (replica.fault !== undefined) return;
    const nowMs = clock.nowMs();
    this.#noticeStall(nowMs);
    const silent = this.#silence.silent(replica.state, nowMs, settings.lostAfterMs);
    const { events, wakeAtMs } = decide(replica.state, nowMs, silent, id);
    this.#waker?.cancel();
    if (wakeAtMs !== undefined) this.#waker = clock.after(Math.max(1, wakeAtMs - nowMs), () => this.#round());
    if (events.length === 0) return;
    this.#roundAccepted = 0;
    this.#roundOpen = true;
    for (const event of events) this.#pending.add(event.id);
    this.#append(writer.append(events));
  }

  /** The reconciler. Harmless for whoever has the attempt already: its journal knows it. */
  #resend(nowMs: number): void {
    const { replica, settings } = this.#parts;
    const isFirst = this.#resentMs === 0;
    this.#resentMs = nowMs;
    const stale = new Map<ServerName, Outgoing[]>();
    for (const run of replica.state.openRuns) {
      for (const index of run.active) {
        const attempt = run.nodes[index]?.attempts.at(-1);
        const node = run.definition.dag.nodes[index]?.name;
        if (attempt === undefined || node === undefined || run.nodes[index]?.status.is !== 'queued') continue;
        const ageMs = nowMs - attempt.dispatchedMs;
        if (!isFirst && ageMs >= 0 && ageMs < settings.resendAfterMs) continue;
        const list = stale.get(attempt.server) ?? [];
        list.push({ run: run.id, node, attempt: attempt.number, position: attempt.position });
        stale.set(attempt.server, list);
      }
    }
    for (const [server, attempts] of stale) this.#outbox.send(server, replica.state.epoch, attempts);
  }

  #append(appended: Promise<void>): void {
    // The writer tries until the broker confirms; what rejects here was closed, or was refused for its size or a full backlog.
    appended.catch(() => {
      this.#pending.clear();
      this.#fruitless = true;
      this.#candidateEpoch = 0;
    });
  }
}
