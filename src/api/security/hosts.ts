import { isIP } from 'node:net';

/** By which names the server may be asked. Against DNS rebinding: a page of a foreign name can't be made to ask us. */
export type HostRules = {
  /** Of the `Host` header. An address is fine: no name can be bound to it. */
  isHost(host: string | undefined): boolean;
  /** Of the `Origin` header of a request with that `Host`: our own page, and no other. */
  isOrigin(origin: string, host: string): boolean;
};

export type HostOptions = {
  readonly names: readonly string[];
  readonly isTls: boolean;
  /** Where a proxy shows it: `https://dagtop.example.com`. */
  readonly publicUrl?: string | undefined;
};

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/;

export function hostRules({ names, isTls, publicUrl }: HostOptions): HostRules {
  const shown = publicUrl === undefined ? undefined : new URL(publicUrl);
  const known = new Set(['localhost', ...names, ...(shown === undefined ? [] : [shown.hostname])].map(lower));
  return {
    isHost: (host) => {
      const name = HOST.exec(lower(host ?? ''))?.[1];
      if (name === undefined) return false;
      return known.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
    },
    isOrigin: (origin, host) =>
      lower(origin) === `${isTls ? 'https' : 'http'}://${lower(host)}` || lower(origin) === shown?.origin,
  };
}

/** Whether an address to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function lower(text: string): string {
  return text.toLowerCase();
}
