import { chownSync, copyFileSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POSTGRES } from '../../../scripts/servers/postgres.ts';
import { openHistory } from '../../../src/history/open.ts';
import { makeCertificates } from '../../support/certificates.ts';
import type { Certificates } from '../../support/certificates.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

const PASSWORD = 'dagtop';
const WRONG = 'Wr0ng-Secret';

describe.skipIf(!isAtHand(POSTGRES))('TLS to PostgreSQL', () => {
  let certificates: Certificates;
  let server: RealServer;
  beforeAll(async () => {
    certificates = makeCertificates();
    const folder = mkdtempSync(join(tmpdir(), 'dagtop-postgres-'));
    server = await startServer(POSTGRES, {
      folder,
      config: `include_if_exists = '${join(folder, 'tls/tls.conf')}'`,
    });
    writeFileSync(certificates.path('password'), `${PASSWORD}\n`);
    writeFileSync(certificates.path('wrong-password'), `${WRONG}\n`);
  });
  afterAll(async () => {
    await server.stop();
    certificates.remove();
  });

  /** The server with that certificate takes no connection without TLS; `asks`: and wants one of the client. */
  function secure(name: string, asks = false): Promise<void> {
    return server.exchange(() => {
      const folder = join(server.folder, 'tls');
      // Whom the data belongs to is who reads the key.
      const { uid, gid } = statSync(join(server.folder, 'data'));
      mkdirSync(folder, { recursive: true });
      for (const [from, to] of [
        [`${name}.crt`, 'server.crt'],
        [`${name}.key`, 'server.key'],
        ['ca.crt', 'ca.crt'],
      ] as const) {
        copyFileSync(certificates.path(from), join(folder, to));
        chownSync(join(folder, to), uid, gid);
      }
      const demand = asks ? ' clientcert=verify-ca' : '';
      writeFileSync(join(folder, 'hba.conf'), `hostssl all all 127.0.0.1/32 scram-sha-256${demand}\n`);
      const lines = [
        'ssl = on',
        `ssl_cert_file = '${folder}/server.crt'`,
        `ssl_key_file = '${folder}/server.key'`,
        `ssl_ca_file = '${folder}/ca.crt'`,
        `hba_file = '${folder}/hba.conf'`,
      ];
      writeFileSync(join(folder, 'tls.conf'), `${lines.join('\n')}\n`);
      return Promise.resolve();
    });
  }

  type Options = Readonly<Record<string, string>>;

  /** Opens the history; `files` of the URL are named as `Certificates` names them. */
  async function open(files: Options, login = `dagtop:${PASSWORD}`, mode = 'verify-full'): Promise<void> {
    const query = new URLSearchParams({ sslmode: mode });
    for (const [name, file] of Object.entries(files)) query.set(name, certificates.path(file));
    const url = `postgres://${login}@127.0.0.1:${server.port}/postgres?${query.toString()}`;
    const history = await openHistory(url);
    expect((await history.runs({ limit: 1 })).items).toEqual([]);
    await history.close();
  }

  /** What went wrong, all that it says with its causes, in which no password is. */
  async function refusal(...asked: Parameters<typeof open>): Promise<Error> {
    const error: unknown = await open(...asked).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) throw new Error('it was let in');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(
      new RegExp(`${WRONG}|:${PASSWORD}@|password: '`),
    );
    return error;
  }

  it.each(['server', 'address'])(
    'works with the CA of the server, whose certificate is for: %s',
    async (name) => {
      const warnings: string[] = [];
      const onWarning = ({ message }: Error): unknown => warnings.push(message);
      process.on('warning', onWarning);
      await secure(name);
      await open({ ca: 'ca.crt' });
      await open({ ca: 'ca.crt', 'password-file': 'password' }, 'dagtop', 'require');
      process.off('warning', onWarning);
      expect(warnings).toEqual([]);
    },
  );

  it('works with a certificate of its own where the server asks for one, and only then', async () => {
    await secure('server', true);
    await open({ ca: 'ca.crt', cert: 'client.crt', key: 'client.key' });
    expect(await refusal({ ca: 'ca.crt' })).toMatchObject({
      code: 'history_refused',
      message: expect.stringContaining('client certificate') as string,
    });
    // A key that is not the certificate's.
    expect(await refusal({ ca: 'ca.crt', cert: 'client.crt', key: 'server.key' })).toMatchObject({
      code: 'history_refused',
      message: expect.stringContaining('TLS failed: a file of the URL is no good') as string,
    });
  });

  it.each([
    ['another CA', 'server', { ca: 'other-ca.crt' }, 'is signed by nobody who is trusted here'],
    ['no CA', 'server', {}, 'is signed by nobody who is trusted here'],
    ['an expired certificate', 'expired', { ca: 'ca.crt' }, 'has expired'],
    ['a certificate for another host', 'elsewhere', { ca: 'ca.crt' }, 'is for another host'],
  ] as const)('is refused with one clear error: %s', async (_, name, files, told) => {
    await secure(name);
    for (const mode of ['verify-full', 'require'])
      expect(await refusal(files, undefined, mode)).toMatchObject({
        code: 'history_refused',
        message: expect.stringContaining(`TLS failed: its certificate ${told}`) as string,
      });
  });

  it('refuses a wrong password, wherever it comes from, and to go without TLS', async () => {
    await secure('server');
    for (const error of [
      await refusal({ ca: 'ca.crt' }, `dagtop:${WRONG}`),
      await refusal({ ca: 'ca.crt', 'password-file': 'wrong-password' }, 'dagtop'),
    ]) {
      expect(error).toMatchObject({ code: 'history_refused' });
      expect(error.message).toContain('password authentication failed');
    }
    const plain = await refusal({}, undefined, 'disable');
    expect(plain).toMatchObject({ code: 'history_refused' });
    expect(plain.message).toContain('no encryption');
    expect(await refusal({ 'password-file': 'none' }, 'dagtop')).toMatchObject({ code: 'bad_history_url' });
  });

  it('does not go on without TLS where the server has none', async () => {
    const plain = await startServer(POSTGRES);
    try {
      const url = `${plain.url}?sslmode=verify-full&ca=${certificates.path('ca.crt')}`;
      await expect(openHistory(url)).rejects.toMatchObject({
        code: 'history_refused',
        message: expect.stringContaining('TLS failed: it offers no TLS there') as string,
      });
    } finally {
      await plain.stop();
    }
  });
});
