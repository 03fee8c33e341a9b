import type { ServerName } from '../model/ids.ts';

/** What an agent says of itself when it joins. */
export type AgentIdentity = {
  readonly server: ServerName;
  /** Host name and addresses. */
  readonly names: readonly string[];
  readonly slots: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly only?: readonly string[];
  readonly version: string;
  /** Of the machine over the last minute, for heartbeats. */
  readonly loadAverage?: () => number;
};
