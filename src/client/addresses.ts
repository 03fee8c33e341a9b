import type { Api, OperationName } from '../api/contract/operations.ts';

/**
 * Method and path of each operation. The contract has them too, but with it would come the schemas and what reads them, which a page must not
 * load; the compiler and a test hold that both say the same.
 */
export const ADDRESSES = {
  listDags: 'GET /api/v1/dags',
  getDag: 'GET /api/v1/dags/{dag}',
  drawDag: 'GET /api/v1/dags/{dag}/drawing',
  listRuns: 'GET /api/v1/runs',
  triggerRun: 'POST /api/v1/runs',
  getRun: 'GET /api/v1/runs/{run}',
  getNode: 'GET /api/v1/runs/{run}/nodes/{node}',
  cancelRun: 'POST /api/v1/runs/{run}/cancel',
  pauseRun: 'POST /api/v1/runs/{run}/pause',
  resumeRun: 'POST /api/v1/runs/{run}/resume',
  retryRun: 'POST /api/v1/runs/{run}/retry',
  retryNode: 'POST /api/v1/runs/{run}/nodes/{node}/retry',
  readLog: 'GET /api/v1/runs/{run}/nodes/{node}/attempts/{attempt}/log',
  listServers: 'GET /api/v1/servers',
  cordonServer: 'POST /api/v1/servers/{server}/cordon',
  uncordonServer: 'POST /api/v1/servers/{server}/uncordon',
  drainServer: 'POST /api/v1/servers/{server}/drain',
  followEvents: 'GET /api/v1/events',
  listRunEvents: 'GET /api/v1/runs/{run}/events',
  getStats: 'GET /api/v1/stats',
  listAudit: 'GET /api/v1/audit',
  getMe: 'GET /api/v1/me',
  getOpenApi: 'GET /api/v1/openapi.json',
  getMetrics: 'GET /metrics',
  getHealth: 'GET /healthz',
  getReady: 'GET /readyz',
  startDag: 'POST /dag/start/{node}',
  getDagStatus: 'GET /dag/status',
} as const satisfies { readonly [N in OperationName]: `${Api[N]['method']} ${Api[N]['path']}` };
