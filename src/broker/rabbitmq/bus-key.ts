import { shortToken } from './names.ts';

/** AMQP's bound. */
const KEY_MAX_BYTES = 255;

/** The routing key of a bus subject; undefined when it has too many tokens. Keys are shorter than subjects may be, so long tokens are cut. */
export function keyOf(subject: string): string | undefined {
  const key = subject.split('.').map(shortToken).join('.');
  return Buffer.byteLength(key) > KEY_MAX_BYTES ? undefined : key;
}

/** The binding that brings at least all that `pattern` matches: `#` is any number of tokens, also none. */
export function bindingOf(pattern: string): string {
  return pattern
    .split('.')
    .map((token) => (token === '>' ? '#' : shortToken(token)))
    .join('.');
}

/** Where answers to one process go, and what says that something was dropped; no subject has such a token. */
export const replyKey = (id: string): string => `=re.${id}`;
export const gapKey = (id: string): string => `=gap.${id}`;
export const isReplyKey = (key: string): boolean => key.startsWith('=re.');
export const isOwnKey = (key: string): boolean => isReplyKey(key) || key.startsWith('=gap.');
