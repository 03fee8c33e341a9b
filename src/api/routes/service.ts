import { timeAt } from '../answers/iso-time.ts';
import type { Backing } from '../backing.ts';
import { callerOf } from '../handlers.ts';
import type { Handlers } from '../handlers.ts';
import { figuresText } from '../metrics/figures.ts';
import type { HttpCounts } from '../metrics/http-counts.ts';
import { ApiProblem } from '../problem.ts';
import type { Streams } from '../streams.ts';

type Service = 'getMe' | 'getOpenApi' | 'getMetrics' | 'getHealth' | 'getReady';

export type Measures = { readonly http: HttpCounts; readonly streams: Streams };

/** Who asks, what there is, and whether the server is well. */
export function serviceHandlers(backing: Backing, { http, streams }: Measures): Handlers<Service> {
  const { replica, link, version, history } = backing;
  return {
    getMe: ({ request }) => {
      const { name, role, expiresMs } = callerOf(request);
      return { name, role, ...timeAt('expiresAt', expiresMs), version };
    },
    getOpenApi: ({ request }) => request.server.swagger() as { openapi: string },
    getMetrics: async ({ reply }) => {
      // Figures of all else are worth having while the database is down.
      const recorded = await history?.recorded().catch(() => undefined);
      void reply.type('text/plain; version=0.0.4; charset=utf-8');
      return figuresText({ backing, http, streams: streams.size, recorded: recorded?.position });
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
