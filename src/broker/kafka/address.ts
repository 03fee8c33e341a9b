import { isLoopbackHost, ServerUrl } from '../port/server-url.ts';
import type { TlsFiles } from '../port/server-url.ts';

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
  readonly tls?: TlsFiles;
};

const HINT =
  "write 'kafka://HOST:9092,HOST:9092', 'kafka://USER:PASSWORD@HOST?sasl=scram-sha-512' or 'kafkas://HOST?ca=FILE&cert=FILE&key=FILE&password-file=FILE'";
const OPTIONS = new Set(['sasl', 'ca', 'cert', 'key', 'password-file']);
const MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const;
const syntax = new ServerUrl(HINT, OPTIONS);
const DEFAULT_PORT = 9092;

/**
 * Reads `(kafka|kafkas)://[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]…][?sasl=…&ca=FILE&cert=FILE&key=FILE&password-file=FILE]`; `kafkas`, and `ca`,
 * `cert`, `key`, demand TLS. `%XX` stands for a byte in names and passwords. Errors: `bad_broker_url`, which never repeat a secret.
 */
export function parseAddress(url: string): Address {
  const match = /^kafka(s?):\/\/(?:([^/?]*)@)?([^/?@]+)\/?(?:\?(.*))?$/.exec(url);
  if (match === null) throw syntax.bad('the URL of the Kafka servers can’t be read');
  const [, secure, login, hostList = '', query = ''] = match;
  const hosts = hostList.split(',').map(readHost);
  const options = syntax.options(query);
  const tls = syntax.tls(options, secure === 's');
  return {
    hosts,
    label: hosts.map(hostText).join(','),
    ...readLogin(login, options),
    ...(tls === undefined ? {} : { tls }),
  };
}

export const hostText = ({ host, port }: Host): string => `${host}:${port}`;

function readHost(text: string): Host {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(text);
  if (match === null) throw syntax.bad('a host in the URL can’t be read');
  const [, host = '', port] = match;
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? DEFAULT_PORT : Number(port) };
}

function readLogin(login: string | undefined, options: ReadonlyMap<string, string>): Pick<Address, 'login'> {
  const sasl = options.get('sasl');
  if (login === undefined || login === '') {
    if (sasl === undefined && !options.has('password-file')) return {};
    throw syntax.bad('the URL names a login but no user');
  }
  const mechanism = Object.entries(MECHANISMS).find(([name]) => name === (sasl ?? 'plain'))?.[1];
  if (mechanism === undefined)
    throw syntax.bad("sasl is none of 'plain', 'scram-sha-256' and 'scram-sha-512'");
  const { user = '', pass: given } = syntax.login(login);
  const pass = syntax.passwordIn(options) ?? given;
  if (pass === undefined) throw syntax.bad('the URL names a user but no password');
  return { login: { mechanism, user, pass } };
}

/** Whether all servers are this machine, as far as their names tell. */
export function isLoopback({ hosts }: Address): boolean {
  return hosts.every(({ host }) => isLoopbackHost(host));
}
