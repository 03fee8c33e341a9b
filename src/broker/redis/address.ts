import { isLoopbackHost, ServerUrl } from '../port/server-url.ts';
import type { TlsFiles } from '../port/server-url.ts';

/** What a URL says about how to connect. `label` names the server and no secret: only it may appear in messages. */
export type Address = {
  /** Whose findings `probe` makes: `garnet://` expects Garnet. */
  readonly provider: 'redis' | 'garnet';
  readonly host: string;
  readonly port: number;
  readonly label: string;
  readonly db: number;
  readonly user?: string;
  readonly pass?: string;
  /** Present when TLS is demanded: contents of PEM files. */
  readonly tls?: TlsFiles;
};

const HINT =
  "write 'redis://HOST:6379', 'redis://USER:PASSWORD@HOST/0' or 'rediss://HOST?ca=FILE&cert=FILE&key=FILE&password-file=FILE'";
const OPTIONS = new Set(['ca', 'cert', 'key', 'password-file']);
const syntax = new ServerUrl(HINT, OPTIONS);
const DEFAULT_PORT = 6379;

/**
 * Reads `(redis|rediss|garnet|garnets|valkey|valkeys)://[[USER]:PASSWORD@]HOST[:PORT][/DB][?ca=FILE&cert=FILE&key=FILE&password-file=FILE]`; the forms
 * that end in `s`, and `ca`, `cert`, `key`, demand TLS. `%XX` stands for a byte in names and passwords. Errors: `bad_broker_url`, which never repeat a
 * secret.
 */
export function parseAddress(url: string): Address {
  const match =
    /^(redis|garnet|valkey)(s?):\/\/(?:([^/?]*)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?(?:\/(\d{0,4}))?(?:\?(.*))?$/.exec(
      url,
    );
  if (match === null) throw syntax.bad('the URL of the Redis server can’t be read');
  const [, scheme, secure, login = '', host = '', port, db, query = ''] = match;
  const options = syntax.options(query);
  const pass = syntax.passwordIn(options);
  const tls = syntax.tls(options, secure === 's');
  return {
    provider: scheme === 'garnet' ? 'garnet' : 'redis',
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? DEFAULT_PORT : Number(port),
    label: `${host}:${port ?? DEFAULT_PORT}`,
    db: Number(db === undefined || db === '' ? 0 : db),
    ...syntax.login(login),
    ...(pass === undefined ? {} : { pass }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Whether the server is this machine, as far as its name tells. */
export function isLoopback({ host }: Address): boolean {
  return isLoopbackHost(host);
}
