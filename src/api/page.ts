import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders } from './security/headers.ts';

/** A file of the built page, as it is answered. */
type PageFile = {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Addresses of the page; what they show it finds out itself. */
const PAGES = ['/', '/runs', '/runs/*', '/dags', '/dags/*', '/servers', '/audit'];
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * The page as routes that need no token, since nothing in its files is anybody's data. All of it is read once: no request ever becomes the path of a
 * file. Without a built page there are no routes.
 */
export async function addPage(app: FastifyInstance, folder: string, isTls: boolean): Promise<void> {
  const [index] = await readFiles(folder, ['index.html']).catch(() => []);
  if (index === undefined) return;
  const headers = pageHeaders(isTls);
  const names = await readdir(join(folder, 'assets'));
  const files = await readFiles(join(folder, 'assets'), names);
  const assets = new Map(names.map((name, at) => [name, files[at]]));
  const config = { access: 'public' } as const;
  for (const url of PAGES)
    app.get(url, { config, schema: { hide: true } }, async (request, reply) =>
      answer(request, reply.headers({ ...headers, 'cache-control': 'no-cache' }), index),
    );
  app.get('/assets/:name', { config, schema: { hide: true } }, async (request, reply) => {
    const file = assets.get((request.params as { readonly name: string }).name);
    if (file === undefined) return reply.callNotFound();
    return answer(request, reply.headers({ ...headers, 'cache-control': FOREVER }), file);
  });
}

function answer({ headers }: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  void reply.headers({ etag: file.etag, vary: 'accept-encoding' });
  if (headers['if-none-match'] === file.etag) return reply.code(304).send();
  const isGzipped = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  if (isGzipped) void reply.header('content-encoding', 'gzip');
  return reply.type(file.type).send(isGzipped ? file.gzipped : file.plain);
}

function readFiles(folder: string, names: readonly string[]): Promise<PageFile[]> {
  return Promise.all(
    names.map(async (name) => {
      const plain = await readFile(join(folder, name));
      const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
      const type = TYPES[extname(name)] ?? 'application/octet-stream';
      return { type, etag, plain, gzipped: await promisify(gzip)(plain, { level: 9 }) };
    }),
  );
}
