import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, isExecutable } from './recipe.ts';
import type { Place, Recipe } from './recipe.ts';

const execute = promisify(execFile);
const USER = 'dagtop';
const PASSWORD = 'dagtop';
/** Where Debian puts each version. */
const VERSIONS = '/usr/lib/postgresql';

/** A program of the newest version at hand. */
function programOf(name: string): string | undefined {
  const versions = readdirIn(VERSIONS).toSorted((a, b) => Number(b) - Number(a));
  const found = versions.map((version) => join(VERSIONS, version, 'bin', name)).find(isExecutable);
  return found ?? findProgram(name);
}

function readdirIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or as nobody. */
function owner(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find((fields) => fields[0] === name)).find(Boolean);
  return { uid: Number(user?.[2] ?? 65_534), gid: Number(user?.[3] ?? 65_534) };
}

function asOwner(program: string, args: readonly string[]): { program: string; args: readonly string[] } {
  const who = owner();
  if (who === undefined) return { program, args };
  const user = [`--reuid=${who.uid}`, `--regid=${who.gid}`, '--clear-groups', program];
  return { program: 'setpriv', args: [...user, ...args] };
}

async function makeCluster({ folder }: Place): Promise<void> {
  const data = join(folder, 'data');
  if (readdirIn(data).length > 0) return;
  const secret = join(folder, 'password');
  await mkdir(data, { recursive: true });
  await writeFile(secret, PASSWORD, { mode: 0o600 });
  const who = owner();
  if (who !== undefined) {
    await chmod(folder, 0o711);
    await chown(data, who.uid, who.gid);
    await chown(secret, who.uid, who.gid);
  }
  const settings = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  const { program, args } = asOwner(programOf('initdb') ?? 'initdb', [
    ...['-D', data, '-U', USER, `--pwfile=${secret}`],
    ...settings,
  ]);
  await execute(program, args, { cwd: '/' });
}

export const POSTGRES: Recipe = {
  name: 'postgres',
  find: () => programOf('postgres'),
  remedy: 'scripts/brokers install postgres',
  data: 'data',
  async prepare(place) {
    await makeCluster(place);
    const lines = [
      "listen_addresses = '127.0.0.1'",
      `port = ${place.port}`,
      // Its socket is for nobody.
      "unix_socket_directories = ''",
      'max_connections = 50',
      place.config,
    ];
    await writeFile(join(place.folder, 'data', 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
  },
  start: ({ folder }) => asOwner(programOf('postgres') ?? 'postgres', ['-D', join(folder, 'data')]),
  async isReady({ port }) {
    const args = ['-q', '-h', '127.0.0.1', '-p', String(port), '-U', USER, '-d', 'postgres'];
    return execute(programOf('pg_isready') ?? 'pg_isready', args).then(
      () => true,
      () => false,
    );
  },
  url: ({ port }) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
};
