import { timeAt } from '../answers/iso-time.ts';
import type { Backing } from '../backing.ts';
import { callerOf } from '../handlers.ts';
import type { Handlers } from '../handlers.ts';
import { ApiProblem } from '../problem.ts';

/** Who asks, and whether the server is well. */
export function serviceHandlers({
  replica,
  link,
  version,
}: Backing): Handlers<'getMe' | 'getHealth' | 'getReady'> {
  return {
    getMe: ({ request }) => {
      const { name, role, expiresMs } = callerOf(request);
      return { name, role, ...timeAt('expiresAt', expiresMs), version };
    },
    getHealth: () => ({ status: 'ok' }),
    getReady: () => {
      // It listens only once the log has been read up to where it ended then.
      if (replica.fault !== undefined)
        throw new ApiProblem(503, 'log_fault', 'the event log cannot be followed any further');
      if (!link().up)
        throw new ApiProblem(503, 'broker_down', 'there is no link to the broker', { retryAfterS: 5 });
      return { status: 'ready', position: replica.position };
    },
  };
}
