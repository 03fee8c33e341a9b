import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';

/** Where one server stands: everything that it writes is below `folder`, and it listens on 127.0.0.1 alone. */
export type Place = {
  readonly folder: string;
  readonly port: number;
  /** For what a server listens on besides: controllers, Erlang's own. */
  readonly extraPorts: readonly [number, number, number];
  /** Lines added to the server's configuration: logins, TLS, limits. */
  readonly config: string;
};

export type Start = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** How a real broker is found and started, for tests, benchmarks and `scripts/brokers`. */
export type Recipe = {
  readonly name: string;
  /** The program, undefined where it is not installed. */
  find(): string | undefined;
  /** What to do where it is missing. */
  readonly remedy: string;
  /** The folder below `place.folder` that holds what must survive a restart. */
  readonly data: string;
  /** Writes what the server reads; before each start. */
  prepare?(place: Place): Promise<void>;
  start(place: Place): Start;
  /** Whether it serves now. */
  isReady(place: Place): Promise<boolean>;
  url(place: Place): string;
  /** What is left when the server's process has ended. */
  cleanUp?(place: Place): Promise<void>;
};

const FOLDERS = ['/usr/sbin', '/usr/local/sbin'];
/** What `scripts/brokers` installs that is no package of the system. */
export const OWN_FOLDER = join(import.meta.dirname, '../../.brokers');

export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...FOLDERS, OWN_FOLDER];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function freePlace(folder: string, config = ''): Promise<Place> {
  const [port, first, second] = [await freePort(), await freePort(), await freePort()];
  return { folder, port, extraPorts: [first, second, await freePort()], config };
}

const ANSWER_MS = 1_000;

/** Whether who listens on `port` answers, once something was said, as `isRight` wants it. */
export async function answers(
  port: number,
  say: string | Uint8Array,
  isRight: (answer: Buffer) => boolean,
): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWER_MS) });
    if (say.length > 0) socket.write(say);
    const [data] = (await once(socket, 'data', { signal: AbortSignal.timeout(ANSWER_MS) })) as [Buffer];
    return isRight(data);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
