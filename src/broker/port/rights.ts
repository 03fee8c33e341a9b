import type { Finding } from './port.ts';

/** Whether this login may append to the log. All other rights that a role needs are told when it first uses them. */
export function appendFinding(may: boolean): Finding {
  return may
    ? { level: 'ok', text: 'this login may read the log and append to it' }
    : {
        level: 'warning',
        text: "this login may read the log and not append to it: enough for 'dagtop --read-only', not for an agent or to steer",
      };
}
