import type { Timer } from '../../model/clock.ts';

/** The longest that `setTimeout` takes, about 24 days; what is longer it would run at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** Runs `task` once `delayMs` have passed, however many they are. */
export function afterLong(delayMs: number, task: () => void): Timer {
  let timer: NodeJS.Timeout;
  const arm = (restMs: number): void => {
    const stepMs = Math.min(restMs, TIMEOUT_MAX_MS);
    timer = setTimeout(() => (restMs > stepMs ? arm(restMs - stepMs) : task()), stepMs);
  };
  arm(delayMs);
  return { cancel: () => clearTimeout(timer) };
}

/** Whether `promise`, which must not reject, is settled within `boundMs`. */
export async function isSettledWithin(promise: Promise<unknown>, boundMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), boundMs)));
  const isSettled = await Promise.race([promise.then(() => true), bound]);
  clearTimeout(timer);
  return isSettled;
}
