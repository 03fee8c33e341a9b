import type { DagName, NodeName } from './ids.ts';

/** What a node runs: a program with its arguments, or a text that `sh -c` runs. Never both. */
export type Command = { readonly argv: readonly string[] } | { readonly shell: string };

/** When a node starts, by the states of the nodes it depends on. The names are Airflow's; `at_least` is k of n. */
export type TriggerRule =
  | 'all_success'
  | 'all_done'
  | 'all_failed'
  | 'one_success'
  | 'one_failed'
  | 'none_failed'
  | 'none_failed_min_one_success'
  | 'always'
  | { readonly atLeast: number };

export type RetryPolicy = {
  /** Tries after the first; 0 is none. */
  readonly limit: number;
  readonly intervalMs: number;
  /** The factor by which the interval grows at each further try; 1 keeps it. */
  readonly backoff: number;
  readonly maxIntervalMs: number;
  /** Part of the interval, 0 to 1, that is spread at random (derived from ids, so that all readers agree). */
  readonly jitter: number;
  /** Only these exit codes are tried again; absent means any failure. */
  readonly exitCodes?: readonly number[];
};

export type ParamValue = string | number | boolean | null;

export type DagNode = {
  readonly name: NodeName;
  /** Absent: a pass-through, which succeeds as soon as it starts. */
  readonly command?: Command;
  readonly depends: readonly NodeName[];
  readonly env: Readonly<Record<string, string>>;
  readonly retry: RetryPolicy;
  readonly timeoutMs?: number;
  readonly triggerRule: TriggerRule;
  /** How often an attempt may be lost (its agent vanished) before the node is given up as `lost`. */
  readonly maxLost: number;
  readonly workingDir?: string;
  /** Higher starts first when servers are full. */
  readonly priority: number;
  readonly description?: string;
};

/** A definition with its defaults filled in. Nodes stand in the order of the file; `depends` names nodes of this dag, without cycle. */
export type Dag = {
  readonly name: DagName;
  readonly description?: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly env: Readonly<Record<string, string>>;
  readonly nodes: readonly DagNode[];
};

export const DEFAULT_RETRY: RetryPolicy = {
  limit: 0,
  intervalMs: 1_000,
  backoff: 2,
  maxIntervalMs: 300_000,
  jitter: 0.1,
};
export const DEFAULT_MAX_LOST = 3;
