import { readFile } from 'node:fs/promises';
import { isLoopback } from '../api/security/hosts.ts';
import { CodedError } from '../model/coded-error.ts';

/** What a command line may say of the API. */
export type ApiFlags = {
  readonly api?: string;
  readonly tokenFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly publicUrl?: string;
};

export type ApiPlace = {
  readonly address: ApiAddress;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly publicUrl: string | undefined;
};

export type ApiAddress = { readonly host: string; readonly port: number };

const DEFAULT_API = '127.0.0.1:8099';

/** Where the API is to be, and how it is guarded there; `publicUrl` is that of the settings, which a flag outranks. Errors: `insecure_api`, `no_such_file`, `bad_usage`. */
export async function readApiPlace(flags: ApiFlags, publicUrl?: string): Promise<ApiPlace> {
  const address = readApiAddress(flags.api ?? DEFAULT_API);
  return {
    address,
    tls: await readTls(flags, address),
    publicUrl: readPublicUrl(flags.publicUrl ?? publicUrl),
  };
}

/** `HOST:PORT`, `[IPV6]:PORT` or `:PORT`, which is on this machine alone. Error: `bad_usage`. */
export function readApiAddress(text: string): ApiAddress {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*)):(\d{1,5})$/i.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65_535)
    throw new CodedError('bad_usage', `--api takes HOST:PORT, not '${text}'`, {
      hint: `such as --api ${DEFAULT_API}, or [::1]:8099`,
    });
  return { host: parts[1] ?? (parts[2] || '127.0.0.1'), port };
}

async function readTls(
  { tlsCert, tlsKey }: ApiFlags,
  { host, port }: ApiAddress,
): Promise<{ readonly cert: string; readonly key: string } | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) {
    if (isLoopback(host)) return undefined;
    throw new CodedError(
      'insecure_api',
      `${host}:${port} is reached from other machines, and that takes TLS`,
      {
        hint: '--tls-cert FILE --tls-key FILE; or stay on 127.0.0.1 behind a proxy that has TLS, with --public-url',
      },
    );
  }
  if (tlsCert === undefined || tlsKey === undefined)
    throw new CodedError('bad_usage', '--tls-cert and --tls-key belong together');
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((error: Error) => {
      throw new CodedError('no_such_file', `cannot read ${path}: ${error.message}`, { cause: error });
    });
  return { cert: await read(tlsCert), key: await read(tlsKey) };
}

function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new CodedError('bad_usage', `--public-url takes a URL, not '${text}'`, {
      hint: 'https://dagtop.example.com',
    });
  return text;
}
