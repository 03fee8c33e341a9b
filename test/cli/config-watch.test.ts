import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configPath } from '../../src/cli/config.ts';
import { ConfigWatch } from '../../src/cli/config-watch.ts';
import { colorDepth } from '../../src/cli/monitor-settings.ts';
import { commandOf } from '../../src/tui/bound-keys.ts';

let folder: string;
let file: string;
let watch: ConfigWatch | undefined;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dagtop-config-'));
  file = join(folder, 'dagtop', 'config.yaml');
  told = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await watch?.stop();
  await rm(folder, { recursive: true });
});

async function open(flags: ConstructorParameters<typeof ConfigWatch>[1] = {}): Promise<ConfigWatch> {
  watch = new ConfigWatch(file, flags, (level, text) => told.push(`${level}: ${text}`));
  await watch.start();
  return watch;
}

async function save(text: string): Promise<void> {
  await mkdir(join(folder, 'dagtop'), { recursive: true });
  await writeFile(file, text);
}

function hears(line: string): Promise<void> {
  return vi.waitFor(() => expect(told).toContain(line), { timeout: 20_000 });
}

const keyOf = ({ current }: ConfigWatch, key: string) => commandOf(current.keymap, key, 'list');

describe('a config that is saved while the screen stands', () => {
  it('is in force at once', async () => {
    await save('keys: {trigger: S}\n');
    const settings = await open();
    let changes = 0;
    settings.onChange(() => (changes += 1));
    expect(keyOf(settings, 'S')).toBe('trigger');
    await save('theme: light\nkeys: {trigger: ctrl-t}\n');
    await vi.waitFor(() => expect(settings.current.theme).toBe('light'), { timeout: 20_000 });
    expect([keyOf(settings, 'S'), keyOf(settings, 'ctrl-t')]).toEqual([undefined, 'trigger']);
    expect(changes).toBe(1);
    await hears('info: config.yaml is in force');
  });

  it('by renaming another file over it, as editors do', async () => {
    await save('theme: light\n');
    const settings = await open();
    for (const theme of ['high-contrast', 'colour-blind', 'dark']) {
      await writeFile(join(folder, 'dagtop', '.config.yaml.swp'), `theme: ${theme}\n`);
      await rename(join(folder, 'dagtop', '.config.yaml.swp'), file);
      await vi.waitFor(() => expect(settings.current.theme).toBe(theme), { timeout: 20_000 });
    }
  });

  it('for the first time, folder and all', async () => {
    const settings = await open();
    expect(told).toEqual([]);
    await save('ascii: true\n');
    await vi.waitFor(() => expect(settings.current.ascii).toBe(true), { timeout: 20_000 });
    await rm(file);
    await vi.waitFor(() => expect(settings.current.ascii).toBe(false), { timeout: 20_000 });
  });

  it('where the link leads, for those who keep their files elsewhere', async () => {
    await mkdir(join(folder, 'dagtop'));
    await writeFile(join(folder, 'mine.yaml'), 'theme: light\n');
    await symlink(join(folder, 'mine.yaml'), file);
    const settings = await open();
    await writeFile(join(folder, 'mine.yaml'), 'theme: high-contrast\n');
    await vi.waitFor(() => expect(settings.current.theme).toBe('high-contrast'), { timeout: 20_000 });
  });

  it('with mistakes is told in full, and the last good one stays in force until they are mended', async () => {
    await save('keys: {trigger: S}\n');
    const settings = await open();
    await save('keys: {trigger: x}\ntheme: drak\n');
    await hears(
      'error: 2 problems, the first: config.yaml:1:8: the key x is both trigger and cancel (list); ' +
        'bind cancel to another key too, or to null (the last good ones stay in force)',
    );
    expect(told).toContain('error: config.yaml:2:8: there is no theme "drak"; did you mean "dark"?');
    expect(keyOf(settings, 'S')).toBe('trigger');
    expect(keyOf(settings, 'x')).toBe('cancel');
    await save('keys: {trigger: S}\n');
    await hears('info: config.yaml is in force');
  });
});

describe('at the start', () => {
  it('a config with a mistake leaves the defaults, and is told', async () => {
    await save('theme: drak\n');
    const { current } = await open();
    expect(current.theme).toBe('dark');
    expect(told).toEqual([
      'error: config.yaml:1:8: there is no theme "drak"; did you mean "dark"? (the defaults are in force)',
    ]);
  });

  it('the command line outranks it', async () => {
    await save('theme: light\nascii: false\nread_only: true\n');
    const { current } = await open({ theme: 'high-contrast', ascii: true });
    expect(current).toMatchObject({ theme: 'high-contrast', ascii: true, readOnly: true });
  });

  it('a theme that there is not is refused before the screen opens', () => {
    expect(() => new ConfigWatch(file, { theme: 'lihgt' }, () => undefined)).toThrow(
      expect.objectContaining({ code: 'bad_usage', hint: 'did you mean "light"?' }),
    );
  });
});

it('it is where the XDG says', () => {
  vi.stubEnv('XDG_CONFIG_HOME', '/etc/xdg');
  expect(configPath()).toBe('/etc/xdg/dagtop/config.yaml');
  vi.stubEnv('HOME', '/home/ada');
  for (const folderName of ['', 'relative']) {
    vi.stubEnv('XDG_CONFIG_HOME', folderName);
    expect(configPath()).toBe('/home/ada/.config/dagtop/config.yaml');
  }
});

it.each([
  [{ NO_COLOR: '1', COLORTERM: 'truecolor' }, 'none'],
  [{ NO_COLOR: '', COLORTERM: 'truecolor' }, 'true'],
  [{ COLORTERM: '24bit' }, 'true'],
  [{ TERM: 'screen-256color' }, '256'],
  [{ TERM: 'linux' }, '16'],
  [{}, '16'],
])('%j: colours %s', (env, depth) => {
  expect(colorDepth(env)).toBe(depth);
});
