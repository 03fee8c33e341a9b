import type { Clock } from '../../model/clock.ts';
import { CodedError } from '../../model/coded-error.ts';
import type { LogEvent } from '../../model/event.ts';
import { limits } from '../../model/limits.ts';
import { topicOf } from '../../model/subject.ts';
import type { Topic } from '../../model/subject.ts';
import { encodeRecord } from './codec.ts';
import { GroupCommit } from './group-commit.ts';
import type { EventLog, LogRecord } from './port.ts';

export type LogWriter = {
  /**
   * Resolves when all events are durable, in this order as far as they concern one run or the system. Appends again, with the same ids, until the
   * broker confirms. Rejects with `too_large` or `backlog_full` (nothing appended) and `closed` (indeterminate).
   */
  append(events: readonly LogEvent[]): Promise<void>;
  close(): void;
};

export type LogWriterOptions = { readonly onFailure?: (error: unknown) => void };

type Item = { readonly topic: Topic; readonly isSystem: boolean; readonly text: string };

const RETRY_MS = 250;

/** Gathers events into records, one run's events side by side, and records into appends. */
export function createLogWriter(log: EventLog, clock: Clock, options: LogWriterOptions = {}): LogWriter {
  const commits = new GroupCommit<Item>({
    clock,
    commit: (items) => log.append(recordsOf(items)),
    backlogMax: limits.logBacklogMax,
    batchMax: limits.logBatchMax,
    retryMs: RETRY_MS,
    ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
  });
  return {
    append: async (events) => {
      await commits.add(events.map(itemOf));
    },
    close: () => commits.close(),
  };
}

function itemOf(event: LogEvent): Item {
  const text = JSON.stringify(event);
  // Only definitions and outputs can be this large; the check costs nothing for all others.
  if (text.length > limits.recordCompressAboveBytes) encodeRecord([text]);
  if (text.length > limits.recordInflatedMaxBytes)
    throw new CodedError('too_large', 'the event is too large');
  return { topic: topicOf(event), isSystem: !('run' in event), text };
}

/** Events of one run stand together, in their order; an event of the system is a barrier for all. */
export function recordsOf(items: readonly Item[]): LogRecord[] {
  const records: LogRecord[] = [];
  let open = new Map<string, { topic: Topic; texts: string[]; bytes: number }>();
  const seal = (group: { topic: Topic; texts: string[] }): void => {
    records.push({ topic: group.topic, body: encodeRecord(group.texts) });
  };
  const sealAll = (): void => {
    for (const group of open.values()) seal(group);
    open = new Map();
  };
  for (const { topic, isSystem, text } of items) {
    if (isSystem) {
      sealAll();
      seal({ topic, texts: [text] });
      continue;
    }
    const key = `${topic.dag}.${topic.run}`;
    const group = open.get(key);
    if (group !== undefined && group.bytes + text.length <= limits.recordTargetBytes) {
      group.texts.push(text);
      group.bytes += text.length;
      continue;
    }
    if (group !== undefined) {
      seal(group);
      open.delete(key);
    }
    open.set(key, { topic, texts: [text], bytes: text.length });
  }
  sealAll();
  return records;
}
