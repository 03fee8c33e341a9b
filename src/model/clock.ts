/** Time and chance as inputs, so that the simulation can own them. */
export type Timer = { cancel(): void };

export type Clock = {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  after(delayMs: number, task: () => void): Timer;
};

/** Mints a text that no other call, on any machine, returns again. */
export type MintId = () => string;
