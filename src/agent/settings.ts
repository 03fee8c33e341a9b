/** Times of the agent, all in milliseconds. */
export type AgentSettings = {
  readonly heartbeatMs: number;
  /** How long a drain lets running commands go on before it stops them. */
  readonly drainGraceMs: number;
};

export const DEFAULT_AGENT_SETTINGS: AgentSettings = { heartbeatMs: 1_000, drainGraceMs: 30_000 };
