import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { once } from 'node:events';

export type Received = { readonly event: string; readonly id: string | undefined; readonly data: unknown };

/** Reads Server-Sent Events from a socket, as a browser does; `pause` makes a reader of it that takes nothing. */
export class TestEventSource {
  readonly events: Received[] = [];
  lastId = '';
  isOver = false;
  readonly #request: ClientRequest;
  #response: IncomingMessage | undefined;
  #rest = '';

  private constructor(asked: ClientRequest) {
    this.#request = asked;
  }

  static async open(
    url: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly source: TestEventSource }> {
    const asked = request(url, { headers, agent: false });
    const source = new TestEventSource(asked);
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    source.#response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => source.#take(text));
    response.on('close', () => (source.isOver = true));
    response.on('error', () => (source.isOver = true));
    return { status: response.statusCode ?? 0, source };
  }

  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  close(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    this.#rest += text;
    for (let end = this.#rest.indexOf('\n\n'); end >= 0; end = this.#rest.indexOf('\n\n')) {
      const lines = this.#rest.slice(0, end).split('\n');
      this.#rest = this.#rest.slice(end + 2);
      const field = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const id = field('id');
      if (id !== undefined) this.lastId = id;
      const data = field('data');
      if (data !== undefined)
        this.events.push({ event: field('event') ?? 'message', id, data: JSON.parse(data) });
    }
  }
}
