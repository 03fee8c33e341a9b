import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock, MintId } from '../model/clock.ts';
import type { RunId } from '../model/ids.ts';

/** Longer delays than `setTimeout` takes (24.8 days) are cut: whoever waits looks again. */
const DELAY_MAX_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, Math.min(Math.max(0, delayMs), DELAY_MAX_MS));
    return { cancel: () => clearTimeout(timer) };
  },
};

export const mintId: MintId = () => randomUUID();

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const EPOCH_MS = Date.UTC(2020, 0, 1);

/**
 * A run id that people can read aloud and type: the second in Crockford's base 32, so that ids sort by age, and 20 random bits. Two of
 * one id in one second (about one in a million pairs) are told apart by the fold, which refuses the later.
 */
export function mintRunId(nowMs: number): RunId {
  const seconds = Math.max(0, Math.floor((nowMs - EPOCH_MS) / 1_000));
  const bits = randomBytes(4).readUInt32BE() & 0xfffff;
  return `${base32(seconds, 6)}-${base32(bits, 4)}` as RunId;
}

function base32(value: number, length: number): string {
  let text = '';
  for (let left = value; text.length < length; left = Math.floor(left / 32))
    text = DIGITS.charAt(left % 32) + text;
  return text;
}
