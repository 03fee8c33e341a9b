import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCertificates } from '../support/certificates.ts';
import { Cluster } from '../support/e2e-cluster.ts';
import { TestEventSource } from '../support/event-source.ts';

const ROOT = join(import.meta.dirname, '../..');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('the API inside up', () => {
  let cluster: Cluster;
  let url: string;
  let token: string;
  const asked = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every form
  const json = async (path: string, init?: RequestInit): Promise<any> => (await asked(path, init)).json();

  beforeAll(async () => {
    cluster = await Cluster.start();
    await cp(join(ROOT, 'dags'), join(cluster.folder, 'dags'), { recursive: true });
    await cp(join(ROOT, 'nodes.yaml'), join(cluster.folder, 'nodes.yaml'));
    await cluster.write(
      'dags/slow.yaml',
      'nodes: {write: {command: "echo one; echo two >&2; sleep 1; echo three; sleep 1; printf four"}}\n',
    );
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    cluster.background('up', 'dags', '--plain', '--api', `127.0.0.1:${port}`);
    await cluster.seen('the API is at');
    token = (await readFile(join(cluster.folder, '.dagtop/api-token'), 'utf8')).trim();
  });
  afterAll(() => cluster.stop());

  it('does what the README says, line by line', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const [section = ''] = /^## The API\n[\s\S]*?(?=^## )/m.exec(readme) ?? [];
    const sessions = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    expect(sessions).toHaveLength(2);
    const script = sessions.join('\n').replace(/^API=.*$/m, `API=${url}`);
    const { stdout, stderr } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: cluster.folder,
      timeout: 120_000,
    }).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}\n${error.stderr}`);
    });
    expect(stdout).toContain('"state":"succeeded"');
    expect(stdout).toMatch(/"nodes":\["merge","report"\]/);
    expect(stdout).toContain('event: event\n');
    expect(stdout).toMatch(/^dagtop_runs\{state="\w+"\} \d+$/m);
    expect(stdout).toContain('"openapi":"3.1.0"');
    expect(stdout).toMatch(/"dag":"words","node":"merge"\}/);
    expect(stdout).toMatch(/"nodes":\{"collect":"skipped"/);
    expect(stderr).not.toMatch(/error/i);
  });

  it('has what a command wrote, byte by byte, also while it writes', async () => {
    const { run } = (await json('/api/v1/runs', { method: 'POST', body: '{"dag":"slow"}' })) as {
      run: string;
    };
    const path = `/api/v1/runs/${run}/nodes/write/attempts/1/log`;
    await vi.waitUntil(async () => (await asked(`${path}?stream=stdout`)).status === 200, {
      timeout: 60_000,
    });
    const { status, source } = await TestEventSource.open(`${url}${path}?follow=true`, {
      authorization: `Bearer ${token}`,
    });
    expect(status).toBe(200);
    await vi.waitUntil(() => source.isOver, { timeout: 60_000 });
    const written = (stream: string): string =>
      source.events
        .flatMap(({ event, data }) => (event === 'chunk' ? [data as { stream: string; data: string }] : []))
        .filter((chunk) => chunk.stream === stream)
        .map(({ data }) => Buffer.from(data, 'base64').toString())
        .join('');
    expect(written('stdout')).toBe('one\nthree\nfour');
    expect(written('stderr')).toBe('two\n');
    expect(source.events.at(-1)?.event).toBe('end');
    expect(source.lastId).toBe('14,4');
    const part = await json(`${path}?stream=stdout&from=4&limit=5`);
    expect(part).toMatchObject({ next: { stdout: 9 }, totalBytes: { stdout: 14 }, isRunning: false });
    expect(Buffer.from(part.chunks[0].data as string, 'base64').toString()).toBe('three');
    expect(await (await asked(`${path}?format=text`)).text()).toBe('one\ntwo\nthree\nfour\n');
  });

  it('is what the history keeps: who did what, and how it went', async () => {
    await vi.waitUntil(
      async () => {
        const { items } = (await json('/api/v1/audit?by=api:local')) as { items: { type: string }[] };
        return items.some(({ type }) => type === 'run.triggered');
      },
      { timeout: 60_000, interval: 200 },
    );
    await vi.waitUntil(
      async () => {
        const { dags } = (await json('/api/v1/stats?dag=slow')) as { dags: { succeeded: number }[] };
        return dags[0]?.succeeded === 1;
      },
      { timeout: 60_000, interval: 200 },
    );
  });

  it('lets in who has a token of the command line, as far as its role goes, until it is revoked', async () => {
    const ci = (await cluster.does('token', 'create', '--name', 'ci', '--role', 'viewer')).trim();
    const as = { authorization: `Bearer ${ci}`, 'content-type': 'application/json' };
    await vi.waitUntil(async () => (await fetch(`${url}/api/v1/me`, { headers: as })).status === 200);
    const refused = await fetch(`${url}/api/v1/runs`, {
      method: 'POST',
      headers: as,
      body: '{"dag":"slow"}',
    });
    expect(refused.status).toBe(403);
    expect(await cluster.does('token', 'list')).toMatch(/ci +viewer/);
    expect(await readFile(join(cluster.folder, '.dagtop/api-tokens.json'), 'utf8')).not.toContain(ci);
    await cluster.does('token', 'revoke', 'ci');
    await vi.waitUntil(async () => (await fetch(`${url}/api/v1/me`, { headers: as })).status === 401);
  });

  it('says so, and goes on, where another one has its port', async () => {
    cluster.background('up', 'dags', '--plain', '--api', url.slice('http://'.length));
    await cluster.seen('no API: ');
    expect((await asked('/api/v1/me')).status).toBe(200);
  });

  it('waits for nobody who sends a request drop by drop', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write('GET /api/v1/runs HTTP/1.1\r\nHost: localhost\r\n');
    const drops = setInterval(() => socket.write('X-Drop: 1\r\n'), 1_000);
    expect((await asked('/api/v1/me')).status).toBe(200);
    await closed;
    clearInterval(drops);
  });
});

describe('the API beyond this machine', () => {
  it('takes TLS, and refuses to start without', async () => {
    const cluster = await Cluster.start();
    const certificates = makeCertificates();
    try {
      const { code, stderr } = await cluster.dagtop('serve', '--api', '0.0.0.0:0');
      expect([code, stderr]).toEqual([1, expect.stringMatching(/takes TLS[\s\S]*--tls-cert/)]);
      const port = await freePort();
      const tls = [
        '--tls-cert',
        certificates.path('server.crt'),
        '--tls-key',
        certificates.path('server.key'),
      ];
      cluster.background('serve', '--api', `0.0.0.0:${port}`, ...tls);
      await cluster.seen('is at https://');
      const ca = await readFile(certificates.path('ca.crt'));
      const token = (await readFile(join(cluster.folder, '.dagtop/api-token'), 'utf8')).trim();
      const ask = (authorization: string): Promise<{ status: number; hsts: unknown }> =>
        new Promise((resolve, reject) => {
          const options = { port, ca, headers: { authorization } };
          request(`https://localhost/api/v1/me`, options, (answer) => {
            answer.resume();
            resolve({ status: answer.statusCode ?? 0, hsts: answer.headers['strict-transport-security'] });
          })
            .on('error', reject)
            .end();
        });
      expect(await ask(`Bearer ${token}`)).toEqual({ status: 200, hsts: expect.stringContaining('max-age') });
      expect((await ask('Bearer x')).status).toBe(401);
      await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
    } finally {
      await cluster.stop();
      certificates.remove();
    }
  });
});
