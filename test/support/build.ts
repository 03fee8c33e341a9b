import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Before the system tests: what users run is built, so that tests run the same. */
export function setup(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = join(root, 'src/web/vite.config.mts');
  // As users have it: Vite builds what is slow and large where it thinks that somebody develops or tests.
  const env = { ...process.env, NODE_ENV: 'production' };
  execFileSync(process.execPath, [vite, 'build', '--config', config], { stdio: 'inherit', cwd: root, env });
  chmodSync(join(root, 'dist/main.js'), 0o755);
}
