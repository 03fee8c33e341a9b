import type { Channel } from 'rabbitmq-client';
import { CodedError } from '../../model/coded-error.ts';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { regressedLog } from '../port/log-fault.ts';
import type { LogFault } from '../port/log-fault.ts';
import type { LogFollower, StoredRecord } from '../port/port.ts';
import { ReaderFailure, stampOf } from '../port/reader-failure.ts';
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

/** Records on their way to a reader who takes his time; each may have 900 KiB. */
const PREFETCH = 128;
const RETRY_MS = 250;

/** Reads the stream from `after` on. Returns the end of the reading. */
export function startFollower(wish: FollowWish): () => Promise<void> {
  const follower = new Follower(wish);
  const running = follower.run();
  return async () => {
    follower.stop();
    await Promise.race([running, follower.handing]);
  };
}

class Follower {
  readonly #wish: FollowWish;
  #position: number;
  /** Of the newest record that was read: a log that lost its end and grew again is noticed by it. */
  #stamp: string | undefined;
  #channel: Channel | undefined;
  /** What came and was not handed over. */
  #waiting: StreamMessage[] = [];
  #isStopped = false;
  #wake: () => void = () => undefined;
  /** Resolves when the reader has nothing in hand that was not asked to stop from within itself. */
  handing: Promise<void> = Promise.resolve();

  constructor(wish: FollowWish) {
    this.#wish = wish;
    this.#position = wish.after;
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  async run(): Promise<void> {
    const { connection, fault } = this.#wish;
    const unfault = fault.on((error) => this.#fail(error));
    const unlink = connection.reading.on(() => this.#wake());
    while (!this.#isStopped) {
      try {
        if (!connection.reading.isUp) await this.#sleep();
        else if (this.#channel?.active !== true) await this.#begin();
        else await this.#round(this.#channel);
      } catch (error) {
        if (error instanceof ReaderFailure) this.#fail(error);
        else if (error instanceof CodedError && error.code === 'log_regressed') this.#fail(error);
        else await this.#again();
      }
    }
    unfault();
    unlink();
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
    const end = (): void => {
      if (this.#channel === channel) this.#channel = undefined;
      this.#wake();
    };
    channel.once('close', end);
    channel.once('basic.cancel', () => {
      end();
      void channel.close();
    });
    const from = this.#position + (this.#stamp === undefined ? 1 : 0);
    await consumeStream(channel, names.log, from, PREFETCH, (message) => {
      if (this.#channel !== channel) return;
      this.#waiting.push(message);
      this.#wake();
    });
  }

  async #round(channel: Channel): Promise<void> {
    const messages = this.#take();
    const newest = messages.at(-1);
    if (newest === undefined) return this.#sleep();
    channel.basicAck({ deliveryTag: newest.tag, multiple: true });
    const records = messages.flatMap((message) => this.#accept(message));
    const last = records.at(-1);
    if (last === undefined || this.#isStopped) return;
    this.#stamp = stampOf(last.body);
    this.#wish.saw(last.position);
    try {
      const handed = Promise.resolve(this.#wish.reader.onRecords(records));
      this.handing = handed.catch(() => undefined);
      await handed;
    } catch (error) {
      throw new ReaderFailure(error);
    }
  }

  #take(): StreamMessage[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ body }, at) => {
      bytes += body.length;
      return at > 0 && (at >= limits.followBatchMax || bytes > limits.followBatchMaxBytes);
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
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
  async #again(): Promise<void> {
    const { connection, names, place, fault } = this.#wish;
    const timer = setTimeout(() => this.#wake(), RETRY_MS);
    await this.#sleep();
    clearTimeout(timer);
    if (this.#isStopped || !connection.reading.isUp) return;
    await checkPlace(connection, names, place, fault).catch(() => undefined);
  }

  #fail(error: Error): void {
    if (this.#isStopped) return;
    this.stop();
    this.#wish.reader.onFault(error);
  }

  async #sleep(): Promise<void> {
    if (this.#isStopped) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = () => undefined;
  }
}
