import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Cluster } from './e2e-cluster.ts';

/** Real processes for a browser to look at: agents of three servers, and `dagtop serve`, which can be stopped and started again at the same port. */
export class WebStage {
  readonly cluster: Cluster;
  readonly url: string;
  /** Of the present start of the server, for an admin. */
  token = '';
  #minted = 0;
  #serve: ChildProcess | undefined;

  private constructor(cluster: Cluster, port: number) {
    this.cluster = cluster;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** `dags` by their names, each as its YAML. */
  static async open(dags: Readonly<Record<string, string>>): Promise<WebStage> {
    const cluster = await Cluster.start();
    const stage = new WebStage(cluster, await freePort());
    try {
      for (const [name, text] of Object.entries(dags)) await cluster.write(`dags/${name}.yaml`, text);
      await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"], concurrency: 8}]\n');
      await cluster.agent('srv-1');
      await cluster.does('apply', 'dags', 'nodes.yaml');
      await stage.serve();
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** Each start has a token of its own; those of `dagtop token create` outlast it. */
  async serve(): Promise<void> {
    const { host } = new URL(this.url);
    this.#serve = this.cluster.background('serve', '--api', host);
    const file = join(this.cluster.folder, '.dagtop', 'api-token');
    const endMs = Date.now() + 60_000;
    for (;;) {
      const token = (await readFile(file, 'utf8').catch(() => '')).trim();
      // The file may still have the token of the start before.
      const headers = { authorization: `Bearer ${token}` };
      const answers = await Promise.all(
        ['/readyz', '/api/v1/me'].map((path) =>
          fetch(`${this.url}${path}`, { headers }).catch(() => undefined),
        ),
      );
      if (token !== '' && answers.every((answer) => answer?.ok)) {
        this.token = token;
        return;
      }
      if (Date.now() > endMs) throw new Error('dagtop serve did not come up');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** As `kill -9`. */
  async stopServing(): Promise<void> {
    const child = this.#serve;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** A token that outlasts the server. */
  async mintToken(role: 'viewer' | 'operator' | 'admin', ...flags: string[]): Promise<string> {
    this.#minted += 1;
    const name = `${role}-${this.#minted}`;
    return (await this.cluster.does('token', 'create', name, '--role', role, ...flags)).trim();
  }

  async close(): Promise<void> {
    await this.cluster.stop();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
