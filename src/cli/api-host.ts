import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApi } from '../api/api.ts';
import type { EventTape } from '../api/events/event-tape.ts';
import type { AccessRecord } from '../api/server.ts';
import { hostRules } from '../api/security/hosts.ts';
import { TokenBook } from '../api/security/token-book.ts';
import { readTokens, writePrivate } from '../api/security/token-file.ts';
import { hashToken, mintToken } from '../api/security/tokens.ts';
import type { Link } from '../broker/port/port.ts';
import { dagText } from '../definition/dag-text.ts';
import { CodedError } from '../model/coded-error.ts';
import type { ServerName } from '../model/ids.ts';
import { readApiPlace } from './api-place.ts';
import type { ApiAddress, ApiFlags } from './api-place.ts';
import { listenToAgents } from './heartbeats.ts';
import type { Heard } from './heartbeats.ts';
import { errorText } from './output.ts';
import { LazyHistory } from './lazy-history.ts';
import type { Log } from './log.ts';
import { followOutput, readOutput } from './output-follow.ts';
import type { Session } from './session.ts';
import { mintId, mintRunId, systemClock } from './system-clock.ts';
import { VERSION } from './version.ts';

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
};

/** Serves the API over `session`, and writes a token of its own for it. Errors: `insecure_api`, `bad_tokens`, `address_in_use`, `bad_usage`. */
export async function startApi(
  { session, tape }: ApiParts,
  flags: ApiFlags,
  log: Log,
  onAccess?: (access: AccessRecord) => void,
): Promise<ApiHost> {
  const { broker, settings } = session;
  const { address, tls, publicUrl } = await readApiPlace(flags, settings.publicUrl);
  const file = tokensPath(settings.dataFolder);
  // Better refused at the start than at the first request.
  await readTokens(file);
  const history = LazyHistory.of(settings.history);
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
      page: fileURLToPath(new URL('../../dist/web', import.meta.url)),
      onAccess,
      onMistake: (error) => log('error', errorText(error)),
    },
  );
  const tokenFile = flags.tokenFile ?? join(settings.dataFolder, 'api-token');
  const close = async (): Promise<void> => {
    endHeartbeats();
    await app.close();
    await history?.close();
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
