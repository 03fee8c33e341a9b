import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../api/api.ts';
import type { EventTape } from '../api/events/event-tape.ts';
import type { Access } from '../api/server.ts';
import { hostRules, isLoopback } from '../api/security/hosts.ts';
import { TokenBook } from '../api/security/token-book.ts';
import { readTokens, writePrivate } from '../api/security/token-file.ts';
import { hashToken, mintToken } from '../api/security/tokens.ts';
import type { Link } from '../broker/port/port.ts';
import { dagText } from '../definition/dag-text.ts';
import type { HistoryReader } from '../history/port/history.ts';
import { CodedError } from '../model/coded-error.ts';
import type { ServerName } from '../model/ids.ts';
import { DEFAULT_API, readApiAddress } from './api-address.ts';
import type { ApiAddress } from './api-address.ts';
import { listenToAgents } from './heartbeats.ts';
import type { Heard } from './heartbeats.ts';
import { errorText } from './output.ts';
import type { Log } from './log.ts';
import { followOutput, readOutput } from './output-follow.ts';
import type { Session } from './session.ts';
import { mintId, mintRunId, systemClock } from './system-clock.ts';
import { VERSION } from './version.ts';

export type ApiFlags = {
  readonly api?: string;
  readonly tokenFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly publicUrl?: string;
};

export type ApiHost = {
  readonly url: string;
  /** Where the token of this start is. */
  readonly tokenFile: string;
  close(): Promise<void>;
};

export type ApiParts = {
  readonly session: Session;
  /** It has heard the log from its beginning. */
  readonly tape: EventTape;
  readonly history?: HistoryReader | undefined;
};

/** Serves the API over `session`, and writes a token of its own for it. Errors: `insecure_api`, `bad_tokens`, `address_in_use`, `bad_usage`. */
export async function startApi(
  { session, tape, history }: ApiParts,
  flags: ApiFlags,
  log: Log,
  onAccess?: (access: Access) => void,
): Promise<ApiHost> {
  const { broker, settings } = session;
  const address = readApiAddress(flags.api ?? DEFAULT_API);
  const tls = await readTls(flags, address);
  const publicUrl = readPublicUrl(flags.publicUrl);
  const file = tokensPath(settings.dataFolder);
  // Better refused at the start than at the first request.
  await readTokens(file);
  let link: Link = { up: true };
  broker.onLink((now) => (link = now));
  const heartbeats = new Map<ServerName, Heard>();
  const endHeartbeats = await listenToAgents(broker, heartbeats, () => undefined);
  const token = mintToken();
  const own = [
    { name: 'local', role: 'admin', hash: hashToken(token), createdMs: systemClock.nowMs() },
  ] as const;
  const app = await createApi(
    {
      ...session,
      tape,
      history,
      readOutput: (target, from) => readOutput(broker, target, from),
      followOutput: (target, reader, stopped) => followOutput(broker, target, reader, stopped),
      clock: systemClock,
      mintId,
      mintRunId,
      heartbeats,
      link: () => link,
      dagText: (dag) => dagText(dag, { masksSecrets: true }).lines,
      version: VERSION,
    },
    {
      tokens: new TokenBook({
        own,
        file,
        nowMs: systemClock.nowMs,
        onProblem: (error) => log('error', errorText(error)),
      }),
      hosts: hostRules({ names: [hostname(), address.host], isTls: tls !== undefined, publicUrl }),
      tls,
      onAccess,
      onMistake: (error) => log('error', errorText(error)),
    },
  );
  const tokenFile = flags.tokenFile ?? join(settings.dataFolder, 'api-token');
  const close = async (): Promise<void> => {
    endHeartbeats();
    await app.close();
  };
  try {
    const port = await listen(app, address);
    // Only whoever has the port: the token of another process stays where it is.
    await writePrivate(tokenFile, `${token}\n`);
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    return { url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`, tokenFile, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where the tokens of `dagtop token` are kept. */
export function tokensPath(dataFolder: string): string {
  return join(dataFolder, 'api-tokens.json');
}

async function listen(
  app: Awaited<ReturnType<typeof createApi>>,
  { host, port }: ApiAddress,
): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new CodedError(
        'address_in_use',
        `the API cannot listen on ${host}:${port}: another process does`,
        {
          hint: 'another address: --api HOST:PORT',
          cause: error,
        },
      );
    throw new CodedError('no_address', `the API cannot listen on ${host}:${port}: ${message}`, {
      cause: error,
    });
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function readTls(
  { tlsCert, tlsKey }: ApiFlags,
  { host, port }: ApiAddress,
): Promise<{ readonly cert: string; readonly key: string } | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) {
    if (isLoopback(host)) return undefined;
    throw new CodedError(
      'insecure_api',
      `${host}:${port} is reached from other machines, and that takes TLS`,
      {
        hint: '--tls-cert FILE --tls-key FILE; or stay on 127.0.0.1 behind a proxy that has TLS, with --public-url',
      },
    );
  }
  if (tlsCert === undefined || tlsKey === undefined)
    throw new CodedError('bad_usage', '--tls-cert and --tls-key belong together');
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((error: Error) => {
      throw new CodedError('no_such_file', `cannot read ${path}: ${error.message}`, { cause: error });
    });
  return { cert: await read(tlsCert), key: await read(tlsKey) };
}

function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new CodedError('bad_usage', `--public-url takes a URL, not '${text}'`, {
      hint: 'https://dagtop.example.com',
    });
  return text;
}
