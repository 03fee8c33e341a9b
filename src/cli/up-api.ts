import { EventTape } from '../api/events/event-tape.ts';
import { CodedError } from '../model/coded-error.ts';
import type { ApiHost } from './api-host.ts';
import { readApiPlace } from './api-place.ts';
import type { ApiFlags } from './api-place.ts';
import type { Log } from './log.ts';
import type { Opening, Session } from './session.ts';

export type UpApiFlags = Omit<ApiFlags, 'api'> & {
  /** False: no API. */
  readonly api?: string | boolean;
};

/** The API beside what `up` does: `prepare` before the log is read, then `start`, and `stop` before the session is closed. */
export class UpApi {
  readonly #flags: ApiFlags | undefined;
  readonly #tape = new EventTape();
  #starting: Promise<ApiHost | undefined> | undefined;

  constructor({ api, ...flags }: UpApiFlags) {
    if (api !== false) this.#flags = typeof api === 'string' ? { ...flags, api } : flags;
  }

  /** Errors: those of `readApiPlace`. */
  async prepare({ replica }: Opening): Promise<void> {
    if (this.#flags === undefined) return;
    await readApiPlace(this.#flags);
    replica.listen(this.#tape);
  }

  /** Goes on by itself; what comes of it is a notice. */
  start(session: Session, notice: Log): void {
    if (this.#flags !== undefined) this.#starting = this.#serve(session, this.#flags, notice);
  }

  async stop(): Promise<void> {
    await (await this.#starting)?.close();
  }

  async #serve(session: Session, flags: ApiFlags, notice: Log): Promise<ApiHost | undefined> {
    try {
      // The screen stands by then, and does not wait for a server to be loaded.
      const { startApi } = await import('./api-host.ts');
      const host = await startApi({ session, tape: this.#tape }, flags, notice);
      notice('info', `the API is at ${host.url}; a token for it is in ${host.tokenFile}`);
      return host;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const hint = error instanceof CodedError && error.hint !== undefined ? `; ${error.hint}` : '';
      notice('warning', `no API: ${text}${hint}`);
      return undefined;
    }
  }
}
