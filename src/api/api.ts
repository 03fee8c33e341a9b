import type { FastifyInstance } from 'fastify';
import type { Backing } from './backing.ts';
import { dagHandlers } from './routes/dags.ts';
import { runHandlers } from './routes/runs.ts';
import { serverHandlers } from './routes/servers.ts';
import { serviceHandlers } from './routes/service.ts';
import { createServer } from './server.ts';
import type { ServerOptions } from './server.ts';

/** The whole API over `backing`; it does not listen yet. */
export function createApi(
  backing: Backing,
  options: Omit<ServerOptions, 'backing' | 'handlers'>,
): FastifyInstance {
  return createServer({
    ...options,
    backing,
    handlers: {
      ...dagHandlers(backing),
      ...runHandlers(backing),
      ...serverHandlers(backing),
      ...serviceHandlers(backing),
    },
  });
}
