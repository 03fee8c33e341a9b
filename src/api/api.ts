import type { FastifyInstance } from 'fastify';
import { apiHistory } from './history.ts';
import type { Backing } from './backing.ts';
import { HttpCounts } from './metrics/http-counts.ts';
import { Proposals } from './proposals.ts';
import { dagHandlers } from './routes/dags.ts';
import { eventHandlers } from './routes/events.ts';
import { historyHandlers } from './routes/history.ts';
import { legacyHandlers } from './routes/legacy.ts';
import { logHandlers } from './routes/logs.ts';
import { runHandlers } from './routes/runs.ts';
import { serverHandlers } from './routes/servers.ts';
import { serviceHandlers } from './routes/service.ts';
import { steeringHandlers } from './routes/steering.ts';
import { triggerHandlers } from './routes/trigger.ts';
import { createServer } from './server.ts';
import type { ServerOptions } from './server.ts';
import { Streams } from './streams.ts';

/** The whole API over what it stands on; it does not listen yet. */
export async function createApi(
  given: Backing,
  options: Omit<ServerOptions, 'backing' | 'handlers' | 'http'>,
): Promise<FastifyInstance> {
  const { history } = given;
  const backing = history === undefined ? given : { ...given, history: apiHistory(history) };
  const proposals = new Proposals(backing);
  const streams = new Streams(backing.heartbeatMs);
  const http = new HttpCounts();
  const app = await createServer({
    ...options,
    backing,
    http,
    handlers: {
      ...dagHandlers(backing),
      ...runHandlers(backing),
      ...triggerHandlers(backing, proposals),
      ...steeringHandlers(backing, proposals),
      ...logHandlers(backing, streams),
      ...serverHandlers(backing, proposals),
      ...eventHandlers(backing, streams),
      ...historyHandlers(backing),
      ...serviceHandlers(backing, { http, streams }),
      ...legacyHandlers(backing),
    },
  });
  app.addHook('preClose', async () => streams.close());
  await app.ready();
  return app;
}
