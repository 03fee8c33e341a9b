import { readFile } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { getCACertificates } from 'node:tls';
import { isLoopbackHost } from '../../model/notify-target.ts';
import type { NotifyTarget } from '../../model/notify-target.ts';
import type { Sent } from '../outlet.ts';
import { guardedLookup, literalProblem } from './address.ts';

export type Post = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
};

/**
 * Sends one message and says what became of it. Only the target's own URL is spoken to: no redirect is followed, and an address that is refused is
 * never connected to. Of the answer nothing but its status is read. Never rejects.
 */
export async function post(target: NotifyTarget, message: Post): Promise<Sent> {
  const url = new URL(target.url);
  const problem = literalProblem(url.hostname, target.allowsPrivate);
  if (problem !== undefined) return { is: 'later', why: problem };
  if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname))
    return { is: 'refused', why: 'only https leaves this machine' };
  try {
    const ca = target.caFile === undefined ? undefined : await readFile(target.caFile, 'utf8');
    return answerOf(await statusOf(url, target, message, ca));
  } catch (error) {
    return { is: 'later', why: error instanceof Error ? error.message : String(error) };
  }
}

function statusOf(
  url: URL,
  { allowsPrivate }: NotifyTarget,
  { headers, body, timeoutMs }: Post,
  ca: string | undefined,
): Promise<number> {
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    lookup: guardedLookup(allowsPrivate),
    // A connection of its own, closed after: messages are rare, and a kept one would be checked no more.
    agent: false,
    ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
  } as const;
  return new Promise((resolve, reject) => {
    const asked = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (answer) => {
      clearTimeout(timer);
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    });
    const timer = setTimeout(
      () => asked.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)),
      timeoutMs,
    );
    asked.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    asked.end(body);
  });
}

/** 410 says that the target is gone for good; what else is wrong with a message is no matter of time either. */
function answerOf(status: number): Sent {
  if (status >= 200 && status < 300) return { is: 'done' };
  if (status >= 300 && status < 400)
    return { is: 'refused', why: `it answers ${status}, and redirects are not followed` };
  const isLasting = status >= 400 && status < 500 && ![401, 403, 404, 408, 425, 429].includes(status);
  return { is: isLasting ? 'refused' : 'later', why: `it answers ${status}` };
}
