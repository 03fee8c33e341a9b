import {
  createAPI,
  createRecordsBatch,
  deleteRecordsV2,
  fetchV13,
  IS_CONTROL,
  listOffsetsV7,
  ListOffsetTimestamps,
  NumericMap,
  ProduceAcks,
  produceV9,
  ResponseError,
  Writer,
} from '@platformatic/kafka';
import type { CreateRecordsBatchOptions, KafkaRecord, MessageRecord } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import type { TopicPlace } from './topics.ts';

/** What is written and read: Kafka's records, as far as dagtop uses them. */
export type Item = {
  readonly key?: string;
  readonly body: Uint8Array;
  /** A header's name and value. */
  readonly header?: readonly [name: string, value: string];
};
export type ReadItem = Item & { readonly offset: number };

/** Lets the server know what it has of us already: a batch that is sent again is stored once. */
export type Producer = { readonly id: bigint; readonly epoch: number; readonly sequence: number };

type BatchOptions = Partial<CreateRecordsBatchOptions>;

const PARTITION = 0;
const NO_SEQUENCE = -1;
const NO_OFFSET = -1n;
const PRODUCE = 0;
/** By the id of the topic, so that nothing goes to another one of the same name; came with Kafka 4.1. */
const PRODUCE_BY_ID = 13;
const SERVER_WAIT_MS = 7_000;
const FETCH_WAIT_MS = 1_000;
const MIN_BYTES = 1;
const [UNCOMMITTED, NO_SESSION, NO_SESSION_EPOCH] = [0, 0, -1];
/** What a record costs beside key and body, at most. */
const RECORD_OVERHEAD_BYTES = 128;

/** Writes one batch. With `isDurable` it resolves when all copies in sync have it. The offset of its first record, -1 when it was there already. */
export async function produce(
  cluster: Cluster,
  lane: string,
  place: TopicPlace,
  items: readonly Item[],
  { isDurable, producer }: { readonly isDurable: boolean; readonly producer?: Producer },
): Promise<number> {
  const acks = isDurable ? ProduceAcks.ALL : ProduceAcks.LEADER;
  const records = items.map((item) => recordOf(place.name, item));
  const options: BatchOptions = {
    sequences: new NumericMap([[`${place.name}:${PARTITION}`, producer?.sequence ?? NO_SEQUENCE]]),
    ...(producer === undefined ? {} : { producerId: producer.id, producerEpoch: producer.epoch }),
  };
  if (cluster.knows(PRODUCE, PRODUCE_BY_ID))
    return cluster.ask(lane, place.leader, produceById, place.id, acks, records, options);
  const answer = await cluster.ask(lane, place.leader, produceV9.api, acks, SERVER_WAIT_MS, records, options);
  const told = typeof answer === 'object' ? answer.responses[0]?.partitionResponses[0] : undefined;
  return Number(told?.baseOffset ?? NO_OFFSET);
}

/** What `produce` writes in one batch at most fits into `maxBytes`. */
export function batchesOf(items: readonly Item[], maxBytes: number): Item[][] {
  const batches: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const last = batches.at(-1);
    if (last === undefined || bytes + size > maxBytes) {
      batches.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return batches;
}

export const sizeOf = ({ key = '', body }: Item): number => key.length + body.length + RECORD_OVERHEAD_BYTES;

/** Waits a moment for records from `offset` on; the first of them, and the offset that the next record gets. */
export async function fetch(
  cluster: Cluster,
  lane: string,
  place: TopicPlace,
  offset: number,
  maxBytes: number,
): Promise<{ readonly items: ReadItem[]; readonly end: number }> {
  const partition = {
    partition: PARTITION,
    currentLeaderEpoch: -1,
    fetchOffset: BigInt(offset),
    lastFetchedEpoch: -1,
    partitionMaxBytes: maxBytes,
  };
  const wish = [{ topicId: place.id, partitions: [partition] }];
  const ask = [FETCH_WAIT_MS, MIN_BYTES, maxBytes, UNCOMMITTED, NO_SESSION, NO_SESSION_EPOCH] as const;
  const answer = await cluster.ask(lane, place.leader, fetchV13.api, ...ask, wish, [], '');
  const told = answer.responses[0]?.partitions[0];
  const items = (told?.records ?? [])
    .filter(({ attributes }) => (attributes & IS_CONTROL) === 0)
    .flatMap(({ firstOffset, records }) =>
      records.map((record) => itemOf(Number(firstOffset) + record.offsetDelta, record)),
    )
    .filter((item) => item.offset >= offset);
  return { items, end: Number(told?.highWatermark ?? offset) };
}

/** The offset of the oldest record, or the one that the next record gets. */
export async function offsetAt(
  cluster: Cluster,
  { name, leader }: TopicPlace,
  which: 'start' | 'end',
): Promise<number> {
  const timestamp = which === 'start' ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST;
  const partitions = [{ partitionIndex: PARTITION, currentLeaderEpoch: -1, timestamp }];
  const answer = await cluster.ask('ask', leader, listOffsetsV7.api, -1, 0, [{ name, partitions }]);
  const offset = answer.topics[0]?.partitions[0]?.offset;
  if (offset === undefined) throw new Error('no answer about offsets');
  return Number(offset);
}

/** Drops all records before `offset`. */
export async function deleteBefore(cluster: Cluster, place: TopicPlace, offset: number): Promise<void> {
  const partitions = [{ partitionIndex: PARTITION, offset: BigInt(offset) }];
  const topics = [{ name: place.name, partitions }];
  await cluster.ask('ask', place.leader, deleteRecordsV2.api, topics, SERVER_WAIT_MS);
}

/** Kafka's request for version 9, with an id instead of a name. */
const produceById = createAPI<[id: string, acks: number, MessageRecord[], BatchOptions], number>(
  PRODUCE,
  PRODUCE_BY_ID,
  (id: string, acks: number, records: MessageRecord[], options: BatchOptions) => {
    const batch = createRecordsBatch(records, options);
    return Writer.create()
      .appendString(null)
      .appendInt16(acks)
      .appendInt32(SERVER_WAIT_MS)
      .appendArray([id], (topics, topic) => {
        topics.appendUUID(topic).appendArray([PARTITION], (partitions, partition) => {
          partitions
            .appendInt32(partition)
            .appendUnsignedVarInt(batch.length + 1)
            .appendFrom(batch);
        });
      })
      .appendTaggedFields();
  },
  // One topic and one partition were asked for; what stands behind the offset is of no use here.
  (_correlation, api, version, reader) => {
    reader.readUnsignedVarInt();
    reader.readUUID();
    reader.readUnsignedVarInt();
    reader.readInt32();
    const code = reader.readInt16();
    if (code !== 0) throw new ResponseError(api, version, { '/': [code, null] }, {});
    return Number(reader.readInt64());
  },
);

function recordOf(topic: string, { key, body, header }: Item): MessageRecord {
  return {
    topic,
    partition: PARTITION,
    value: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    ...(key === undefined ? {} : { key: Buffer.from(key) }),
    ...(header === undefined ? {} : { headers: new Map([[Buffer.from(header[0]), Buffer.from(header[1])]]) }),
  };
}

function itemOf(offset: number, { key, value, headers }: KafkaRecord): ReadItem {
  const [name, text] = headers[0] ?? [];
  return {
    offset,
    // A copy: what is kept of it must not keep all that came with it.
    body: new Uint8Array(value ?? []),
    ...(key === null ? {} : { key: key.toString() }),
    ...(name == null || text == null ? {} : { header: [name.toString(), text.toString()] as const }),
  };
}
