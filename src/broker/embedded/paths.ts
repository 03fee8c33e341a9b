import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where one namespace's files lie. */
export type Paths = {
  readonly folder: string;
  readonly log: string;
  readonly inbox: string;
  /** One file per boot of the machine: it is written with no fsync at all, so that a power cut may damage it. */
  readonly bus: string;
  /** Holds one small file per topic, written after each commit: writing it wakes the other processes. */
  readonly wake: string;
};

export function pathsOf(folder: string): Paths {
  return {
    folder,
    log: join(folder, 'log.db'),
    inbox: join(folder, 'inbox.db'),
    bus: join(folder, `bus-${bootId()}.db`),
    wake: join(folder, 'wake'),
  };
}

/** Names this boot of the machine; `boot` where the system doesn't say. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
  } catch {
    return 'boot';
  }
}
