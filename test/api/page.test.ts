import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiStage } from '../support/api-stage.ts';
import { DIAMOND, Story } from '../support/story.ts';

const INDEX = '<!doctype html><title>dagtop</title>';
const SCRIPT = 'console.log("the page");\n'.repeat(40);

let folder: string;
let stage: ApiStage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dagtop-page-'));
  await mkdir(join(folder, 'web', 'assets'), { recursive: true });
  await Promise.all(
    Object.entries({
      'secret.js': 'beside the page',
      'web/index.html': INDEX,
      'web/other.html': 'beside the assets',
      'web/assets/main-1a2b.js': SCRIPT,
      'web/assets/main-1a2b.css': 'body { margin: 0 }',
      'web/assets/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'web/assets/odd.bin': 'bytes',
    }).map(([name, text]) => writeFile(join(folder, name), text)),
  );
  stage = await ApiStage.open(new Story().apply(DIAMOND), { page: join(folder, 'web') });
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});

/** As a browser asks: no token. */
function get(url: string, headers: Readonly<Record<string, string>> = {}) {
  return stage.app.inject({ method: 'GET', url, headers: { host: '127.0.0.1:8099', ...headers } });
}

describe('the files of the page', () => {
  it.each(['/', '/runs', '/runs/r1?view=nodes', '/dags', '/dags/a%20b', '/servers', '/audit'])(
    'are at %s the page itself, which is asked for anew each time',
    async (url) => {
      const { statusCode, headers, body } = await get(url);
      expect([statusCode, body]).toEqual([200, INDEX]);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
    },
  );

  it.each([
    ['main-1a2b.js', 'text/javascript; charset=utf-8'],
    ['main-1a2b.css', 'text/css; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
    ['odd.bin', 'application/octet-stream'],
  ])('are kept for ever where their names have what they hold: %s as %s', async (name, type) => {
    const { statusCode, headers } = await get(`/assets/${name}`);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe(type);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('come with a policy that lets only the own server in, the files of scripts and styles too', async () => {
    for (const url of ['/', '/runs/r1', '/assets/main-1a2b.js', '/assets/icon.svg']) {
      const policy = String((await get(url)).headers['content-security-policy']).split('; ');
      expect(policy, url).toContain("default-src 'none'");
      expect(policy, url).toContain("frame-ancestors 'none'");
      for (const rule of policy) expect(rule, url).toMatch(/^[a-z-]+ '(none|self)'$/);
    }
  });

  it('go over the wire packed to who takes that, and as they are to all others', async () => {
    const packed = await get('/assets/main-1a2b.js', { 'accept-encoding': 'br, gzip' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(packed.rawPayload.length).toBeLessThan(SCRIPT.length);
    expect(gunzipSync(packed.rawPayload).toString()).toBe(SCRIPT);
    const plain = await get('/assets/main-1a2b.js', { 'accept-encoding': 'br' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body).toBe(SCRIPT);
  });

  it('are not sent again to who has them', async () => {
    const { etag = '' } = (await get('/')).headers;
    const again = await get('/', { 'if-none-match': etag });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await get('/', { 'if-none-match': '"another"' })).statusCode).toBe(200);
  });

  it.each([
    '/assets/none.js',
    '/assets/',
    '/assets',
    '/assets/../other.html',
    '/assets/..%2fother.html',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.js',
    '/assets/..%5c..%5csecret.js',
    '/assets/....//secret.js',
    '/assets/main-1a2b.js%00.svg',
    '/assets/constructor',
    '/index.html',
    '/other.html',
    '/../secret.js',
    '/nowhere',
  ])('are all there is: nothing at %s', async (url) => {
    const { statusCode, headers, body } = await get(url);
    expect(statusCode).toBeGreaterThanOrEqual(400);
    expect(statusCode).toBeLessThan(500);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).not.toContain('beside');
    expect(body).not.toContain(INDEX);
  });

  it('stay away from who asks under a foreign name', async () => {
    const { statusCode, body } = await get('/', { host: 'evil.example' });
    expect(statusCode).toBe(421);
    expect(body).not.toContain(INDEX);
  });

  it('leave the API as it is where none were built', async () => {
    const bare = await ApiStage.open(new Story().apply(DIAMOND), { page: join(folder, 'nothing') });
    expect((await bare.get('/api/v1/dags')).status).toBe(200);
    expect((await bare.get('/runs')).status).toBe(404);
    await bare.close();
  });
});
