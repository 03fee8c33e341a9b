import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatDiagnostic } from '../../src/definition/diagnostic.ts';
import { parseSettings } from '../../src/definition/settings-file.ts';
import { maskUrl, readSettings } from '../../src/cli/settings.ts';

const BEFORE = process.cwd();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dagtop-settings-'));
  process.chdir(folder);
  for (const name of ['DAGTOP_BROKER', 'DAGTOP_NAMESPACE', 'DAGTOP_DATA', 'DAGTOP_HISTORY'])
    vi.stubEnv(name, undefined);
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

describe('the history', () => {
  it('stands beside the data, unless file, environment or command line say else; off is none', async () => {
    expect((await readSettings({})).history).toEqual({ url: 'sqlite:.dagtop/history.db', retention: {} });
    await writeFile('dagtop.yaml', 'data: /srv\nhistory: {keep: 90d, keep_runs: 1000}\n');
    const retention = { keepMs: 90 * 86_400_000, keepRuns: 1_000 };
    expect((await readSettings({})).history).toEqual({ url: 'sqlite:/srv/history.db', retention });
    await writeFile('dagtop.yaml', 'history: postgres://dagtop@db/runs\n');
    expect((await readSettings({})).history.url).toBe('postgres://dagtop@db/runs');
    vi.stubEnv('DAGTOP_HISTORY', 'off');
    expect((await readSettings({})).history.url).toBeUndefined();
    expect((await readSettings({ history: 'sqlite:x.db' })).history.url).toBe('sqlite:x.db');
    vi.stubEnv('DAGTOP_HISTORY', undefined);
    await writeFile('dagtop.yaml', 'history: off\n');
    expect((await readSettings({})).history.url).toBeUndefined();
  });

  it.each([
    ['history: mysql://db/runs', /dagtop\.yaml:1:10: .*no URL of a history.*sqlite:FILE/s],
    ['history: {keep: soon}', /dagtop\.yaml:1:17: keep of history: expected a duration/],
    ['history: {keep_runs: 0}', /dagtop\.yaml:1:22: keep_runs of history: expected a whole number from 1/],
    ['history: {keeps: 9d}', /dagtop\.yaml:1:11: unknown key "keeps" in history.*keep/s],
  ])('refuses %s with its place', async (text, problem) => {
    await writeFile('dagtop.yaml', `${text}\n`);
    await expect(readSettings({})).rejects.toThrow(problem);
  });
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

describe('who is told of runs', () => {
  const read = (text: string) => parseSettings({ file: 'dagtop.yaml', text });
  const problems = (text: string): string[] => read(text).diagnostics.map(formatDiagnostic);

  it('stands in dagtop.yaml, with the collector of traces and the address of the page', () => {
    const text = `
telemetry: {otlp: http://collector:4318}
public_url: https://dags.example.com
notify:
  - url: https://hooks.example.com/dags?x=1
    on: failed
    dags: [night, day]
    secret_file: /etc/dagtop/secret
    ca_file: ca.pem
    allow_private: true
  - {url: "http://localhost:9000/hook", secret_file: secret}
`;
    expect(read(text)).toEqual({
      diagnostics: [],
      settings: {
        otlp: 'http://collector:4318',
        publicUrl: 'https://dags.example.com',
        notify: [
          {
            url: 'https://hooks.example.com/dags?x=1',
            on: ['failed'],
            dags: ['night', 'day'],
            secretFile: '/etc/dagtop/secret',
            caFile: 'ca.pem',
            allowsPrivate: true,
          },
          {
            url: 'http://localhost:9000/hook',
            on: ['failed', 'recovered'],
            dags: undefined,
            secretFile: 'secret',
            caFile: undefined,
            allowsPrivate: false,
          },
        ],
      },
    });
  });

  it('is checked, all of it at once, with the place of each mistake and what to do', () => {
    const text = `notify:
  - {url: http://hooks.example.com, secret_file: s}
  - {url: https://ann:pw@hooks.example.com, secret_file: s}
  - {url: https://a.example.com, on: [failled]}
  - {ur: https://b.example.com, secret_file: s, allow_private: maybe}
  - {url: nonsense, secret_file: s, on: []}
  - {url: https://c.example.com, secret_file: s}
  - {url: https://c.example.com/, secret_file: s}
telemetry: {otlp: collector:4318}
public_url: [x]
`;
    expect(problems(text)).toMatchInlineSnapshot(`
      [
        "dagtop.yaml:2:11: url of target 1 of notify is "http:" to another machine; write https://: messages tell what your commands print",
        "dagtop.yaml:3:11: url of target 2 of notify holds a login; messages are signed with secret_file instead",
        "dagtop.yaml:4:5: target 3 of notify has no secret_file; messages are signed: openssl rand -base64 32 > FILE, and name the file",
        "dagtop.yaml:4:39: on of target 3 of notify names "failled"; did you mean "failed"?",
        "dagtop.yaml:5:5: target 4 of notify has no url; name where the messages go",
        "dagtop.yaml:5:6: unknown key "ur" in target 4 of notify; did you mean "url"?",
        "dagtop.yaml:5:64: allow_private of target 4 of notify: expected true or false, got "maybe"",
        "dagtop.yaml:6:11: url of target 5 of notify is no URL; write https://HOST/PATH",
        "dagtop.yaml:6:37: on of target 5 of notify is empty; remove it to hear of both",
        "dagtop.yaml:8:5: target 7 of notify has the url of one before; make them one",
        "dagtop.yaml:9:19: otlp of telemetry is no URL; write http://HOST:PORT or https://HOST",
        "dagtop.yaml:10:13: public_url: expected a URL, got a list",
      ]
    `);
  });

  it('is a list', () => {
    expect(problems('notify: https://x\n')).toMatchInlineSnapshot(`
      [
        "dagtop.yaml:1:9: notify: expected a list of targets, got "https://x"; such as [{url: https://…, secret_file: FILE}]",
      ]
    `);
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
