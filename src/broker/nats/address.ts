import { CodedError } from '../../model/coded-error.ts';
import { readSecret, ServerUrl } from '../port/server-url.ts';
import type { TlsFiles } from '../port/server-url.ts';

/** What a URL says about how to connect. `label` names the servers and no secret: only it may appear in messages. */
export type Address = {
  readonly servers: readonly string[];
  readonly label: string;
  readonly user?: string | undefined;
  readonly pass?: string | undefined;
  readonly token?: string | undefined;
  /** The content of a credentials file (JWT and seed). */
  readonly creds?: Uint8Array;
  /** The seed of an nkey. */
  readonly nkey?: Uint8Array;
  /** The server's monitoring port, which tells how it flushes. */
  readonly monitor?: string;
  /** Present when TLS is demanded: contents of PEM files. */
  readonly tls?: TlsFiles;
};

const HINT =
  "write 'nats://HOST:4222', 'nats://USER:PASSWORD@HOST1,HOST2', 'nats://TOKEN@HOST' or 'tls://HOST?ca=FILE&creds=FILE'; secrets in files: 'nats://USER@HOST?password-file=FILE', '?token-file=FILE', '?nkey=FILE'";
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/;
const OPTIONS = new Set(['creds', 'nkey', 'password-file', 'token-file', 'ca', 'cert', 'key', 'monitor']);

/**
 * Reads `(nats|tls)://[USER:PASSWORD@|TOKEN@]HOST[:PORT][,HOST[:PORT]…][?creds=FILE&nkey=FILE&password-file=FILE&token-file=FILE&ca=FILE&cert=FILE&key=FILE&monitor=http://HOST:8222]`.
 * With `password-file` what stands before the `@` is the user. `%XX` stands for a byte in
 * names and passwords. `tls://`, `ca`, `cert` and `key` demand TLS. Errors: `bad_broker_url`, which never repeat a secret.
 */
export function parseAddress(url: string): Address {
  const match = /^(nats|tls):\/\/(?:([^/?]*)@)?([^/?@]*)\/?(?:\?(.*))?$/.exec(url);
  if (match === null)
    throw new CodedError('bad_broker_url', 'the URL of the NATS server can’t be read', { hint: HINT });
  const [, scheme, login, hosts = '', query = ''] = match;
  const servers = hosts.split(',').map((host) => host.trim());
  for (const server of servers) {
    if (HOST.test(server)) continue;
    throw new CodedError('bad_broker_url', `'${server}' is no HOST or HOST:PORT`, { hint: HINT });
  }
  const options = readOptions(query);
  const tls = new ServerUrl(HINT, OPTIONS).tls(options, scheme === 'tls');
  const [creds, nkey] = [options.get('creds'), options.get('nkey')];
  return {
    servers,
    label: servers.join(','),
    ...(login === undefined || login === '' ? {} : readLogin(login)),
    ...secretsIn(options, login ?? ''),
    ...(creds === undefined ? {} : { creds: readSecret('credentials', creds) }),
    ...(nkey === undefined ? {} : { nkey: Buffer.from(readSecret('nkey', nkey).toString().trim()) }),
    ...monitorIn(options),
    ...(tls === undefined ? {} : { tls }),
  };
}

function readOptions(query: string): ReadonlyMap<string, string> {
  const options = new Map(new URLSearchParams(query));
  for (const name of options.keys()) {
    if (OPTIONS.has(name)) continue;
    const hint = `known are ${[...OPTIONS].join(', ')}`;
    throw new CodedError('bad_broker_url', `the URL has an unknown option '${name}'`, { hint });
  }
  return options;
}

function readLogin(login: string): Pick<Address, 'user' | 'pass' | 'token'> {
  const at = login.indexOf(':');
  try {
    if (at === -1) return { token: decodeURIComponent(login) };
    return {
      user: decodeURIComponent(login.slice(0, at)),
      pass: decodeURIComponent(login.slice(at + 1)),
    };
  } catch {
    throw new CodedError('bad_broker_url', 'user, password or token in the URL is not well encoded', {
      hint: "write '%25' for a '%' and '%40' for a '@'",
    });
  }
}

function monitorIn(options: ReadonlyMap<string, string>): Pick<Address, 'monitor'> {
  const monitor = options.get('monitor');
  if (monitor === undefined) return {};
  if (/^https?:\/\/[^/?#@]+\/?$/.test(monitor) && URL.canParse(monitor)) return { monitor };
  throw new CodedError('bad_broker_url', 'monitor= in the URL names no monitoring port', {
    hint: "write 'monitor=http://HOST:8222'",
  });
}

/** A password file makes a user of what would be a token without it. */
function secretsIn(
  options: ReadonlyMap<string, string>,
  login: string,
): Partial<Record<'user' | 'pass' | 'token', string | undefined>> {
  const [password, token] = [options.get('password-file'), options.get('token-file')];
  if (password !== undefined) {
    const pass = readSecret('password', password).toString().trim();
    return { user: readLogin(login).user ?? readLogin(login).token, pass, token: undefined };
  }
  return token === undefined ? {} : { token: readSecret('token', token).toString().trim() };
}

/** Whether all servers are this machine, as far as their names tell. */
export function isLoopback(address: Address): boolean {
  return address.servers.every((server) => /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/.test(server));
}
