import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Two authorities and certificates of theirs, as PEM files in a temporary folder. */
export type Certificates = {
  /** The path of `<name>.crt` or `<name>.key`: `ca`, `other-ca`, `server`, `address` (of 127.0.0.1 and no name), `expired`, `elsewhere`, `client`. */
  path(file: string): string;
  remove(): void;
};

/** Made by the `openssl` that every Debian has. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'dagtop-tls-'));
  const path = (file: string): string => join(folder, file);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['ca', 'other-ca'])
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
    );
  const sign = (name: string, host: string, days: readonly string[]): void => {
    writeFileSync(path(`${name}.ext`), `subjectAltName=${host}\n`);
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...authority,
      '-out',
      `${name}.crt`,
      '-extfile',
      `${name}.ext`,
      ...days,
    );
  };
  sign('server', 'IP:127.0.0.1,DNS:localhost', ['-days', '2']);
  sign('address', 'IP:127.0.0.1', ['-days', '2']);
  sign('elsewhere', 'DNS:elsewhere.example', ['-days', '2']);
  sign('client', 'DNS:client', ['-days', '2']);
  // A day that ended yesterday.
  sign('expired', 'IP:127.0.0.1,DNS:localhost', ['-days', '-1']);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
