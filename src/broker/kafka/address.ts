import { readFileSync } from 'node:fs';
import { CodedError } from '../../model/coded-error.ts';

export type Host = { readonly host: string; readonly port: number };

/** What a URL says about how to connect. `label` names the servers and no secret: only it may appear in messages. */
export type Address = {
  /** Any of them tells of all the others. */
  readonly hosts: readonly Host[];
  readonly label: string;
  readonly login?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
    readonly user: string;
    readonly pass: string;
  };
  /** Present when TLS is demanded: contents of PEM files. */
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
};

const HINT =
  "write 'kafka://HOST:9092,HOST:9092', 'kafka://USER:PASSWORD@HOST?sasl=scram-sha-512' or 'kafkas://HOST?ca=FILE&cert=FILE&key=FILE&password-file=FILE'";
const OPTIONS = new Set(['sasl', 'ca', 'cert', 'key', 'password-file']);
const MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const;
const DEFAULT_PORT = 9092;

/**
 * Reads `(kafka|kafkas)://[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]…][?sasl=…&ca=FILE&cert=FILE&key=FILE&password-file=FILE]`; `kafkas`, and `ca`,
 * `cert`, `key`, demand TLS. `%XX` stands for a byte in names and passwords. Errors: `bad_broker_url`, which never repeat a secret.
 */
export function parseAddress(url: string): Address {
  const match = /^kafka(s?):\/\/(?:([^/?]*)@)?([^/?@]+)\/?(?:\?(.*))?$/.exec(url);
  if (match === null) throw bad('the URL of the Kafka servers can’t be read');
  const [, secure, login, hostList = '', query = ''] = match;
  const hosts = hostList.split(',').map(readHost);
  const options = readOptions(query);
  const wantsTls = secure === 's' || ['ca', 'cert', 'key'].some((name) => options.has(name));
  return {
    hosts,
    label: hosts.map(hostText).join(','),
    ...readLogin(login, options),
    ...(wantsTls ? { tls: tlsOptions(options) } : {}),
  };
}

export const hostText = ({ host, port }: Host): string => `${host}:${port}`;

function readHost(text: string): Host {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(text);
  if (match === null) throw bad('a host in the URL can’t be read');
  const [, host = '', port] = match;
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? DEFAULT_PORT : Number(port) };
}

function readOptions(query: string): ReadonlyMap<string, string> {
  const options = new Map(new URLSearchParams(query));
  const unknown = [...options.keys()].find((name) => !OPTIONS.has(name));
  if (unknown !== undefined) throw bad(`the URL has an unknown option '${unknown}'`);
  return options;
}

function readLogin(login: string | undefined, options: ReadonlyMap<string, string>): Pick<Address, 'login'> {
  const sasl = options.get('sasl');
  if (login === undefined || login === '') {
    if (sasl === undefined && !options.has('password-file')) return {};
    throw bad('the URL names a login but no user');
  }
  const mechanism = Object.entries(MECHANISMS).find(([name]) => name === (sasl ?? 'plain'))?.[1];
  if (mechanism === undefined) throw bad("sasl is none of 'plain', 'scram-sha-256' and 'scram-sha-512'");
  const [user, given] = decoded(login);
  const file = options.get('password-file');
  const pass = file === undefined ? given : readFile('password', file).toString().trim();
  if (pass === undefined) throw bad('the URL names a user but no password');
  return { login: { mechanism, user, pass } };
}

function decoded(login: string): [user: string, pass: string | undefined] {
  const at = login.indexOf(':');
  try {
    const user = decodeURIComponent(at === -1 ? login : login.slice(0, at));
    return [user, at === -1 ? undefined : decodeURIComponent(login.slice(at + 1))];
  } catch {
    throw bad("user or password in the URL is not well encoded: write '%25' for a '%' and '%40' for a '@'");
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
  return hosts.every(({ host }) => /^(?:localhost|127\.[\d.]+|::1)$/.test(host));
}
