import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../agent/journal/lock.ts';
import { CodedError } from '../model/coded-error.ts';
import { openOtlp, otlpEndpoint } from '../telemetry/trace/otlp.ts';
import { DEFAULT_TELEMETRY_SETTINGS, Telemetry } from '../telemetry/telemetry.ts';
import { readSecret } from '../telemetry/webhook/deliver.ts';
import type { Log } from './log.ts';
import type { Opening } from './session.ts';
import { maskUrl } from './settings.ts';
import { systemClock } from './system-clock.ts';
import { VERSION } from './version.ts';

/** How long an end may wait for a collector or a target. */
const LEAVE_WITHIN_MS = 2_000;

/**
 * Traces and messages about runs, where the settings or the environment ask for them. `prepare` goes to `openSession`; then `start`, and `stop` before the session
 * is closed. The processes that show and serve do this, not the leader: the secrets and the collector's address stand on one machine, and
 * the file that says what was sent stays where it is when the leader changes.
 */
export class TelemetryHost {
  #telemetry: Telemetry | undefined;
  #notice: Log = () => undefined;
  readonly #publicUrl: string | undefined;

  /** `publicUrl`, from a flag, outranks that of the settings. */
  constructor(publicUrl?: string) {
    this.#publicUrl = publicUrl;
  }

  readonly prepare = async ({ settings, broker, replica }: Opening): Promise<void> => {
    const endpoint = otlpEndpoint(process.env, settings.otlp);
    if (endpoint === undefined && settings.notify.length === 0) return;
    if (endpoint !== undefined && !URL.canParse(endpoint))
      throw new CodedError('bad_settings', `the OTLP endpoint '${maskUrl(endpoint)}' is no URL`, {
        hint: 'OTEL_EXPORTER_OTLP_ENDPOINT=http://HOST:4318',
      });
    for (const { secretFile } of settings.notify) await checkSecret(secretFile);
    const log = createHash('sha256')
      .update(await broker.log.identity())
      .digest('hex')
      .slice(0, 16);
    const folder = join(settings.dataFolder, 'telemetry', log);
    mkdirSync(folder, { recursive: true });
    this.#telemetry = new Telemetry({
      replica,
      clock: systemClock,
      notice: (level, text) => this.#notice(level, text),
      folder,
      traces:
        endpoint === undefined
          ? undefined
          : { name: `traces to ${new URL(endpoint).host}`, sink: await openOtlp(endpoint, VERSION) },
      targets: settings.notify,
      publicUrl: this.#publicUrl ?? settings.publicUrl,
      version: VERSION,
      takeLock: () => lockOf(folder),
      settings: DEFAULT_TELEMETRY_SETTINGS,
    });
  };

  start(notice: Log): void {
    this.#notice = notice;
    this.#telemetry?.start();
  }

  async stop(): Promise<void> {
    await this.#telemetry?.stop(LEAVE_WITHIN_MS);
  }
}

async function checkSecret(path: string): Promise<void> {
  await readSecret(path).catch((error: unknown) => {
    throw new CodedError(
      'bad_settings',
      `notify: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: `openssl rand -base64 32 > ${path}`,
        cause: error,
      },
    );
  });
}

function lockOf(folder: string): ReturnType<typeof takeLock> | undefined {
  try {
    return takeLock(folder);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'folder_locked') return undefined;
    throw error;
  }
}
