import { sanitizeText } from '../../graph/text.ts';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import { deliver } from '../../telemetry/webhook/deliver.ts';
import { testNotice } from '../../telemetry/webhook/notice.ts';
import { EXIT, printJson, printLine } from '../output.ts';
import { readSettings } from '../settings.ts';
import { mintId, systemClock } from '../system-clock.ts';
import { VERSION } from '../version.ts';

/** Sends a test message to every target of `notify` at the same time; exit code 1 when one does not take it. */
export async function notify(what: string, options: { json?: boolean }): Promise<number> {
  if (what !== 'test') throw new CodedError('bad_usage', `notify takes 'test', not '${what}'`);
  const { notify: targets } = await readSettings({});
  if (targets.length === 0)
    throw new CodedError('no_targets', 'dagtop.yaml names no targets', {
      hint: 'notify: [{url: https://HOST/PATH, secret_file: FILE}]',
    });
  const nowMs = systemClock.nowMs();
  const message = testNotice(mintId(), nowMs);
  const settings = { version: VERSION, timeoutMs: limits.noticeTimeoutMs };
  const results = await Promise.all(
    targets.map(async (target) => ({ target, sent: await deliver(target, message, nowMs, settings) })),
  );
  for (const { target, sent } of results) {
    const { host } = new URL(target.url);
    const problem = sent.is === 'done' ? undefined : sanitizeText(sent.why);
    if (options.json) printJson({ host, id: message.id, delivered: problem === undefined, problem });
    else printLine(problem === undefined ? `✓ ${host} took the message` : `✗ ${host}: ${problem}`);
  }
  return results.every(({ sent }) => sent.is === 'done') ? EXIT.ok : EXIT.error;
}
