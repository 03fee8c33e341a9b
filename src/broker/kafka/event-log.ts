import { OpenEnds } from '../port/open-ends.ts';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { tooLarge } from '../port/link-state.ts';
import type { EventLog, LogFollower, LogRecord, Unsubscribe } from '../port/port.ts';
import { Appender } from './appender.ts';
import type { Cluster } from './cluster.ts';
import { startFollower } from './follow.ts';
import type { LogPlace } from './log-place.ts';
import type { TopicPlace } from './topics.ts';
import { batchesOf, deleteBefore, offsetAt } from './wire.ts';

/** What goes to the server in one batch at most: one record of the largest kind, and less than Kafka's own bound of 1 MiB. */
const BATCH_BYTES = limits.recordMaxBytes + 64 * 1024;

/**
 * A topic of one partition: a record's position is its offset and one. The key of a record is `<dag>.<run>`, for who reads the topic with Kafka's own
 * tools.
 */
export class KafkaEventLog implements EventLog {
  readonly #cluster: Cluster;
  readonly #place: LogPlace;
  readonly #appender: Appender;
  readonly #followers = new OpenEnds();

  constructor(cluster: Cluster, place: LogPlace) {
    this.#cluster = cluster;
    this.#place = place;
    this.#appender = new Appender(cluster, place);
  }

  async identity(): Promise<string> {
    await this.#cluster.persist(() => this.#place.look());
    return this.#place.id;
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    const large = records.find(({ body }) => body.length > limits.recordMaxBytes);
    if (large !== undefined) throw tooLarge('a record', large.body.length, limits.recordMaxBytes);
    const items = records.map(({ topic, body }) => ({ key: `${topic.dag}.${topic.run}`, body }));
    await this.#appender.append(batchesOf(items, BATCH_BYTES));
  }

  async head(): Promise<Position> {
    return (await this.#ask((place) => offsetAt(this.#cluster, place, 'end'))) as Position;
  }

  async tail(): Promise<Position> {
    return ((await this.#ask((place) => offsetAt(this.#cluster, place, 'start'))) + 1) as Position;
  }

  async trim(through: Position): Promise<void> {
    await this.#ask(async (place) => {
      const [start, end] = [
        await offsetAt(this.#cluster, place, 'start'),
        await offsetAt(this.#cluster, place, 'end'),
      ];
      const to = Math.min(through, end);
      if (to > start) await deleteBefore(this.#cluster, place, to);
    });
  }

  follow(after: Position, reader: LogFollower): Promise<Unsubscribe> {
    const end = startFollower({ cluster: this.#cluster, place: this.#place, after, reader });
    return Promise.resolve(this.#followers.add(end));
  }

  async closeFollowers(): Promise<void> {
    await this.#followers.endAll();
  }

  /** Of the log that was opened: another one of the same name is found out first. */
  #ask<Answer>(question: (place: TopicPlace) => Promise<Answer>): Promise<Answer> {
    return this.#cluster.persist(async () => {
      const place = await this.#place.look();
      try {
        return await question(place);
      } catch (error) {
        throw await this.#place.explain(error);
      }
    });
  }
}
