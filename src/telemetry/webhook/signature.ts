import { createHmac } from 'node:crypto';

export type SignedMessage = { readonly id: string; readonly body: string };

/** A secret as its file holds it: `whsec_` and base64, as others hand it out, or any text. */
export function secretBytes(text: string): Buffer {
  const trimmed = text.trim();
  return trimmed.startsWith('whsec_')
    ? Buffer.from(trimmed.slice('whsec_'.length), 'base64')
    : Buffer.from(trimmed);
}

/**
 * The headers of Standard Webhooks: `webhook-signature` is `v1,` and the base64 of the HMAC-SHA256 of `ID.TIMESTAMP.BODY`. The timestamp (seconds)
 * is that of the sending, so that a receiver may refuse what is old.
 */
export function signatureHeaders(
  { id, body }: SignedMessage,
  secret: Buffer,
  nowMs: number,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
