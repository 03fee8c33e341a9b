import { createTopicsV7 } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import { answered, isUnknownTopic } from './problem.ts';

/** Where a topic of one partition lies. `id` is Kafka's own, and never used again. */
export type TopicPlace = { readonly name: string; readonly id: string; readonly leader: number };

/** How a topic is made where it is missing; the settings of one that is there are not touched. */
export type TopicWish = {
  /** Acknowledged when it can't be lost. */
  readonly isDurable: boolean;
  readonly settings: Readonly<Record<string, string>>;
};

const COPIES_MAX = 3;
const CREATE_MS = 8_000;
const NO_LEADER = -1;
/** Kafka refuses records whose time it takes for wrong. */
const BY_SERVERS_CLOCK = { 'message.timestamp.type': 'LogAppendTime' };

/** The topics of a cluster, as far as they are known; asked for anew when a request says that they moved. */
export class Topics {
  readonly #cluster: Cluster;
  readonly #known = new Map<string, TopicPlace>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.onReconnect(async () => this.#known.clear());
  }

  /** Where it lies now; undefined when there is none of this name. */
  async look(name: string): Promise<TopicPlace | undefined> {
    this.#known.delete(name);
    try {
      const { topics } = await this.#cluster.metadata([name]);
      const topic = topics[0];
      const leader = topic?.partitions[0]?.leaderId ?? NO_LEADER;
      if (topic === undefined || leader === NO_LEADER) throw new Error(`the topic ${name} has no leader`);
      const place = { name, id: topic.topicId, leader };
      this.#known.set(name, place);
      return place;
    } catch (error) {
      if (isUnknownTopic(error)) return undefined;
      throw error;
    }
  }

  /** Where it was last known to lie. */
  known(name: string): TopicPlace | undefined {
    return this.#known.get(name);
  }

  /** Where it was last known to lie; it is made when there is none. */
  async find(name: string, wish: TopicWish): Promise<TopicPlace> {
    const known = this.#known.get(name) ?? (await this.look(name));
    if (known !== undefined) return known;
    await this.#make(name, wish);
    const made = await this.look(name);
    if (made === undefined) throw new Error(`the topic ${name} is not known yet`);
    return made;
  }

  /** Does `task` where the topic lies; when it fails, the place is asked for anew the next time. */
  async at<Result>(
    name: string,
    wish: TopicWish,
    task: (place: TopicPlace) => Promise<Result>,
  ): Promise<Result> {
    const place = await this.find(name, wish);
    try {
      return await task(place);
    } catch (error) {
      this.forget(name);
      throw error;
    }
  }

  forget(name: string): void {
    this.#known.delete(name);
  }

  async #make(name: string, { isDurable, settings }: TopicWish): Promise<void> {
    const { brokers, controllerId } = await this.#cluster.metadata([]);
    const copies = Math.min(COPIES_MAX, brokers.length);
    const topic = {
      name,
      numPartitions: 1,
      replicationFactor: copies,
      assignments: [],
      configs: Object.entries({ ...BY_SERVERS_CLOCK, ...settings, ...safety(copies, isDurable) }).map(
        ([key, value]) => ({ name: key, value }),
      ),
    };
    try {
      await this.#cluster.ask('ask', controllerId, createTopicsV7.api, [topic], CREATE_MS, false);
    } catch (error) {
      if (!answered(error, 'TOPIC_ALREADY_EXISTS')) throw error;
    }
  }
}

/** With three copies two must have it; a single copy must be on the disk. */
function safety(copies: number, isDurable: boolean): Record<string, string> {
  if (!isDurable) return { 'min.insync.replicas': '1' };
  return {
    'unclean.leader.election.enable': 'false',
    'min.insync.replicas': copies >= COPIES_MAX ? '2' : '1',
    ...(copies === 1 ? { 'flush.messages': '1' } : {}),
  };
}
