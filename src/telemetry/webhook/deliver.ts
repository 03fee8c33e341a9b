import { open } from 'node:fs/promises';
import { limits } from '../../model/limits.ts';
import type { NotifyTarget } from '../../model/notify-target.ts';
import type { Sent } from '../outlet.ts';
import type { RunNotice } from './notice.ts';
import { post } from './post.ts';
import { secretBytes, signatureHeaders } from './signature.ts';

export type DeliverySettings = { readonly version: string; readonly timeoutMs: number };

/** Whether a target wants to hear this. */
export function isWanted({ on, dags }: NotifyTarget, { kind, dag }: RunNotice): boolean {
  if (kind === 'test' || dag === undefined) return true;
  return on.includes(kind) && (dags === undefined || dags.includes(dag));
}

/** Signs a message as of now and sends it. A message that is a day old is given up. Never rejects. */
export async function deliver(
  target: NotifyTarget,
  notice: RunNotice,
  nowMs: number,
  { version, timeoutMs }: DeliverySettings,
): Promise<Sent> {
  if (nowMs - notice.atMs > limits.noticeMaxAgeMs)
    return { is: 'refused', why: 'it could not be delivered for a day' };
  let secret: Buffer;
  try {
    secret = await readSecret(target.secretFile);
  } catch (error) {
    return { is: 'later', why: error instanceof Error ? error.message : String(error) };
  }
  const headers = { 'user-agent': `dagtop/${version}`, ...signatureHeaders(notice, secret, nowMs) };
  return post(target, { headers, body: notice.body, timeoutMs });
}

/** The secret of a target. Rejects when the file can't be read, or holds too little to be one. */
export async function readSecret(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(limits.secretMaxBytes + 1) });
    const secret = secretBytes(buffer.subarray(0, bytesRead).toString('utf8'));
    if (bytesRead > limits.secretMaxBytes || secret.length < limits.secretMinBytes)
      throw new Error(`${path} holds no secret of at least ${limits.secretMinBytes} characters`);
    return secret;
  } finally {
    await file.close();
  }
}
