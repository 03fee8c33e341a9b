import type { Channel } from 'rabbitmq-client';
import { CodedError } from '../../model/coded-error.ts';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { FollowLoop } from '../port/follow-loop.ts';
import { regressedLog } from '../port/log-fault.ts';
import type { LogFault } from '../port/log-fault.ts';
import type { LogFollower, StoredRecord } from '../port/port.ts';
import { stampOf } from '../port/reader-failure.ts';
import type { Connection } from './connection.ts';
import { checkPlace } from './log-place.ts';
import type { LogPlace } from './log-place.ts';
import type { Names } from './names.ts';
import { consumeStream, readEnd } from './stream.ts';
import type { StreamMessage } from './stream.ts';
import { readMark } from './trim-mark.ts';

export type FollowWish = {
  readonly connection: Connection;
  readonly names: Names;
  readonly place: LogPlace;
  readonly fault: LogFault;
  readonly after: Position;
  readonly reader: LogFollower;
  readonly saw: (position: number) => void;
};

/** Records on their way to a reader who takes his time: so many of any size, and so many when they are small. */
const PREFETCH = 16;
const PREFETCH_SMALL = 128;
const SMALL_BYTES = 128 * 1024;
/** What waits here at most; what is more is read once more. */
const WAITING_MAX_BYTES = PREFETCH_SMALL * SMALL_BYTES;

/** Reads the stream from `after` on. Returns the end of the reading. */
export function startFollower(wish: FollowWish): () => Promise<void> {
  const follower = new Follower(wish);
  const running = follower.run();
  return () => follower.loop.stop(running);
}

class Follower {
  readonly loop: FollowLoop;
  readonly #wish: FollowWish;
  #position: number;
  /** Of the newest record that was read: a log that lost its end and grew again is noticed by it. */
  #stamp: string | undefined;
  #channel: Channel | undefined;
  /** What came and was not handed over. */
  #waiting: StreamMessage[] = [];
  #waitingBytes = 0;
  #prefetch = PREFETCH;

  constructor(wish: FollowWish) {
    this.#wish = wish;
    this.#position = wish.after;
    const { reader, fault, connection } = wish;
    this.loop = new FollowLoop({
      reader,
      link: connection.reading,
      fault,
      round: () => (this.#channel?.active === true ? this.#round(this.#channel) : this.#begin()),
      doubt: () => this.#lookForLog(),
    });
  }

  async run(): Promise<void> {
    await this.loop.run();
    await this.#channel?.close();
  }

  /** With the newest record that was read, to see that it is still the same. */
  async #begin(): Promise<void> {
    const { connection, names, place } = this.#wish;
    const last = await readEnd(connection, names.log, this.#position);
    if (last < this.#position) throw regressedLog(place.where, last, this.#position);
    if (this.#stamp === undefined)
      this.#position = Math.max(this.#position, await readMark(connection, names));
    const channel = await connection.channel('reader');
    this.#channel = channel;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const end = (): void => {
      if (this.#channel === channel) this.#channel = undefined;
      this.loop.wake();
    };
    channel.once('close', end);
    channel.once('basic.cancel', () => {
      end();
      void channel.close();
    });
    const from = this.#position + (this.#stamp === undefined ? 1 : 0);
    await consumeStream(channel, names.log, from, this.#prefetch, (message) => {
      if (this.#channel !== channel) return;
      this.#waiting.push(message);
      this.#waitingBytes += message.body.length;
      if (this.#waitingBytes > WAITING_MAX_BYTES) this.#beginAnew(PREFETCH);
      this.loop.wake();
    });
  }

  async #round(channel: Channel): Promise<void> {
    const messages = this.#take();
    const newest = messages.at(-1);
    if (newest === undefined) return this.loop.sleep();
    channel.basicAck({ deliveryTag: newest.tag, multiple: true });
    const records = messages.flatMap((message) => this.#accept(message));
    const last = records.at(-1);
    if (last === undefined || this.loop.isStopped) return;
    this.#stamp = stampOf(last.body);
    this.#wish.saw(last.position);
    await this.loop.hand(records);
    const isBacklogOfSmall =
      records.length >= PREFETCH && records.every(({ body }) => body.length <= SMALL_BYTES);
    if (isBacklogOfSmall && this.#prefetch === PREFETCH) this.#beginAnew(PREFETCH_SMALL);
  }

  /** Behind what was handed over; a consumer's prefetch can't be changed. */
  #beginAnew(prefetch: number): void {
    this.#prefetch = prefetch;
    void this.#channel?.close();
    this.#channel = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #take(): StreamMessage[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ body }, at) => {
      bytes += body.length;
      return at > 0 && (at >= limits.followBatchMax || bytes > limits.followBatchMaxBytes);
    });
    const taken = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    for (const { body } of taken) this.#waitingBytes -= body.length;
    return taken;
  }

  /** The record; none for one that was read before. */
  #accept({ offset, body }: StreamMessage): StoredRecord[] {
    const { place } = this.#wish;
    if (offset === this.#position && this.#stamp !== undefined && stampOf(body) !== this.#stamp)
      throw this.#wish.fault.raise(regressedLog(place.where, this.#position - 1, this.#position));
    if (offset <= this.#position) return [];
    if (offset !== this.#position + 1) {
      throw this.#wish.fault.raise(
        new CodedError('log_regressed', `${place.where} lacks ${this.#position + 1} to ${offset - 1}`, {
          hint: "a policy drops old records: remove 'max-age' and 'max-length-bytes' from what applies to this queue, and restore it from a backup",
        }),
      );
    }
    this.#position = offset;
    return [{ position: offset as Position, body }];
  }

  /** The reading broke off: is the log still there? */
  async #lookForLog(): Promise<void> {
    const { connection, names, place, fault } = this.#wish;
    if (connection.reading.isUp) await checkPlace(connection, names, place, fault).catch(() => undefined);
  }
}
