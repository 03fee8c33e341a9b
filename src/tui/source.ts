import type { Link, Unsubscribe } from '../broker/port/port.ts';
import type { Dag, ParamValue } from '../model/dag.ts';
import type { LogEvent } from '../model/event.ts';
import type { AttemptKey, DagName, NodeName, Position, RunId, ServerName } from '../model/ids.ts';
import type { AgentHeartbeat } from '../model/message.ts';
import type { State } from '../model/state.ts';
import type { HistoryReader } from '../history/port/history.ts';
import type { FilePlace } from './editor.ts';
import type { SeenEvent } from '../view/event-list.ts';
import type { OutputPiece } from '../view/log-stream.ts';
import type { StreamName } from '../view/log-text.ts';

export type Notice = {
  readonly atMs: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
};

/** What the monitor reads and asks for; the CLI implements it over a broker, tests over a folded state. */
export type MonitorSource = {
  /** Folded, and changed in place between two calls of the listener. */
  readonly state: State;
  readonly heartbeats: ReadonlyMap<
    ServerName,
    { readonly heartbeat: AgentHeartbeat; readonly receivedMs: number }
  >;
  /** Undefined while the broker is being opened. */
  readonly link: Link | undefined;
  /** To the broker and back, steadied for people; infinite while it does not answer, undefined where it is not measured. */
  readonly roundTripMs?: number | undefined;
  /** The log is not the one that was read so far: nothing more comes. */
  readonly fault: Error | undefined;
  /** `embedded ./.dagtop`; secrets are masked. */
  readonly brokerLabel: string;
  /** The newest events of the log, newest last, and how many came before. */
  readonly recent: { readonly events: readonly SeenEvent[]; readonly dropped: number };
  /** Newest last: what a reload changed, errors of files. */
  readonly notices: readonly Notice[];
  /** A definition as YAML, with the values of secrets masked. */
  definitionText(dag: Dag): DefinitionText;
  /** The runs that have left memory; undefined where no history is wanted. */
  readonly history?: Pick<HistoryReader, 'run' | 'runs' | 'runIds'> | undefined;
  nowMs(): number;
  /** May be called many times a second: the monitor throttles itself. */
  onChange(listener: () => void): Unsubscribe;
  /** The file that a dag came from, and the line of a node in it; undefined where this process does not know. */
  fileOf?(dag: DagName, node: NodeName | undefined): Promise<FilePlace | undefined>;
  /** Resolves with one line that says what was done; rejects with a `CodedError`. */
  act(action: MonitorAction): Promise<string>;
  /** Hands over the kept output of an attempt, of each stream from an offset on, then what comes live. */
  followOutput(
    target: { readonly key: AttemptKey; readonly server: ServerName },
    from: Readonly<Record<StreamName, number>>,
    reader: LogReader,
  ): Unsubscribe;
  /** Hands over the event log from its beginning, then what comes live. */
  followEvents(reader: EventReader): Unsubscribe;
};

/** Until when heartbeats could be heard: now, or when the link was lost. */
export function hearingUntilMs({ link }: MonitorSource, nowMs: number): number {
  return link?.up === false ? (link.sinceMs ?? nowMs) : nowMs;
}

export type EventReader = {
  /** Before the first events: the state before them, where the log does not begin at its beginning any more. It is the reader's. */
  readonly onState: (state: State) => void;
  /** The events of one record. The next come when the promise has settled. `head` is where the log ended when the reading began. */
  readonly onEvents: (events: readonly LogEvent[], position: Position, head: Position) => Promise<void>;
  readonly onError: (error: unknown) => void;
};

/** A definition in lines; `lineOf` counts from 0, `masked` are the variables whose values are not shown. */
export type DefinitionText = {
  readonly lines: readonly string[];
  readonly lineOf: ReadonlyMap<NodeName, number>;
  readonly masked: readonly string[];
};

export type LogReader = {
  /** Pieces of each stream come in its order. */
  readonly onPiece: (stream: StreamName, piece: OutputPiece) => void;
  readonly onError: (error: unknown) => void;
};

export type MonitorAction =
  | {
      readonly do: 'trigger';
      readonly dag: DagName;
      readonly params?: Readonly<Record<string, ParamValue>>;
      readonly from?: readonly NodeName[];
    }
  | {
      readonly do: 'retry';
      readonly run: RunId;
      readonly nodes: readonly NodeName[];
      readonly downstream: boolean;
    }
  | { readonly do: 'cordon'; readonly server: ServerName }
  | { readonly do: 'uncordon'; readonly server: ServerName }
  | { readonly do: 'cancel'; readonly run: RunId }
  | { readonly do: 'pause'; readonly run: RunId }
  | { readonly do: 'resume'; readonly run: RunId };

/** Why nothing can be asked of the broker now; undefined while there is a link. */
export function whyOffline({ fault, link }: MonitorSource): string | undefined {
  if (fault !== undefined) return 'the event log cannot be followed any further';
  if (link === undefined) return 'the broker is still being opened';
  return link.up ? undefined : 'there is no link to the broker';
}
