// Writes package-lock.json anew and completes it for platforms other than this one.
//
// A registry mirror may hold only the native packages of its own platform; npm then leaves the others out of the lock file, and newer
// versions of `npm ci` refuse such a file. Their versions are exact in the package that names them, so they can be entered without being fetched.
// Run it after every change of a dependency: `npx node scripts/lock.ts`.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Package {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const SYSTEMS = new Set([
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]);
const PROCESSORS = new Set([
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]);

/** A native package's entry for the platform that its name tells; undefined when it tells none. The keys stand in npm's order. */
function entry(name: string, version: string, dev: boolean): Package | undefined {
  const words = name.split(/[^a-z0-9]+/);
  const os = words.filter((word) => SYSTEMS.has(word));
  const cpu = words.filter((word) => PROCESSORS.has(word));
  if (cpu.length === 0) return undefined;
  const musl = words.some((word) => word.startsWith('musl'));
  const glibc = words.some((word) => word.startsWith('gnu'));
  return {
    version,
    cpu,
    ...(dev && { dev }),
    ...((musl || glibc) && { libc: [musl ? 'musl' : 'glibc'] }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

/** The packages with every native one that they name, sorted by path as npm does. */
function completed(packages: Readonly<Record<string, Package>>): Record<string, Package> {
  const all: Record<string, Package> = { ...packages };
  for (const parent of Object.values(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      const native = entry(name, version, parent.dev === true);
      if (native !== undefined && packages[path]?.version === undefined) all[path] = native;
    }
  }
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => a.localeCompare(b, 'en')));
}

// An empty folder, because npm takes what stands in node_modules for the whole truth.
const folder = mkdtempSync(join(tmpdir(), 'dagtop-lock-'));
try {
  copyFileSync('package.json', join(folder, 'package.json'));
  copyFileSync('package-lock.json', join(folder, 'package-lock.json'));
  execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  });
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Package>;
  };
  writeFileSync(
    'package-lock.json',
    `${JSON.stringify({ ...lock, packages: completed(lock.packages) }, null, 2)}\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
