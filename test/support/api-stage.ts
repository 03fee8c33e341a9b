import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { vi } from 'vitest';
import { createApi } from '../../src/api/api.ts';
import type { Backing } from '../../src/api/backing.ts';
import type { Operation } from '../../src/api/contract/operation.ts';
import { operations } from '../../src/api/contract/operations.ts';
import { PROBLEM_TYPE, problem } from '../../src/api/contract/problem.ts';
import { EventTape } from '../../src/api/events/event-tape.ts';
import { hostRules } from '../../src/api/security/hosts.ts';
import { callerOf, hashToken, mintToken } from '../../src/api/security/tokens.ts';
import type { AccessRecord } from '../../src/api/server.ts';
import { openBroker } from '../../src/broker/open.ts';
import { createLogWriter } from '../../src/broker/port/log-writer.ts';
import type { Broker, Link } from '../../src/broker/port/port.ts';
import { mintId, mintRunId, systemClock } from '../../src/cli/system-clock.ts';
import { dagText } from '../../src/definition/dag-text.ts';
import { Replica } from '../../src/replica/replica.ts';
import { Verdicts } from '../../src/replica/verdicts.ts';
import type { Story } from './story.ts';

export type Who = 'viewer' | 'operator' | 'admin' | 'expired' | 'nobody';

export type Asked = {
  readonly as?: Who;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What the text is as JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every form
  readonly body: any;
};

export type StageOptions = {
  /** Puts a fault into its broker. */
  readonly wrap?: (broker: Broker) => Broker;
  readonly backing?: Partial<Backing>;
  /** The folder of the built page. */
  readonly page?: string;
};

/** The API in this process over a real embedded broker whose log holds the events of a story. Each answer is checked against the contract. */
export class ApiStage {
  readonly app: FastifyInstance;
  readonly backing: Backing;
  readonly tokens: Readonly<Record<Exclude<Who, 'nobody'>, string>>;
  readonly accesses: AccessRecord[];
  readonly mistakes: unknown[];
  link: Link = { up: true };
  /** Tokens that let nobody in any more. */
  readonly revoked = new Set<string>();
  #close: () => Promise<void>;

  private constructor(parts: Pick<ApiStage, 'app' | 'backing' | 'tokens' | 'accesses' | 'mistakes'>) {
    this.app = parts.app;
    this.backing = parts.backing;
    this.tokens = parts.tokens;
    this.accesses = parts.accesses;
    this.mistakes = parts.mistakes;
    this.#close = () => Promise.resolve();
  }

  static async open(
    story: Story,
    { wrap = (broker) => broker, backing: given, page }: StageOptions = {},
  ): Promise<ApiStage> {
    const folder = await mkdtemp(join(tmpdir(), 'dagtop-api-'));
    const real = await openBroker(`embedded:${folder}`, { namespace: 'dag' });
    const broker = wrap(real);
    const replica = new Replica();
    const tape = new EventTape();
    replica.listen(tape);
    const writer = createLogWriter(broker.log, systemClock);
    const told = createLogWriter(real.log, systemClock);
    if (story.seen.length > 0) await told.append(story.seen.map(({ event }) => event));
    await replica.start(broker.log);
    const tokens = { viewer: mintToken(), operator: mintToken(), admin: mintToken(), expired: mintToken() };
    const stored = (['viewer', 'operator', 'admin', 'expired'] as const).map((name) => ({
      name,
      role: name === 'expired' ? ('admin' as const) : name,
      hash: hashToken(tokens[name]),
      createdMs: 0,
      ...(name === 'expired' ? { expiresMs: 1 } : {}),
    }));
    const backing: Backing = {
      broker,
      replica,
      writer,
      verdicts: new Verdicts(replica),
      tape,
      clock: systemClock,
      mintId,
      mintRunId,
      heartbeats: new Map(),
      link: () => stage.link,
      readOutput: () => Promise.reject(new Error('no output here')),
      followOutput: () => Promise.reject(new Error('no output here')),
      dagText: (dag) => dagText(dag, { masksSecrets: true }).lines,
      version: '0.1.0',
      ...given,
    };
    const accesses: AccessRecord[] = [];
    const mistakes: unknown[] = [];
    const app = await createApi(backing, {
      tokens: {
        callerOf: (token) =>
          Promise.resolve(
            callerOf(
              token,
              stored.filter(({ name }) => !stage.revoked.has(name)),
              Date.now(),
            ),
          ),
      },
      hosts: hostRules({ names: ['dagtop.example'], isTls: false }),
      page,
      onAccess: (access) => accesses.push(access),
      onMistake: (error) => mistakes.push(error),
    });
    const stage = new ApiStage({ app, backing, tokens, accesses, mistakes });
    stage.#close = async () => {
      await app.close();
      replica.stop();
      writer.close();
      told.close();
      await broker.close();
      await rm(folder, { recursive: true });
    };
    return stage;
  }

  async get(path: string, asked: Asked = {}): Promise<Answered> {
    return this.ask('GET', path, asked);
  }

  async post(path: string, body?: unknown, asked: Asked = {}): Promise<Answered> {
    return this.ask('POST', path, { ...asked, body });
  }

  /** One request without a socket; by default as admin. The answer must be what the contract says. */
  async ask(method: string, path: string, { as = 'admin', body, headers }: Asked = {}): Promise<Answered> {
    const response = await this.app.inject({
      method: method as 'GET',
      url: path,
      headers: {
        host: '127.0.0.1:8099',
        ...(as === 'nobody' ? {} : { authorization: `Bearer ${this.tokens[as]}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = response.body;
    const isJson = /json/.test(String(response.headers['content-type']));
    const answered = {
      status: response.statusCode,
      headers: response.headers as IncomingHttpHeaders,
      text,
      body: isJson ? (JSON.parse(text) as unknown) : undefined,
    };
    checkAnswer(method, path, answered);
    return answered;
  }

  /** Listens on a free port: for what takes a socket. */
  async listen(): Promise<string> {
    return this.app.listen({ host: '127.0.0.1', port: 0 });
  }

  /** Waits for a condition of the folded state. */
  async until(holds: () => boolean): Promise<void> {
    await vi.waitUntil(holds, { timeout: 20_000, interval: 5 });
  }

  close(): Promise<void> {
    return this.#close();
  }
}

const problemCheck = Compile(closed(problem) as TSchema);

/** Throws when an answer is not what the contract says of it: its status, its media type, its form, and nothing beyond. */
export function checkAnswer(method: string, path: string, { status, headers, body }: Answered): void {
  const type = String(headers['content-type']).split(';')[0] ?? '';
  const operation = operationAt(method, path);
  const fail = (why: string): never => {
    throw new Error(`${method} ${path}: ${status} ${type}: ${why}\n${JSON.stringify(body)?.slice(0, 2_000)}`);
  };
  if (status >= 400) {
    if (type !== PROBLEM_TYPE) fail('a problem has another media type');
    if (!problemCheck.Check(body)) fail(JSON.stringify(problemCheck.Errors(body)));
    if ((body as { status: number }).status !== status) fail('the problem says another status');
    const foreseen: readonly number[] = [
      400,
      401,
      403,
      413,
      415,
      421,
      429,
      ...(operation?.problems ?? [404, 405]),
    ];
    if (!foreseen.includes(status)) fail('this status is not foreseen');
    return;
  }
  if (operation === undefined) return fail('no operation');
  if (status !== operation.status) fail(`the status should be ${operation.status}`);
  const media =
    'media' in operation.answer ? operation.answer.media : { 'application/json': operation.answer };
  const schema = media[type];
  if (schema === undefined) return fail('this media type is not foreseen');
  if (type !== 'application/json') return;
  const isOpen = operation.path.endsWith('openapi.json');
  const check = Compile((isOpen ? schema : closed(schema)) as TSchema);
  if (!check.Check(body)) fail(JSON.stringify(check.Errors(body)));
}

/** The operation of the contract that a request is for. */
export function operationAt(method: string, path: string): Operation | undefined {
  const [plain = ''] = path.split('?');
  return (Object.values(operations) as Operation[]).find((operation) => {
    const pattern = operation.path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]*');
    return operation.method === method && new RegExp(`^${pattern}$`).test(plain);
  });
}

/** The same schema, of which nothing that it does not name may be there. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in copy ? { ...copy, additionalProperties: false } : copy;
}
