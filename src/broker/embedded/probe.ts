import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import type { Finding, ProbeReport } from '../port/port.ts';
import type { Paths } from './paths.ts';
import { sqlite } from '../../sqlite/sqlite.ts';
import type { WakeBell } from './wake.ts';
import type { Writer } from './writer.ts';

/** Below this much free disk space the report warns. */
const FREE_MIN_BYTES = 256 * 1024 * 1024;

/** Numbers by which Linux's statfs names file systems of other machines: locks and shared memory don't work across them. */
const REMOTE: Record<number, string> = {
  0x6969: 'NFS',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB',
  0x01021997: '9P',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
  0x5346414f: 'AFS',
};
const TMPFS = 0x01021994;

/** Reads versions, settings and the disk; takes and gives back the write lock once. */
export async function probeEmbedded(paths: Paths, writer: Writer, bell: WakeBell): Promise<ProbeReport> {
  // The first job starts the thread that writes, which no later one waits for.
  await writer.run({ kind: 'probe' });
  const startMs = performance.now();
  const { synchronous, journal } = await writer.run({ kind: 'probe' });
  const roundTripMs = performance.now() - startMs;
  const version = sqliteVersion();
  const disk = await statfs(paths.folder);
  await access(paths.folder, constants.W_OK);
  const freeBytes = disk.bavail * disk.bsize;
  const safe = synchronous === 2 && journal === 'wal';
  const findings: Finding[] = [
    sqliteFinding(version),
    safe
      ? { level: 'ok', text: 'journal_mode is WAL, synchronous is FULL: every commit is flushed to the disk' }
      : {
          level: 'refused',
          text: `journal_mode is ${String(journal)}, synchronous is ${String(synchronous)}: not durable`,
        },
    ...fileSystemFinding(disk.type >>> 0),
    freeBytes < FREE_MIN_BYTES
      ? { level: 'warning', text: `only ${mebibytes(freeBytes)} free at ${paths.folder}: make room` }
      : { level: 'ok', text: `${mebibytes(freeBytes)} free at ${paths.folder}` },
  ];
  if (!bell.watching) {
    findings.push({
      level: 'warning',
      text: 'the folder cannot be watched, so it is polled: raise fs.inotify.max_user_watches',
    });
  }
  return {
    server: 'SQLite',
    version,
    durability:
      disk.type >>> 0 === TMPFS
        ? 'a power cut or a reboot loses everything: the folder lies in memory'
        : 'a power cut loses nothing that was acknowledged, if the disk keeps what it was told to flush',
    findings,
    roundTripMs,
  };
}

function sqliteVersion(): string {
  const db = new sqlite.DatabaseSync(':memory:');
  try {
    return String(db.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  } finally {
    db.close();
  }
}

/**
 * Versions from 3.7.0 on may corrupt a WAL that several connections write and checkpoint at once; repaired in 3.51.3, 3.50.7
 * and 3.44.6 (https://sqlite.org/wal.html#walresetbug).
 */
export function sqliteFinding(version: string): Finding {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const line = major * 1_000 + minor;
  const repaired =
    line > 3_051 ||
    (line === 3_051 && patch >= 3) ||
    (line === 3_050 && patch >= 7) ||
    (line === 3_044 && patch >= 6);
  return repaired
    ? { level: 'ok', text: `SQLite ${version}` }
    : {
        level: 'refused',
        text: `SQLite ${version} may corrupt a log that several processes write (its WAL-reset bug): use a newer Node, whose SQLite is 3.51.3 or later`,
      };
}

function fileSystemFinding(type: number): Finding[] {
  const remote = REMOTE[type];
  if (remote !== undefined) {
    return [
      {
        level: 'warning',
        text: `the folder lies on ${remote}: never use it from two machines; better move it to a local disk`,
      },
    ];
  }
  if (type === TMPFS)
    return [{ level: 'warning', text: 'the folder lies in memory (tmpfs): move it to a disk' }];
  return [];
}

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`;
