import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOf } from '../../scripts/servers/rabbitmq.ts';
import type { RealServer } from './real-server.ts';

/** Debian's own changes to a user of its own. */
const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmqctl';

/** Runs `rabbitmqctl` on a server that a test started. */
export async function rabbitmqctl({ place }: RealServer, ...args: string[]): Promise<string> {
  const env = { ...process.env, ...environmentOf(place) };
  return (await promisify(execFile)(PROGRAM, ['-q', ...args], { env })).stdout;
}

/** A program that does the same, for scripts. */
export async function rabbitmqctlFor({ place, folder }: RealServer): Promise<string> {
  const path = join(folder, 'rabbitmqctl');
  const settings = Object.entries(environmentOf(place)).map(([name, value]) => `${name}='${value}'`);
  await writeFile(path, `#!/bin/sh\nexec env ${settings.join(' ')} ${PROGRAM} -q "$@"\n`);
  await chmod(path, 0o700);
  return path;
}
