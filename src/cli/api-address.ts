import { CodedError } from '../model/coded-error.ts';

export type ApiAddress = { readonly host: string; readonly port: number };

export const DEFAULT_API = '127.0.0.1:8099';

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
