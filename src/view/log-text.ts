import { sanitizeText } from '../graph/text.ts';
import type { NodeName, ServerName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { LineCutter } from './log-stream.ts';
import type { OutputPiece } from './log-stream.ts';

export type StreamName = 'stdout' | 'stderr';

/** An attempt whose output is in a log; `number` counts them in the order of their first appearance. */
export type LogSource = {
  readonly number: number;
  readonly server: ServerName;
  readonly node: NodeName;
  readonly attempt: number;
};

export type LogLine = {
  /** Grows in the order in which lines came, which is not that of their times. */
  readonly id: number;
  readonly stream: StreamName | 'note';
  readonly text: string;
  readonly atMs: number | undefined;
  /** Undefined: a word of the viewer's own. */
  readonly source: LogSource | undefined;
};

/** A line and where it stands: by its time, but never before an earlier line of the same stream. */
type Placed = { readonly line: LogLine; readonly keyMs: number };

type Stream = { readonly cutter: LineCutter; openId: number | undefined; keyMs: number; endAt: number };

/**
 * What commands wrote, as lines that are safe to paint, merged by time: at most `logLinesShownMax`, the newest. Lines of unknown time stand
 * where they came. Streams are separate until a line is whole.
 */
export class LogText {
  /** Lines of other logs have smaller ids. */
  readonly firstId: number;
  readonly #sources = new Map<string, LogSource>();
  readonly #streams = new Map<LogSource, Record<StreamName, Stream>>();
  #placed: Placed[] = [];
  #nextId: number;

  constructor(firstId = 0) {
    this.firstId = firstId;
    this.#nextId = firstId;
  }

  /** The id that the next line gets. */
  get nextId(): number {
    return this.#nextId;
  }

  get sources(): readonly LogSource[] {
    return [...this.#sources.values()];
  }

  /** The same one for the same attempt. */
  source(server: ServerName, node: NodeName, attempt: number): LogSource {
    const label = JSON.stringify([server, node, attempt]);
    const known = this.#sources.get(label);
    if (known !== undefined) return known;
    const source = { number: this.#sources.size, server, node, attempt };
    this.#sources.set(label, source);
    this.#streams.set(source, { stdout: newStream(), stderr: newStream() });
    return source;
  }

  /** Where in a stream the next piece is expected to begin. */
  endOf(source: LogSource, stream: StreamName): number {
    return this.#streamOf(source, stream).endAt;
  }

  add(source: LogSource, name: StreamName, piece: OutputPiece): void {
    const stream = this.#streamOf(source, name);
    const whole = stream.cutter.add(piece);
    stream.endAt = piece.at + piece.bytes.length;
    const lastMs = this.#placed.at(-1)?.keyMs ?? 0;
    const placed: Placed[] = [];
    const place = (line: Omit<LogLine, 'id' | 'source'>, id = this.#newId()): void => {
      stream.keyMs = Math.max(stream.keyMs, line.atMs ?? lastMs);
      placed.push({ line: { id, ...line, source }, keyMs: stream.keyMs });
    };
    if (piece.skipped > 0)
      place({ stream: 'note', text: `… ${piece.skipped} bytes were not kept …`, atMs: whole[0]?.atMs });
    for (const line of whole) {
      place({ stream: name, ...line }, stream.openId);
      stream.openId = undefined;
    }
    if (stream.cutter.open === undefined) stream.openId = undefined;
    else stream.openId ??= this.#newId();
    this.#merge(placed);
  }

  /** A word of the viewer's own; the same twice in a row is one. */
  note(words: string): void {
    const text = sanitizeText(words);
    const last = this.#placed.at(-1);
    if (last?.line.stream === 'note' && last.line.text === text) return;
    const line = { id: this.#newId(), stream: 'note', text, atMs: undefined, source: undefined } as const;
    this.#merge([{ line, keyMs: last?.keyMs ?? 0 }]);
  }

  /** Unfinished lines come last. */
  get lines(): readonly LogLine[] {
    const whole = this.#placed.map(({ line }) => line);
    for (const [source, streams] of this.#streams) {
      for (const stream of ['stdout', 'stderr'] as const) {
        const { cutter, openId } = streams[stream];
        if (cutter.open !== undefined && openId !== undefined)
          whole.push({ id: openId, stream, ...cutter.open, source });
      }
    }
    return whole;
  }

  #streamOf(source: LogSource, name: StreamName): Stream {
    const streams = this.#streams.get(source);
    if (streams === undefined) throw new Error(`no source ${source.node} in this log`);
    return streams[name];
  }

  #newId(): number {
    this.#nextId += 1;
    return this.#nextId - 1;
  }

  /** Both are in order; of two with the same key the one that is here already comes first. */
  #merge(fresh: readonly Placed[]): void {
    const first = fresh[0];
    if (first === undefined) return;
    const from = this.#placed.findLastIndex(({ keyMs }) => keyMs <= first.keyMs) + 1;
    const later = this.#placed.splice(from);
    let at = 0;
    for (const one of fresh) {
      for (let other = later[at]; other !== undefined && other.keyMs <= one.keyMs; other = later[at]) {
        this.#placed.push(other);
        at += 1;
      }
      this.#placed.push(one);
    }
    this.#placed.push(...later.slice(at));
    const excess = this.#placed.length - limits.logLinesShownMax;
    if (excess > 0) this.#placed = this.#placed.slice(excess);
  }
}

function newStream(): Stream {
  return { cutter: new LineCutter(), openId: undefined, keyMs: 0, endAt: 0 };
}
