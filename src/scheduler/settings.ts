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
