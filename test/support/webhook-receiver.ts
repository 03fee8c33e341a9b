import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Message = {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** Somebody who takes messages and checks their signatures as the specification of Standard Webhooks says. */
export class WebhookReceiver {
  /** What arrived with a good signature, each time that it did. */
  readonly messages: { readonly id: string; readonly body: Message }[] = [];
  readonly forged: string[] = [];
  /** Statuses of the next answers; 0: none at all. Then 200. */
  readonly answers: number[] = [];
  asked = 0;
  readonly #server: Server;
  readonly #secret: Buffer;

  private constructor(server: Server, secret: Buffer) {
    this.#server = server;
    this.#secret = secret;
  }

  static async open(secret: Buffer | string, tls?: { cert: string; key: string }): Promise<WebhookReceiver> {
    const take = (request: IncomingMessage, response: ServerResponse): void =>
      void receiver.#take(request, response);
    const server = tls === undefined ? createServer(take) : createTlsServer(tls, take);
    const receiver = new WebhookReceiver(server, Buffer.from(secret));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get types(): string[] {
    return this.messages.map(({ body }) => body.type);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    this.asked += 1;
    const status = this.answers.shift() ?? 200;
    if (status === 0) return;
    if (status === 200) this.#keep(request, body);
    response
      .writeHead(status, status === 302 ? { location: `http://127.0.0.1:${this.port}/else` } : {})
      .end();
  }

  #keep({ headers }: IncomingMessage, body: string): void {
    const id = String(headers['webhook-id']);
    const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`;
    const expected = `v1,${createHmac('sha256', this.#secret).update(signed).digest('base64')}`;
    if (headers['webhook-signature'] === expected)
      this.messages.push({ id, body: JSON.parse(body) as Message });
    else this.forged.push(body);
  }
}
