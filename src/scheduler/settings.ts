import { limits } from '../model/limits.ts';

/** Times of the scheduler, all in milliseconds. `lostAfterMs` must be several times the agents' heartbeat interval. */
export type SchedulerSettings = {
  /** An agent without a heartbeat for so long is lost. */
  readonly lostAfterMs: number;
  /** A leader without a heartbeat for so long is replaced. */
  readonly electAfterMs: number;
  /** At start: how long a leader has to make itself heard. */
  readonly firstElectAfterMs: number;
  readonly heartbeatMs: number;
  /** What was dispatched and not started for so long is sent again. */
  readonly resendAfterMs: number;
  readonly tickMs: number;
  /** A tick that comes this much late means that this process, or its machine, stood still. */
  readonly stallMs: number;
};

export const DEFAULT_SCHEDULER_SETTINGS: SchedulerSettings = {
  lostAfterMs: 10_000,
  electAfterMs: 3_000,
  firstElectAfterMs: 500,
  heartbeatMs: 500,
  resendAfterMs: 5_000,
  tickMs: 250,
  stallMs: 2_000,
};

export type CheckpointSettings = {
  /** Events after which a checkpoint is written; after one of several parts so many times as many. */
  readonly everyEvents: number;
  /** What finished runs may take of its text, in characters. */
  readonly runsMaxLength: number;
  readonly partMaxLength: number;
  /** The log is trimmed to checkpoints of this age; infinite is never. */
  readonly keepMs: number;
  /** How often it is looked whether it can be trimmed. */
  readonly trimEveryMs: number;
};

export const DEFAULT_CHECKPOINT_SETTINGS: CheckpointSettings = {
  everyEvents: limits.checkpointEveryEvents,
  runsMaxLength: limits.checkpointRunsMaxLength,
  partMaxLength: limits.checkpointPartMaxLength,
  keepMs: limits.keepLogMs,
  trimEveryMs: 60_000,
};
