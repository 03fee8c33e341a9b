import { join } from 'node:path';
import { Cluster } from './e2e-cluster.ts';
import { Pty } from './pty.ts';

const DAGTOP = `'${process.execPath}' '${join(import.meta.dirname, '../../dist/main.js')}'`;

type Options = {
  readonly columns?: number;
  readonly rows?: number;
  readonly bytesPerSecond?: number;
  readonly nodeOptions?: string;
};

/** The monitor of a cluster, in a terminal of its own. */
export function openMonitor(cluster: Cluster, options: Options = {}): Pty {
  const { columns = 80, rows = 24, bytesPerSecond, nodeOptions = '' } = options;
  return new Pty(
    DAGTOP,
    { columns, rows },
    {
      cwd: cluster.folder,
      env: { ...process.env, DAGTOP_BROKER: cluster.brokerUrl, NODE_OPTIONS: nodeOptions },
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
    },
  );
}

/** A cluster with one agent, `srv-1`, and the dags in force. */
export async function clusterWith(
  dags: Readonly<Record<string, string>>,
  brokerUrl?: string,
): Promise<Cluster> {
  const cluster = await Cluster.start(brokerUrl);
  for (const [name, text] of Object.entries(dags)) await cluster.write(`dags/${name}.yaml`, text);
  await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"]}]');
  await cluster.does('apply', 'dags', 'nodes.yaml');
  await cluster.agent('srv-1');
  return cluster;
}
