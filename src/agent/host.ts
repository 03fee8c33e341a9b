import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** What an event takes of an agent's names. */
const NAMES_MAX = 64;
const NAME_MAX_LENGTH = 256;

/**
 * The names by which a placement may call this machine: its host name, whole and up to the first dot, and its addresses, but for
 * those that mean "here" on every machine (loopback) or on every link (link-local). The host name comes first.
 */
export function hostNames(): string[] {
  const host = hostname();
  const addresses = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address, internal }) => !internal && !/^(?:fe80:|169\.254\.)/i.test(address))
    .map(({ address }) => address);
  const short = isIP(host) === 0 ? host.split('.')[0] : undefined;
  const names = new Set([host, short ?? host, ...addresses]);
  return [...names].filter((name) => name !== '' && name.length <= NAME_MAX_LENGTH).slice(0, NAMES_MAX);
}
