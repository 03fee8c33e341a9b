import { isLoopbackHost, ServerUrl } from '../port/server-url.ts';
import type { TlsFiles } from '../port/server-url.ts';

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
  readonly tls?: TlsFiles;
};

const HINT =
  "write 'amqp://USER:PASSWORD@HOST', 'amqp://HOST1,HOST2:5672/VHOST' or 'amqps://HOST?ca=FILE&cert=FILE&key=FILE&password-file=FILE'";
const OPTIONS = new Set(['ca', 'cert', 'key', 'password-file']);
const syntax = new ServerUrl(HINT, OPTIONS);
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
  if (match === null) throw syntax.bad('the URL of the RabbitMQ server can’t be read');
  const [, secure, login = '', hostsText = '', vhost = '', query = ''] = match;
  const options = syntax.options(query);
  const tls = syntax.tls(options, secure === 's');
  const hosts = hostsText.split(',').map((text) => readHost(text, tls === undefined ? PORT : TLS_PORT));
  if (hosts.length > 1 && hosts.some(({ hostname }) => hostname.includes(':')))
    throw syntax.bad('an IPv6 address can’t stand in a list of hosts: give them names');
  const pass = syntax.passwordIn(options);
  return {
    hosts,
    label: hosts
      .map(({ hostname, port }) => `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`)
      .join(','),
    vhost: vhost === '' ? '/' : syntax.decoded(vhost),
    ...syntax.login(login),
    ...(pass === undefined ? {} : { pass }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function readHost(text: string, defaultPort: number): Host {
  const [, ipv6, name = '', port = defaultPort] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { hostname: ipv6 ?? name, port: Number(port) };
}

/** Whether all servers are this machine, as far as their names tell. */
export function isLoopback({ hosts }: Address): boolean {
  return hosts.every(({ hostname }) => isLoopbackHost(hostname));
}
