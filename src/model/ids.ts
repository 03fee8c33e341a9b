/**
 * Identifiers. Each is a branded string, so that a run id cannot stand where a node name is meant.
 * They are minted or checked in exactly two places: `definition/` (names) and `cli/` (ids).
 */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type DagName = Brand<string, 'DagName'>;
/** Hash of a DAG's canonical JSON (sha-256, 16 hex digits): pins a run to one version. */
export type DagHash = Brand<string, 'DagHash'>;
export type NodeName = Brand<string, 'NodeName'>;
/** The name under which `nodes.yaml` (or the agent itself) knows a server. */
export type ServerName = Brand<string, 'ServerName'>;
export type RunId = Brand<string, 'RunId'>;
/** One start of an agent process. */
export type Incarnation = Brand<string, 'Incarnation'>;
/** One start of a scheduler. */
export type SchedulerId = Brand<string, 'SchedulerId'>;
export type EventId = Brand<string, 'EventId'>;
/** Where a record stands in the event log: a safe integer that only grows. 0 is before the first record. */
export type Position = Brand<number, 'Position'>;

export const LOG_START = 0 as Position;

/** Names one try of one node: the key of journals, log files and live output. */
export type AttemptKey = { readonly run: RunId; readonly node: NodeName; readonly attempt: number };

export const NAME_MAX_LENGTH = 128;

/**
 * Why `text` cannot be a name of a dag, node or server; undefined when it can. A name has 1 to 128 characters, no `/`
 * (it separates dag from node in `nodes.yaml`), no control characters, and no blanks at its ends.
 */
export function nameProblem(text: string): string | undefined {
  if (text.length === 0) return 'is empty';
  if (text.length > NAME_MAX_LENGTH) return `has ${text.length} characters; the bound is ${NAME_MAX_LENGTH}`;
  if (text !== text.trim()) return 'begins or ends with a blank';
  if (text.includes('/')) return "contains '/', which separates dag from node in nodes.yaml";
  // Control, format (bidi, zero width) and unpaired surrogate characters would make two names look alike on a screen.
  if (/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(text)) return 'contains a control or invisible character';
  return undefined;
}

/** `run/node#attempt`: for people and log lines, not for parsing. */
export function attemptLabel(key: AttemptKey): string {
  return `${key.run}/${key.node}#${key.attempt}`;
}
