import { initProducerIdV4 } from '@platformatic/kafka';
import { foreignLog } from '../port/log-fault.ts';
import type { Cluster } from './cluster.ts';
import type { LogPlace } from './log-place.ts';
import { answered } from './problem.ts';
import type { TopicPlace } from './topics.ts';
import { produce } from './wire.ts';
import type { Item, Producer } from './wire.ts';

const SEQUENCES = 2 ** 31;
const TRANSACTIONS_NONE_MS = 60_000;

/**
 * Writes batches one after the other, so that behind one that failed none is stored. A batch whose answer was lost is sent again under the same number, and the
 * server, which counts, stores it once.
 */
export class Appender {
  readonly #cluster: Cluster;
  readonly #place: LogPlace;
  #producer: Producer | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #seen = -1;

  constructor(cluster: Cluster, place: LogPlace) {
    this.#cluster = cluster;
    this.#place = place;
  }

  append(batches: readonly (readonly Item[])[]): Promise<void> {
    const appending = this.#last.then(async () => {
      for (const batch of batches) await this.#append(batch);
    });
    this.#last = appending.catch(() => undefined);
    return appending;
  }

  async #append(batch: readonly Item[]): Promise<void> {
    try {
      await this.#cluster.persist(() => this.#try(batch));
    } catch (error) {
      // It may have been stored or not, so nobody knows which number is next.
      this.#producer = undefined;
      throw error;
    }
  }

  async #try(batch: readonly Item[]): Promise<void> {
    const place = await this.#place.find();
    const producer = (this.#producer ??= await this.#register(place));
    try {
      const offset = await produce(this.#cluster, 'ask', place, batch, { isDurable: true, producer });
      this.#producer = { ...producer, sequence: (producer.sequence + batch.length) % SEQUENCES };
      this.#saw(offset, batch.length);
    } catch (error) {
      if (answered(error, 'DUPLICATE_SEQUENCE_NUMBER')) {
        this.#producer = { ...producer, sequence: (producer.sequence + batch.length) % SEQUENCES };
        return;
      }
      if (answered(error, ...FORGOTTEN)) this.#producer = undefined;
      throw await this.#place.explain(error);
    }
  }

  /** A log that was exchanged begins at its start. Servers that write by the topic's id refuse before. */
  #saw(offset: number, count: number): void {
    if (offset < 0) return;
    if (offset <= this.#seen) throw this.#place.fault.raise(foreignLog(this.#place.where));
    this.#seen = offset + count - 1;
    this.#place.saw(this.#seen + 1);
  }

  async #register({ leader }: TopicPlace): Promise<Producer> {
    const told = await this.#cluster.ask('ask', leader, initProducerIdV4.api, null, TRANSACTIONS_NONE_MS);
    return { id: told.producerId, epoch: told.producerEpoch, sequence: 0 };
  }
}

/** The server forgot what we sent, so it must learn to count us anew. */
const FORGOTTEN = [
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'PRODUCER_FENCED',
];
