import type { NodeName, ServerName } from '../../src/model/ids.ts';
import { LogText } from '../../src/view/log-text.ts';
import type { LogSource, StreamName } from '../../src/view/log-text.ts';

/** A log to which commands write what a test says, at the time that it says. */
export class LogScript {
  readonly text = new LogText();
  readonly #ends = new Map<string, number>();

  source(node = 'load', server = 'srv-1', attempt = 1): LogSource {
    return this.text.source(server as ServerName, node as NodeName, attempt);
  }

  writes(text: string | Uint8Array, options: Writes = {}): this {
    const { stream = 'stdout', source = this.source(), atMs, skipped = 0 } = options;
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const key = `${source.number} ${stream}`;
    const at = (this.#ends.get(key) ?? 0) + skipped;
    this.#ends.set(key, at + bytes.length);
    const times = atMs === undefined ? [] : ([[at, atMs]] as const);
    this.text.add(source, stream, { bytes, at, skipped, times });
    return this;
  }

  get texts(): string[] {
    return this.text.lines.map(({ text }) => text);
  }
}

type Writes = {
  readonly stream?: StreamName;
  readonly source?: LogSource;
  readonly atMs?: number;
  readonly skipped?: number;
};
