import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { LookupFunction } from 'node:net';
import { isLoopbackHost } from '../../model/notify-target.ts';

const loopback = blockListOf(['127.0.0.0/8', '::1/128']);

/** What is not the public network: this machine, private and link-local networks, and what is nobody's address at all. */
const inner = blockListOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  'fc00::/7',
  'fe80::/9',
  'ff00::/8',
]);

/** Whether a message for a URL with this host may go to this address. What is written as this machine stays on it. */
export function isAllowed(hostname: string, address: string, allowsPrivate: boolean): boolean {
  if (isLoopbackHost(hostname)) return includes(loopback, address);
  return allowsPrivate || !includes(inner, address);
}

/** Why the URL's host, where it is an address, is refused; undefined: it is a name, or allowed. */
export function literalProblem(hostname: string, allowsPrivate: boolean): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0 || isAllowed(hostname, address, allowsPrivate)) return undefined;
  return refusal(hostname, address);
}

/** Resolves names for a connection, so that the address that is checked is the one that is used. */
export function guardedLookup(allowsPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '');
      const refused = addresses.find(({ address }) => !isAllowed(hostname, address, allowsPrivate));
      const [first] = addresses;
      if (refused !== undefined) return callback(new Error(refusal(hostname, refused.address)), '');
      if (first === undefined) return callback(new Error(`${hostname} has no address`), '');
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function refusal(hostname: string, address: string): string {
  return `${hostname} is at ${address}, which is no public address (allow_private: true allows it)`;
}

function includes(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}
