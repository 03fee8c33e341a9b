import { ServerUrl } from '../../broker/port/server-url.ts';
import type { TlsFiles } from '../../broker/port/server-url.ts';

export type PostgresAddress = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user?: string;
  readonly password?: string;
  /** With which the server's certificate is checked; no TLS without. */
  readonly tls?: TlsFiles;
  /** Where the tables are. */
  readonly schema: string;
};

const HINT =
  "write 'postgres://USER@HOST/DATABASE?password-file=FILE'; with TLS '?sslmode=verify-full' or '?ca=FILE'; '?schema=NAME' for the tables";
const OPTIONS = new Set(['ca', 'cert', 'key', 'password-file', 'sslmode', 'schema']);
const url = new ServerUrl(HINT, OPTIONS, 'bad_history_url');

/**
 * Reads `postgres[ql]://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE[?password-file=FILE&sslmode=disable|require|verify-full&ca=FILE&cert=FILE&key=FILE&schema=NAME]`.
 * Without a password PGPASSWORD and `~/.pgpass` are asked. `require` checks the certificate too. Error: `bad_history_url`.
 */
export function readPostgresUrl(text: string): PostgresAddress {
  const parts =
    /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?(\[[^\]]+\]|[^:/?[\]]+)(?::(\d+))?\/([^?]+)(?:\?(.*))?$/.exec(text);
  if (parts === null) throw url.bad('the URL of the history is not one of PostgreSQL');
  const [, login, host = '', port = '5432', database = '', query = ''] = parts;
  const options = url.options(query);
  const mode = options.get('sslmode') ?? 'disable';
  if (!['disable', 'require', 'verify-full'].includes(mode))
    throw url.bad(`sslmode is 'disable', 'require' or 'verify-full', not '${mode}'`);
  if (Number(port) < 1 || Number(port) > 65_535) throw url.bad(`there is no port ${port}`);
  const schema = options.get('schema') ?? 'dagtop';
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw url.bad(`'${schema}' cannot be a schema: use small letters, digits and _`);
  const { user, pass } = login === undefined ? {} : url.login(login);
  const password = url.passwordIn(options) ?? pass;
  const tls = url.tls(options, mode !== 'disable');
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
    database: url.decoded(database),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    schema,
  };
}
