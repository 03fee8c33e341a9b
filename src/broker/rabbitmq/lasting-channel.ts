import type { Channel } from 'rabbitmq-client';
import type { Connection, Lane } from './connection.ts';

/** A channel that is opened again when it has ended, be it by an error or with its connection. */
export class LastingChannel {
  readonly #connection: Connection;
  readonly #lane: Lane;
  readonly #prepare: (channel: Channel) => Promise<void>;
  #channel: Channel | undefined;
  #opening: Promise<Channel> | undefined;

  constructor(connection: Connection, lane: Lane, prepare: (channel: Channel) => Promise<void>) {
    this.#connection = connection;
    this.#lane = lane;
    this.#prepare = prepare;
  }

  /** The open one, at once; undefined when there is none. */
  get current(): Channel | undefined {
    return this.#channel?.active === true ? this.#channel : undefined;
  }

  async get(): Promise<Channel> {
    const { current } = this;
    if (current !== undefined) return current;
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(): Promise<Channel> {
    const channel = await this.#connection.channel(this.#lane);
    try {
      await this.#prepare(channel);
    } catch (error) {
      void channel.close();
      throw error;
    }
    this.#channel = channel;
    return channel;
  }
}
