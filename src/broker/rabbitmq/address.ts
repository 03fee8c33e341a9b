import { readFileSync } from 'node:fs';
import { CodedError } from '../../model/coded-error.ts';

export type Host = { readonly hostname: string; readonly port: number };

/** What a URL says about how to connect. `label` names the servers and no secret: only it may appear in messages. */
export type Address = {
  /** Of one cluster; whichever answers is used. */
  readonly hosts: readonly Host[];
  readonly label: string;
  readonly vhost: string;
  readonly user?: string;
  readonly pass?: string;
  /** Present when TLS is demanded: contents of PEM files. */
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
};

const HINT =
  "write 'amqp://USER:PASSWORD@HOST', 'amqp://HOST1,HOST2:5672/VHOST' or 'amqps://HOST?ca=FILE&cert=FILE&key=FILE&password-file=FILE'";
const OPTIONS = new Set(['ca', 'cert', 'key', 'password-file']);
const PORT = 5672;
const TLS_PORT = 5671;
const HOST = String.raw`(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?`;
const URL_FORM = new RegExp(
  String.raw`^amqp(s?)://(?:([^/?]*)@)?(${HOST}(?:,${HOST})*)(?:/([^/?]*))?(?:\?(.*))?$`,
);

/**
 * Reads `amqp[s]://[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]…][/VHOST][?ca=FILE&cert=FILE&key=FILE&password-file=FILE]`; `amqps`, `ca`, `cert` and
 * `key` demand TLS. `%XX` stands for a byte in names and passwords: the vhost `/`, the default, is `%2F`. Errors: `bad_broker_url`, which never
 * repeat a secret.
 */
export function parseAddress(url: string): Address {
  const match = URL_FORM.exec(url);
  if (match === null) throw bad('the URL of the RabbitMQ server can’t be read');
  const [, secure, login = '', hostsText = '', vhost = '', query = ''] = match;
  const options = readOptions(query);
  const wantsTls = secure === 's' || ['ca', 'cert', 'key'].some((name) => options.has(name));
  const hosts = hostsText.split(',').map((text) => readHost(text, wantsTls ? TLS_PORT : PORT));
  if (hosts.length > 1 && hosts.some(({ hostname }) => hostname.includes(':')))
    throw bad('an IPv6 address can’t stand in a list of hosts: give them names');
  const passwordFile = options.get('password-file');
  return {
    hosts,
    label: hosts
      .map(({ hostname, port }) => `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`)
      .join(','),
    vhost: vhost === '' ? '/' : decoded(vhost),
    ...readLogin(login),
    ...(passwordFile === undefined ? {} : { pass: readFile('password', passwordFile).toString().trim() }),
    ...(wantsTls ? { tls: tlsOptions(options) } : {}),
  };
}

function readHost(text: string, defaultPort: number): Host {
  const [, ipv6, name = '', port = defaultPort] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { hostname: ipv6 ?? name, port: Number(port) };
}

function readOptions(query: string): ReadonlyMap<string, string> {
  const options = new Map(new URLSearchParams(query));
  const unknown = [...options.keys()].find((name) => !OPTIONS.has(name));
  if (unknown !== undefined) throw bad(`the URL has an unknown option '${unknown}'`);
  return options;
}

function readLogin(login: string): Pick<Address, 'user' | 'pass'> {
  const at = login.indexOf(':');
  const user = decoded(at === -1 ? login : login.slice(0, at));
  return {
    ...(user === '' ? {} : { user }),
    ...(at === -1 ? {} : { pass: decoded(login.slice(at + 1)) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad(
      "user, password or vhost in the URL is not well encoded: write '%25' for a '%' and '%40' for a '@'",
    );
  }
}

function tlsOptions(options: ReadonlyMap<string, string>): NonNullable<Address['tls']> {
  const names = ['ca', 'cert', 'key'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const path = options.get(name);
      return path === undefined ? [] : [[name, readFile(name, path)]];
    }),
  );
}

function readFile(what: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CodedError('bad_broker_url', `the ${what} file ${path} can’t be read`, { cause });
  }
}

function bad(text: string): CodedError {
  return new CodedError('bad_broker_url', text, { hint: HINT });
}

/** Whether all servers are this machine, as far as their names tell. */
export function isLoopback({ hosts }: Address): boolean {
  return hosts.every(({ hostname }) => /^(?:localhost|127\.[\d.]+|::1)$/.test(hostname));
}
