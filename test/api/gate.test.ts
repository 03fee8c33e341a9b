import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/api/contract/operation.ts';
import type { Role } from '../../src/api/contract/operation.ts';
import { operations } from '../../src/api/contract/operations.ts';
import { mintToken } from '../../src/api/security/tokens.ts';
import { limits } from '../../src/model/limits.ts';
import { ApiStage } from '../support/api-stage.ts';
import { DIAMOND, Story } from '../support/story.ts';

let stage: ApiStage;
beforeAll(async () => {
  stage = await ApiStage.open(new Story().apply(DIAMOND).place({ 'srv-1': ['*'] }));
});
afterAll(() => stage.close());

type Route = { readonly method: string; readonly url: string; readonly access: string | undefined };

function allRoutes(): Route[] {
  return stage.app.declaredRoutes.flatMap(({ method, url, config }) =>
    [method].flat().map((verb) => ({ method: verb, url, access: config?.access })),
  );
}

describe('every route', () => {
  it('says who may use it, and all of the contract are there', () => {
    const routes = allRoutes();
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
    const registered = new Set(routes.map(({ method, url }) => `${method} ${url}`));
    for (const { method, path } of Object.values(operations))
      expect(registered).toContain(`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`);
  });

  it('is shut for no token, a broken one, one that is not known and one that has expired', async () => {
    let tried = 0;
    for (const { method, url, access } of allRoutes()) {
      if (access === 'public') continue;
      const path = url.replaceAll(/:\w+/g, 'x');
      for (const [why, headers] of [
        ['none', {}],
        ['broken', { authorization: 'Bearer ../../etc/passwd' }],
        ['another scheme', { authorization: `Basic ${btoa('admin:admin')}` }],
        ['half', { authorization: `Bearer ${stage.tokens.admin.slice(0, -1)}` }],
        ['in the query', {}],
      ] as const) {
        const query = why === 'in the query' ? `?token=${stage.tokens.admin}` : '';
        const { status, headers: answered } = await stage.ask(method, `${path}${query}`, {
          as: 'nobody',
          headers,
        });
        expect([401, 429], `${method} ${url}: ${why}`).toContain(status);
        if (status === 401) expect(answered['www-authenticate']).toMatch(/^Bearer/);
        tried += 1;
      }
      const expired = await stage.ask(method, path, { as: 'expired' });
      expect([401, 429], `${method} ${url}: expired`).toContain(expired.status);
    }
    expect(tried).toBeGreaterThan(100);
  });

  it('is shut for a token of a weaker role, and a body changes nothing of that', async () => {
    for (const { method, url, access } of allRoutes()) {
      if (access === 'public') continue;
      const weaker = ROLES.slice(0, ROLES.indexOf(access as Role));
      for (const as of weaker) {
        const { status, body } = await stage.ask(method, url.replaceAll(/:\w+/g, 'x'), { as, body: {} });
        expect([status, (body as { code: string }).code], `${method} ${url} as ${as}`).toEqual([
          403,
          'forbidden',
        ]);
      }
    }
  });

  it('is open for the role that it names', async () => {
    for (const { method, url, access } of allRoutes()) {
      if (access === 'public' || method !== 'GET' || url === '/api/v1/events') continue;
      const { status } = await stage.ask(method, url.replaceAll(/:\w+/g, 'x'), { as: access as Role });
      expect([401, 403], `${method} ${url} as ${access}`).not.toContain(status);
    }
  });

  it('that changes something is none of GET and HEAD', () => {
    for (const { method, url, access } of allRoutes())
      if (access === 'operator') expect([url, method]).toEqual([url, 'POST']);
  });
});

describe('who is let in', () => {
  it('learns of what does not exist only with a token', async () => {
    expect((await stage.get('/api/v2/secret', { as: 'nobody' })).status).toBe(401);
    expect((await stage.get('/api/v2/secret')).status).toBe(404);
  });

  it('in a way that an address does not take, is told which it takes', async () => {
    const { status, headers } = await stage.ask('DELETE', '/api/v1/runs');
    expect([status, headers.allow]).toEqual([405, 'GET, POST']);
    expect((await stage.ask('POST', '/api/v1/dags/x')).headers.allow).toBe('GET');
    const authorization = `Bearer ${stage.tokens.admin}`;
    const head = {
      method: 'HEAD',
      url: '/api/v1/runs',
      headers: { host: 'localhost', authorization },
    } as const;
    expect((await stage.app.inject(head)).statusCode).toBe(405);
    expect((await stage.ask('DELETE', '/api/v1/runs', { as: 'nobody' })).status).toBe(401);
  });

  it('needs no token for health alone', async () => {
    expect((await stage.get('/healthz', { as: 'nobody' })).body).toEqual({ status: 'ok' });
    expect((await stage.get('/readyz', { as: 'nobody' })).body).toMatchObject({ status: 'ready' });
    expect((await stage.get('/metrics', { as: 'nobody' })).status).toBe(401);
    expect((await stage.get('/api/v1/openapi.json', { as: 'nobody' })).status).toBe(401);
  });

  it('is told who it is', async () => {
    expect((await stage.get('/api/v1/me', { as: 'viewer' })).body).toEqual({
      name: 'viewer',
      role: 'viewer',
      version: '0.1.0',
    });
  });

  it.each([
    ['the name of another server', { host: 'evil.example' }, 421],
    ['a name that begins like ours', { host: 'localhost.evil.example:8099' }, 421],
    ['no name', { host: ' ' }, 421],
    ['a name with a path', { host: 'localhost/x' }, 421],
    ['a page of elsewhere', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['a page of another port', { origin: 'http://127.0.0.1:9000' }, 403],
    ['a page of elsewhere, as the browser says', { 'sec-fetch-site': 'cross-site' }, 403],
  ])('is not asked under %s', async (_what, headers, status) => {
    expect((await stage.get('/api/v1/runs', { headers })).status).toBe(status);
  });

  it.each([
    { host: 'localhost:8099' },
    { host: '[::1]:8099' },
    { host: '10.0.0.7:8099' },
    { host: 'DAGTOP.example' },
    { host: '127.0.0.1:8099', origin: 'http://127.0.0.1:8099', 'sec-fetch-site': 'same-origin' },
  ])('is asked as %j', async (headers) => {
    expect((await stage.get('/api/v1/runs', { headers })).status).toBe(200);
  });

  it('gets no leave for other origins, whatever it asks', async () => {
    const { headers } = await stage.ask('OPTIONS', '/api/v1/runs', {
      headers: { origin: 'http://127.0.0.1:8099', 'access-control-request-method': 'POST' },
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('gets answers that no browser runs, guesses at, keeps or frames', async () => {
    for (const path of ['/api/v1/runs', '/healthz', '/nothing', '/%zz']) {
      const { headers } = await stage.get(path);
      expect(headers['content-security-policy'], path).toContain("default-src 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['cache-control']).toBe('no-store');
    }
  });
});

describe('what is sent', () => {
  it('is JSON alone', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const { status } = await stage.post('/api/v1/runs', 'dag=diamond', {
        headers: { 'content-type': type },
      });
      expect(status, type).toBe(415);
    }
    expect((await stage.post('/api/v1/runs', '{"dag":')).status).toBe(400);
    expect((await stage.post('/api/v1/runs', '{"__proto__":{"dag":"x"}}')).status).toBe(400);
  });

  it('may be nothing where nothing is needed, whatever it is said to be', async () => {
    const headers = { 'content-type': 'application/json' };
    const { status } = await stage.ask('POST', '/api/v1/servers/srv-1/cordon?dryRun=true', { headers });
    expect(status).toBe(202);
    expect((await stage.ask('POST', '/api/v1/runs', { headers })).status).toBe(400);
  });

  it('has a bound', async () => {
    const large = { dag: 'x'.repeat(limits.apiBodyMaxBytes) };
    expect((await stage.post('/api/v1/runs', large)).status).toBe(413);
  });

  it('names nothing that is not wanted: no dag is defined by a request', async () => {
    for (const body of [
      { dag: DIAMOND },
      { dag: 'diamond', nodes: [] },
      { dag: 'diamond', command: 'id' },
      { dag: 'diamond', params: [] },
      { dag: 'diamond', env: { PATH: '/tmp' } },
      [],
      'null',
      { dag: '' },
    ]) {
      const { status, body: told } = await stage.post('/api/v1/runs', body);
      expect(status, JSON.stringify(body).slice(0, 80)).toBe(400);
      expect((told as { code: string }).code).toMatch(/bad_request|fst_err/);
    }
    expect((await stage.get('/api/v1/runs?token=x')).status).toBe(400);
  });
});

describe('who tries many', () => {
  it('wrong tokens is made to wait, and nobody with a right one is', async () => {
    const wrong = { authorization: `Bearer ${mintToken()}` };
    let last = await stage.get('/api/v1/runs', { as: 'nobody', headers: wrong });
    for (let tries = 0; tries <= limits.apiFailuresPerMinute; tries += 1)
      last = await stage.get('/api/v1/runs', { as: 'nobody', headers: wrong });
    expect(last.status).toBe(429);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect((await stage.get('/api/v1/runs')).status).toBe(200);
  });

  it('changes a second is slowed down, and can look on all the same', async () => {
    const answers = await Promise.all(
      Array.from({ length: limits.apiWritesPerSecond * 3 }, () => stage.post('/api/v1/runs/none/cancel')),
    );
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    expect((await stage.get('/api/v1/runs')).status).toBe(200);
  });
});

describe('the log of requests', () => {
  it('has who asked what, and neither a token nor what stands behind the question mark', async () => {
    await stage.get('/api/v1/runs?search=hidden');
    const text = JSON.stringify(stage.accesses);
    expect(stage.accesses.at(-1)).toMatchObject({
      method: 'GET',
      path: '/api/v1/runs',
      status: 200,
      by: 'admin',
      address: '127.0.0.1',
    });
    expect(text).not.toContain('hidden');
    expect(text).not.toContain('dagtop_');
  });
});
