import type { Redis } from 'ioredis';
import type { Finding, ProbeOptions, ProbeReport } from '../port/port.ts';
import { appendFinding } from '../port/rights.ts';
import { isLoopback } from './address.ts';
import type { Address } from './address.ts';
import type { Connection } from './connection.ts';
import type { LogPlace } from './log-place.ts';
import { commandProblem, isDenial } from './problem.ts';

/** LMOVE came with 6.2. */
const OLDEST = 6_002;

/** What the server says of itself; undefined where it does not say. */
export type ServerFacts = {
  readonly info: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
};

/** Reads INFO, and the settings by CONFIG GET where that is allowed; changes nothing. */
export async function probeRedis(
  connection: Connection,
  address: Address,
  { records }: LogPlace,
  { triesRights = false }: ProbeOptions = {},
): Promise<ProbeReport> {
  const { commands, link, label } = connection;
  await link.ready();
  try {
    const startMs = performance.now();
    await commands.ping();
    const roundTripMs = performance.now() - startMs;
    const facts = { info: readInfo(await commands.info()), settings: await readSettings(commands) };
    const garnet = facts.info.get('garnet_version');
    const version =
      garnet ?? facts.info.get('valkey_version') ?? facts.info.get('redis_version') ?? 'unknown';
    const name =
      garnet !== undefined ? 'garnet' : facts.info.has('valkey_version') ? 'valkey' : 'redis-server';
    return {
      server: `${name} at ${label}`,
      version,
      durability: durabilityOf(facts),
      findings: [
        ...findingsOf(facts, address.provider),
        ...loginFinding(facts, address),
        ...(triesRights ? [appendFinding(await mayAppend(connection, records))] : []),
      ],
      roundTripMs,
    };
  } catch (error) {
    throw commandProblem(error, label);
  }
}

/** Rights are checked when a transaction is told a command; this one ends with its connection before anything is done. */
async function mayAppend(connection: Connection, records: string): Promise<boolean> {
  const client = await connection.another();
  try {
    await client.multi({ pipeline: false });
    await client.rpushx(records, '');
    return true;
  } catch (error) {
    if (isDenial(error)) return false;
    throw error;
  } finally {
    client.disconnect();
  }
}

export function readInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

const SETTINGS = ['appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy', 'requirepass'];

/** Hosted servers often deny CONFIG, and some know only a part of it. */
async function readSettings(client: Redis): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of SETTINGS) {
    const reply = await client.config('GET', name).catch(() => []);
    const [key, value] = reply as [string?, string?];
    if (key !== undefined && value !== undefined) found.set(key, value);
  }
  return found;
}

/** One line: what a power cut can lose. */
export function durabilityOf({ info, settings }: ServerFacts): string {
  if (info.has('garnet_version')) {
    return settings.get('appendonly') === 'yes'
      ? "a power cut loses nothing that was acknowledged if Garnet waits for its commits ('--aof --aof-commit-wait --recover'; clients can't see the last two)"
      : "a restart of the server loses everything: Garnet keeps no append-only file ('--aof --aof-commit-wait --recover')";
  }
  const isOn = settings.get('appendonly') ?? (info.get('aof_enabled') === '1' ? 'yes' : 'no');
  if (isOn !== 'yes')
    return 'a restart of the server can lose everything since its last snapshot: it keeps no append-only file';
  const known = DURABILITY[settings.get('appendfsync') ?? ''];
  return (
    known ?? "a power cut can lose some of what was acknowledged: the server doesn't tell its appendfsync"
  );
}

const DURABILITY: Readonly<Record<string, string>> = {
  always: 'a power cut loses nothing that was acknowledged (appendfsync always)',
  everysec:
    'a power cut can lose what was acknowledged in the last one or two seconds (appendfsync everysec); a crash of the server alone loses nothing',
  no: 'a power cut can lose what was acknowledged in the last half minute (appendfsync no); a crash of the server alone loses nothing',
};

/** Settings by which the server can't be the truth, or only with care. */
export function findingsOf({ info, settings }: ServerFacts, provider: Address['provider']): Finding[] {
  const refused = (text: string): Finding => ({ level: 'refused', text });
  const warning = (text: string): Finding => ({ level: 'warning', text });
  const isGarnet = info.has('garnet_version');
  const isOn = settings.get('appendonly') ?? (info.get('aof_enabled') === '1' ? 'yes' : undefined);
  const policy = settings.get('maxmemory-policy');
  const isBounded = Number(settings.get('maxmemory') ?? info.get('maxmemory') ?? 0) > 0;
  const fix = isGarnet
    ? "start it with '--aof --aof-commit-wait --recover'"
    : "set 'appendonly yes' and 'appendfsync always'";
  return [
    versionFinding(info),
    ...(isOn === 'yes' ? [] : [refused(`the server keeps no append-only file: ${fix}`)]),
    ...(isOn === 'yes' && isGarnet
      ? [
          warning(
            "that Garnet waits for commits and recovers can't be seen: start it with '--aof-commit-wait --recover'",
          ),
        ]
      : []),
    ...(isOn === 'yes' && !isGarnet && settings.get('appendfsync') !== 'always'
      ? [
          warning(
            "what is acknowledged is not on disk yet: set 'appendfsync always' to lose nothing in a power cut",
          ),
        ]
      : []),
    ...(isBounded && policy !== undefined && policy !== 'noeviction'
      ? [
          refused(
            `the server throws keys away when its memory is full (maxmemory-policy ${policy}): set 'noeviction'`,
          ),
        ]
      : []),
    ...(isBounded
      ? [warning('the memory of the server is bounded (maxmemory): when it is full, nothing is taken')]
      : []),
    ...(info.get('role') === 'slave' ? [refused('the server is a replica: connect to its master')] : []),
    ...(Number(info.get('connected_slaves') ?? 0) > 0
      ? [warning('the server has replicas: when one takes over, it may lack what was acknowledged last')]
      : []),
    ...((provider === 'garnet') === isGarnet
      ? []
      : [
          warning(
            isGarnet ? "this is Garnet: say 'garnet://' for it" : "this is no Garnet: say 'redis://' for it",
          ),
        ]),
  ];
}

function versionFinding(info: ReadonlyMap<string, string>): Finding {
  const garnet = info.get('garnet_version');
  if (garnet !== undefined) return { level: 'ok', text: `Garnet ${garnet}` };
  const version = info.get('redis_version') ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1_000 + minor < OLDEST
    ? { level: 'refused', text: `redis-server ${version}: use 6.2 or later` }
    : { level: 'ok', text: `redis-server ${version}` };
}

function loginFinding({ settings }: ServerFacts, address: Address): Finding[] {
  if (address.pass !== undefined || isLoopback(address) || settings.get('requirepass') !== '') return [];
  return [
    {
      level: 'warning',
      text: 'the server takes everybody without a login: set a password and TLS, since whoever reaches it can run commands',
    },
  ];
}
