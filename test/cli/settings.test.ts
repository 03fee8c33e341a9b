import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { maskUrl, readSettings } from '../../src/cli/settings.ts';

const BEFORE = process.cwd();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dagtop-settings-'));
  process.chdir(folder);
  for (const name of ['DAGTOP_BROKER', 'DAGTOP_NAMESPACE', 'DAGTOP_DATA']) vi.stubEnv(name, undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  process.chdir(BEFORE);
  await rm(folder, { recursive: true });
});

describe('the broker is chosen', () => {
  it('by the default, where nothing is said', async () => {
    expect(await readSettings({})).toMatchObject({
      brokerUrl: 'embedded:./.dagtop',
      chosenBy: 'the default',
    });
  });

  it('by dagtop.yaml, which the environment outranks, which the command line outranks', async () => {
    await writeFile('dagtop.yaml', 'broker: nats://file:4222\n');
    expect(await readSettings({})).toMatchObject({ brokerUrl: 'nats://file:4222', chosenBy: 'dagtop.yaml' });
    vi.stubEnv('DAGTOP_BROKER', 'nats://environment:4222');
    expect(await readSettings({})).toMatchObject({
      brokerUrl: 'nats://environment:4222',
      chosenBy: 'DAGTOP_BROKER',
    });
    expect(await readSettings({ broker: 'nats://flag:4222' })).toMatchObject({
      brokerUrl: 'nats://flag:4222',
      chosenBy: '--broker',
    });
  });

  it('without an environment variable that is set to nothing', async () => {
    vi.stubEnv('DAGTOP_BROKER', '');
    expect(await readSettings({})).toMatchObject({ chosenBy: 'the default' });
  });
});

describe('namespace and data folder', () => {
  it('come from the file, the environment or the command line, in that order', async () => {
    await writeFile('dagtop.yaml', 'namespace: file\ndata: /var/lib/dagtop\n');
    expect(await readSettings({})).toMatchObject({ namespace: 'file', dataFolder: '/var/lib/dagtop' });
    vi.stubEnv('DAGTOP_NAMESPACE', 'environment');
    vi.stubEnv('DAGTOP_DATA', '/srv/dagtop');
    expect(await readSettings({})).toMatchObject({ namespace: 'environment', dataFolder: '/srv/dagtop' });
    expect(await readSettings({ namespace: 'flag' })).toMatchObject({ namespace: 'flag' });
  });

  it.each(['', 'Upper', '9lives', 'a.b', 'a b', '>', 'x'.repeat(33)])(
    'refuse the namespace %j, which would break the names on the wire',
    async (namespace) => {
      await expect(readSettings({ namespace })).rejects.toMatchObject({ code: 'bad_settings' });
    },
  );
});

describe('a dagtop.yaml that is wrong', () => {
  it('is told with its place and what was meant', async () => {
    await writeFile('dagtop.yaml', 'namespace: dag\nbrokr: nats://x\n');
    await expect(readSettings({})).rejects.toThrow(/^dagtop\.yaml:2:1: .*brokr.*broker/s);
  });

  it('is told when it cannot be read', async () => {
    const { mkdir } = await import('node:fs/promises');
    await mkdir('dagtop.yaml');
    await expect(readSettings({})).rejects.toThrow(/cannot read dagtop\.yaml/);
  });
});

describe('a URL on the screen', () => {
  it.each([
    ['nats://broker:4222', 'nats://broker:4222'],
    ['nats://ann:secret@broker:4222', 'nats://***@broker:4222'],
    ['nats://a:1@x:1,nats://b:2@y:2', 'nats://***@x:1,nats://***@y:2'],
    ['nats://token@x', 'nats://***@x'],
    ['nats://x?token=secret&tls=1', 'nats://x?token=***&tls=1'],
    ['embedded:./.dagtop', 'embedded:./.dagtop'],
  ])('%s is shown as %s', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });
});
