import { readFileSync } from 'node:fs';
import { CodedError } from '../../model/coded-error.ts';

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
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
};

const HINT =
  "write 'redis://HOST:6379', 'redis://USER:PASSWORD@HOST/0' or 'rediss://HOST?ca=FILE&cert=FILE&key=FILE&password-file=FILE'";
const OPTIONS = new Set(['ca', 'cert', 'key', 'password-file']);
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
  if (match === null) throw bad('the URL of the Redis server can’t be read');
  const [, scheme, secure, login = '', host = '', port, db, query = ''] = match;
  const options = readOptions(query);
  const wantsTls = secure === 's' || ['ca', 'cert', 'key'].some((name) => options.has(name));
  const passwordFile = options.get('password-file');
  return {
    provider: scheme === 'garnet' ? 'garnet' : 'redis',
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? DEFAULT_PORT : Number(port),
    label: `${host}:${port ?? DEFAULT_PORT}`,
    db: Number(db === undefined || db === '' ? 0 : db),
    ...readLogin(login),
    ...(passwordFile === undefined ? {} : { pass: readFile('password', passwordFile).toString().trim() }),
    ...(wantsTls ? { tls: tlsOptions(options) } : {}),
  };
}

function readOptions(query: string): ReadonlyMap<string, string> {
  const options = new Map(new URLSearchParams(query));
  const unknown = [...options.keys()].find((name) => !OPTIONS.has(name));
  if (unknown !== undefined) throw bad(`the URL has an unknown option '${unknown}'`);
  return options;
}

function readLogin(login: string): Pick<Address, 'user' | 'pass'> {
  const at = login.indexOf(':');
  try {
    const user = decodeURIComponent(at === -1 ? login : login.slice(0, at));
    return {
      ...(user === '' ? {} : { user }),
      ...(at === -1 ? {} : { pass: decodeURIComponent(login.slice(at + 1)) }),
    };
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

/** Whether the server is this machine, as far as its name tells. */
export function isLoopback({ host }: Address): boolean {
  return /^(?:localhost|127\.[\d.]+|::1)$/.test(host);
}
