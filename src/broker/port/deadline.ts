import { CodedError } from '../../model/coded-error.ts';
import { closedError } from './link-state.ts';

/** For whoever waits for the answer to a request: rejects with `timeout` after `timeoutMs`, or with `closed` as soon as `closing` says so. */
export function deadlineOf(subject: string, timeoutMs: number, closing: AbortSignal): Promise<never> {
  const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), closing]);
  const late = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () =>
      reject(
        closing.aborted
          ? closedError()
          : new CodedError('timeout', `nobody answered ${subject} within ${timeoutMs} ms`),
      ),
    );
  });
  late.catch(() => undefined);
  return late;
}
