import { messageCodec } from '../broker/port/codec.ts';
import { GroupCommit } from '../broker/port/group-commit.ts';
import type { Inbox } from '../broker/port/port.ts';
import type { Clock } from '../model/clock.ts';
import type { AttemptKey, Position, ServerName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { startMessage } from '../model/message.ts';

const startCodec = messageCodec(startMessage);

export type Outgoing = AttemptKey & { readonly position: Position };

/** Sends dispatched attempts to the inboxes of their servers, many in one message. What fails is left to the reconciler. */
export class Outbox {
  readonly #inbox: Inbox;
  readonly #clock: Clock;
  readonly #servers = new Map<ServerName, GroupCommit<Outgoing>>();
  #epoch = 0;

  constructor(inbox: Inbox, clock: Clock) {
    this.#inbox = inbox;
    this.#clock = clock;
  }

  send(server: ServerName, epoch: number, attempts: readonly Outgoing[]): void {
    this.#epoch = epoch;
    // A failure here loses nothing: the attempt stays queued in the log, and the reconciler sends it again.
    this.#commits(server)
      .add(attempts)
      .catch(() => undefined);
  }

  close(): void {
    for (const commits of this.#servers.values()) commits.close();
  }

  #commits(server: ServerName): GroupCommit<Outgoing> {
    let commits = this.#servers.get(server);
    if (commits === undefined) {
      commits = new GroupCommit<Outgoing>({
        clock: this.#clock,
        commit: (attempts) => this.#inbox.send(server, [this.#message(attempts)]),
        backlogMax: limits.outboxBacklogMax,
        batchMax: limits.inboxBatchMax,
        retryMs: 500,
      });
      this.#servers.set(server, commits);
    }
    return commits;
  }

  #message(attempts: readonly Outgoing[]): Uint8Array {
    return startCodec.encode({
      type: 'start',
      epoch: this.#epoch,
      position: Math.max(...attempts.map(({ position }) => position)),
      attempts: attempts.map(({ run, node, attempt }) => ({ run, node, attempt })),
    });
  }
}
