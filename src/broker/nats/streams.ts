import { randomUUID } from 'node:crypto';
import type { JetStreamManager, StreamConfig, StreamInfo } from '@nats-io/jetstream';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import type { Finding } from '../port/port.ts';
import { API_CODE, apiCode, jetStreamProblem } from './problem.ts';

/** The two streams of a namespace, an escaped token. */
export type StreamNames = {
  readonly log: string;
  readonly logPrefix: string;
  readonly inbox: string;
  readonly inboxPrefix: string;
};

export function namesOf(token: string): StreamNames {
  return {
    log: `${token}_events`,
    logPrefix: `${token}.events.`,
    inbox: `${token}_inbox`,
    inboxPrefix: `${token}.inbox.`,
  };
}

type Wish = Partial<StreamConfig> & { name: string; subjects: string[] };

/** The log has no limits: a record leaves it only by `trim`. Servers below 2.10 keep no metadata, so the description carries the id. */
export function logStream(names: StreamNames): Wish {
  return {
    name: names.log,
    subjects: [`${names.logPrefix}>`],
    description: `dagtop event log ${randomUUID()}`,
    storage: 'file',
    retention: 'limits',
    discard: 'new',
    deny_delete: true,
  };
}

export function inboxStream(names: StreamNames): Wish {
  return {
    name: names.inbox,
    subjects: [`${names.inboxPrefix}>`],
    description: 'dagtop inboxes',
    storage: 'file',
    retention: 'workqueue',
    discard: 'new',
  };
}

/** A log is another one when it was made anew, by hand and with the same description too. */
export const identityOf = (info: StreamInfo): string => `${info.config.description ?? ''}@${info.created}`;

/**
 * The stream as it is, made when there is none; whoever comes first makes it. In a cluster it gets three replicas where that is possible.
 * Errors: `broker_misconfigured` when the one that exists can't do the work, `jetstream_off`, `broker_refused`, `unavailable`.
 */
export async function ensureStream(
  jsm: JetStreamManager,
  wish: Wish,
  clustered: boolean,
): Promise<StreamInfo> {
  const what = `the stream ${wish.name}`;
  try {
    const info = (await existing(jsm, wish.name)) ?? (await create(jsm, wish, clustered));
    refuseUnfit(info, wish);
    return info;
  } catch (error) {
    throw jetStreamProblem(error, what);
  }
}

async function existing(jsm: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(name);
  } catch (error) {
    if (apiCode(error) === API_CODE.streamNotFound) return undefined;
    throw error;
  }
}

async function create(jsm: JetStreamManager, wish: Wish, clustered: boolean): Promise<StreamInfo> {
  for (const replicas of clustered ? [3, 1] : [1]) {
    try {
      return await jsm.streams.add({ ...wish, num_replicas: replicas });
    } catch (error) {
      const code = apiCode(error);
      if (code === API_CODE.streamNameInUse) return await jsm.streams.info(wish.name);
      if (code === API_CODE.subjectsOverlap) {
        const hint = `another stream listens to ${wish.subjects.join(' ')}: delete it, or take another namespace`;
        throw new CodedError('broker_misconfigured', `the stream ${wish.name} can't be made`, {
          hint,
          cause: error,
        });
      }
      if (replicas === 1 || code === undefined) throw error;
    }
  }
  throw new Error('unreachable');
}

/** A stream of this name that somebody made otherwise, so that nothing would work. */
function refuseUnfit({ config }: StreamInfo, wish: Wish): void {
  const mistakes = [
    ...(config.retention === wish.retention
      ? []
      : [`its retention is ${config.retention}, not ${String(wish.retention)}`]),
    ...(wish.subjects.every((subject) => config.subjects.includes(subject))
      ? []
      : [`it does not listen to ${wish.subjects.join(' ')}`]),
    ...(config.no_ack === true ? ['it acknowledges nothing'] : []),
    ...(config.sealed ? ['it is sealed'] : []),
  ];
  if (mistakes.length === 0) return;
  throw new CodedError(
    'broker_misconfigured',
    `the stream ${wish.name} can't be used: ${mistakes.join('; ')}`,
    {
      hint: 'let dagtop make it: delete or rename the stream, or take another namespace',
    },
  );
}

/** Settings of a stream by which it would lose what it acknowledged, or refuse what it must take. */
export function streamFindings({ config, state }: StreamInfo, recordMaxBytes: number): Finding[] {
  const refused = (text: string): Finding => ({ level: 'refused', text: `stream ${config.name}: ${text}` });
  const bounded = config.max_msgs > 0 || config.max_bytes > 0 || config.max_msgs_per_subject > 0;
  return [
    ...(config.storage === 'file' ? [] : [refused('is kept in memory only: make it with storage file')]),
    ...(config.max_age > 0 ? [refused('forgets records by age: set max_age to 0')] : []),
    ...(bounded && config.discard === 'old'
      ? [refused('drops old records when it is full: remove its limits')]
      : []),
    ...(bounded && config.discard !== 'old'
      ? [{ level: 'warning', text: `stream ${config.name}: takes nothing more when it is full` } as const]
      : []),
    ...(config.max_msg_size > 0 && config.max_msg_size < recordMaxBytes
      ? [refused(`takes messages of ${config.max_msg_size} bytes only; ${limits.recordMaxBytes} are needed`)]
      : []),
    ...(config.deny_purge
      ? [{ level: 'warning', text: `stream ${config.name}: can't be trimmed` } as const]
      : []),
    ...((state.lost?.msgs?.length ?? 0) > 0 ? [refused('has lost records: its files are damaged')] : []),
  ];
}
