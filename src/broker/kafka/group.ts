import {
  findCoordinatorV4,
  heartbeatV4,
  joinGroupV7,
  leaveGroupV4,
  offsetCommitV8,
  offsetFetchV8,
  syncGroupV5,
} from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import { answered } from './problem.ts';

/** Kafka's own bounds are 6 s and 30 min, unless a server has others. */
const SESSION_MS = 8_000;
/** Who is in the group has so long to come to a new round. */
const REBALANCE_MS = 8_000;
const PROTOCOL_TYPE = 'dagtop';
const PROTOCOL = 'one-at-a-time';
const GROUP_KEY = 0;
const [YES, NO] = [Buffer.from([1]), Buffer.from([0])];

/** What was stored of a group's way through its topic. */
export type Progress = { readonly offset: number; readonly note: string };

/**
 * A member of a consumer group in which one at a time is chosen to work. Who is chosen stays it, whoever comes; the coordinator finds out who died, and stores nothing
 * for who is not in the present round.
 */
export class Group {
  readonly #cluster: Cluster;
  readonly #lane: string;
  /** Also the name of the topic whose offset is stored. */
  readonly #name: string;
  #coordinator: number | undefined;
  #member = '';
  #round = -1;
  #isChosen = false;
  #joining: Promise<unknown> = Promise.resolve();

  constructor(cluster: Cluster, lane: string, name: string) {
    this.#cluster = cluster;
    this.#lane = lane;
    this.#name = name;
  }

  /** Takes part in a new round; whether this member is the chosen one of it. `isChosen`: it was so in the last round. */
  async join(isChosen: boolean): Promise<boolean> {
    const joining = this.#join(isChosen);
    this.#joining = joining.then(
      (result) => (this.#isChosen = result),
      () => (this.#isChosen = false),
    );
    return joining;
  }

  /** `again`: a new round has begun. `lost`: the round goes on without this member, and another may be chosen. */
  async beat(): Promise<'good' | 'again' | 'lost'> {
    const node = await this.#find();
    try {
      await this.#cluster.ask(this.#lane, node, heartbeatV4.api, this.#name, this.#round, this.#member);
      return 'good';
    } catch (error) {
      this.#doubt(error);
      if (answered(error, 'REBALANCE_IN_PROGRESS')) return 'again';
      if (!isLost(error)) throw error;
      this.#isChosen = false;
      if (!answered(error, 'ILLEGAL_GENERATION')) this.#member = '';
      return 'lost';
    }
  }

  async progress(): Promise<Progress | undefined> {
    const topics = [{ name: this.#name, partitionIndexes: [0] }];
    const wish = [{ groupId: this.#name, memberEpoch: -1, topics }];
    const told = await this.#ask((node) =>
      this.#cluster.ask(this.#lane, node, offsetFetchV8.api, wish, false),
    );
    const found = told.groups[0]?.topics[0]?.partitions[0];
    if (found === undefined || found.committedOffset < 0n) return undefined;
    return { offset: Number(found.committedOffset), note: found.metadata ?? '' };
  }

  /** Rejects for a member that is not the chosen one of the present round. */
  async store({ offset, note }: Progress): Promise<void> {
    await this.#joining;
    if (!this.#isChosen) throw new Error('another receiver was chosen');
    const partition = {
      partitionIndex: 0,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: -1,
      committedMetadata: note,
    };
    const topics = [{ name: this.#name, partitions: [partition] }];
    await this.#ask((node) =>
      this.#cluster.ask(
        this.#lane,
        node,
        offsetCommitV8.api,
        this.#name,
        this.#round,
        this.#member,
        null,
        topics,
      ),
    );
  }

  /** So that the others need not wait until this one is taken for dead. */
  async leave(): Promise<void> {
    if (this.#member === '') return;
    const members = [{ memberId: this.#member }];
    // A join that waits keeps its connection busy.
    await this.#ask((node) => this.#cluster.ask('ask', node, leaveGroupV4.api, this.#name, members));
  }

  async #join(isChosen: boolean): Promise<boolean> {
    const told = await this.#enter(isChosen);
    this.#round = told.generationId;
    this.#member = told.memberId;
    const isLeader = told.leader === told.memberId;
    const synced = await this.#ask((node) =>
      this.#cluster.ask(
        this.#lane,
        node,
        syncGroupV5.api,
        this.#name,
        this.#round,
        this.#member,
        null,
        PROTOCOL_TYPE,
        PROTOCOL,
        isLeader ? choose(told) : [],
      ),
    );
    return synced.assignment.equals(YES);
  }

  async #enter(isChosen: boolean): Promise<joinGroupV7.JoinGroupResponse> {
    const protocols = [{ name: PROTOCOL, metadata: isChosen ? YES : NO }];
    const ask = (): Promise<joinGroupV7.JoinGroupResponse> =>
      this.#ask((node) =>
        this.#cluster.ask(
          this.#lane,
          node,
          joinGroupV7.api,
          this.#name,
          SESSION_MS,
          REBALANCE_MS,
          this.#member,
          null,
          PROTOCOL_TYPE,
          protocols,
        ),
      );
    try {
      return await ask();
    } catch (error) {
      if (isLost(error)) this.#member = '';
      if (!answered(error, 'MEMBER_ID_REQUIRED')) throw error;
      // The first time the coordinator only says who we are.
      const [told] = (error as AggregateError).errors as { readonly memberId?: string }[];
      this.#member = told?.memberId ?? '';
      return ask();
    }
  }

  async #ask<Answer>(question: (node: number) => Promise<Answer>): Promise<Answer> {
    const node = await this.#find();
    try {
      return await question(node);
    } catch (error) {
      this.#doubt(error);
      throw error;
    }
  }

  async #find(): Promise<number> {
    if (this.#coordinator !== undefined) return this.#coordinator;
    const told = await this.#cluster.any(findCoordinatorV4.api, GROUP_KEY, [this.#name]);
    const node = told.coordinators[0]?.nodeId;
    if (node === undefined) throw new Error('no answer about the coordinator');
    return (this.#coordinator = node);
  }

  /** Unless the error is an answer of the coordinator to a member, another broker may be it by now. */
  #doubt(error: unknown): void {
    if (!answered(error, 'REBALANCE_IN_PROGRESS', 'MEMBER_ID_REQUIRED', ...LOST))
      this.#coordinator = undefined;
  }
}

/** The group went on without this member. */
export const isLost = (error: unknown): boolean => answered(error, ...LOST);

const LOST = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];

/** Who was chosen in the last round, else the first. */
function choose({
  members,
}: joinGroupV7.JoinGroupResponse): { readonly memberId: string; readonly assignment: Buffer }[] {
  const chosen = members.find(({ metadata }) => metadata.equals(YES)) ?? members[0];
  return members.map((member) => ({ memberId: member.memberId, assignment: member === chosen ? YES : NO }));
}
