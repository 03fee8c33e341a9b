import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const CHUNK = Buffer.alloc(64 * 1024);

/** A file system of its own in memory, so that a server's disk can be full while this machine's is not. */
export class SmallDisk {
  readonly #mount: string;

  private constructor(mount: string) {
    this.#mount = mount;
  }

  /** Undefined where this login may not mount. */
  static async mount(megabytes: number): Promise<SmallDisk | undefined> {
    const mount = await mkdtemp(join(tmpdir(), 'dagtop-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'dagtop', mount], {
        stdio: 'ignore',
      });
    } catch {
      await rm(mount, { recursive: true });
      return undefined;
    }
    await mkdir(join(mount, 'server'));
    return new SmallDisk(mount);
  }

  /** For the server. */
  get folder(): string {
    return join(this.#mount, 'server');
  }

  /** Takes all the space but this much. */
  async fill(leftMegabytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#mount);
    const count = Math.ceil((bavail * bsize - leftMegabytes * 1024 * 1024) / CHUNK.length);
    const zeros = function* zeros(): Generator<Buffer> {
      for (let at = 0; at < count; at += 1) yield CHUNK;
    };
    await pipeline(zeros(), createWriteStream(this.#ballast)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    });
  }

  async free(): Promise<void> {
    await rm(this.#ballast, { force: true });
  }

  async unmount(): Promise<void> {
    execFileSync('umount', ['-l', this.#mount]);
    await rm(this.#mount, { recursive: true });
  }

  get #ballast(): string {
    return join(this.#mount, 'ballast');
  }
}
