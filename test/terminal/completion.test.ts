import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pty } from '../support/pty.ts';

const main = join(import.meta.dirname, '../../dist/main.js');

/** A name with all that shells take for something else. */
const HOSTILE = `h it's "q" $(touch pwned) \`touch pwned\` $HOME a!b ;touch pwned; #&|<>*?[x]{a,b} \\n ~ ü 日本`;

/** How each is started without anybody's own files, and made to complete. */
const SHELLS = [
  ['bash', `bash --norc --noprofile -i`, `PS1='ready> '; source <(dagtop completion bash)`],
  [
    'zsh',
    `zsh -f -i`,
    `PS1='ready> '; autoload -U compinit; compinit -u -D; source <(dagtop completion zsh)`,
  ],
  [
    'fish',
    `fish --no-config -i`,
    `function fish_prompt; echo 'ready> '; end; function fish_right_prompt; end; dagtop completion fish | source`,
  ],
] as const;

let folder: string;

/** A `dagtop` on the path that completes as the real one, and otherwise notes its arguments. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dagtop-completion-'));
  for (const name of ['bin', 'dags', 'home']) await mkdir(join(folder, name));
  const real = `'${process.execPath}' '${main}'`;
  const noting = `printf '%s\\0' "$@" > '${folder}/args.part' && mv '${folder}/args.part' '${folder}/args'`;
  const lines = [
    '#!/bin/sh',
    'case "$1" in',
    `completion|__complete) exec ${real} "$@" ;;`,
    `*) ${noting} ;;`,
    'esac',
    '',
  ];
  await writeFile(join(folder, 'bin/dagtop'), lines.join('\n'));
  await chmod(join(folder, 'bin/dagtop'), 0o755);
  const dag = { name: HOSTILE, params: { day: 'x' }, nodes: { 'a b': { command: ['true'] } } };
  await writeFile(join(folder, 'dags/hostile.json'), JSON.stringify(dag));
  await writeFile(join(folder, 'nodes.yaml'), 'servers: [{host: srv-1, nodes: ["*"]}]\n');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

function env(): NodeJS.ProcessEnv {
  const home = join(folder, 'home');
  return {
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    LANG: 'C.UTF-8',
    DAGTOP_BROKER: `embedded:${join(folder, 'none')}`,
  };
}

/** What the shell calls `dagtop` with when somebody types that. */
async function argumentsOf(pty: Pty, typed: string): Promise<string[]> {
  const file = join(folder, 'args');
  await rm(file, { force: true });
  pty.type(typed);
  // A completion takes its time, and what is typed meanwhile is taken afterwards.
  await pty.until(`a shell that ran: ${typed}`, () => {
    if (!existsSync(file)) pty.type('\r');
    return existsSync(file);
  });
  return (await readFile(file, 'utf8')).split('\0').slice(0, -1);
}

describe.each(SHELLS)('%s', (shell, command, setUp) => {
  const isThere = spawnSync(shell, ['--version']).status === 0;

  it.skipIf(!isThere)(
    `completes for real, and takes every name as it is (skipped without ${shell})`,
    async () => {
      const pty = new Pty(command, { columns: 200, rows: 30 }, { cwd: folder, env: env() });
      try {
        pty.type(`${setUp}\r`);
        await pty.until('the prompt', (text) => text.includes('\nready>'));
        expect(await argumentsOf(pty, 'dagtop uncor\tsr\t')).toEqual(['uncordon', 'srv-1']);
        expect(await argumentsOf(pty, 'dagtop up --theme col\t')).toEqual(['up', '--theme', 'colour-blind']);
        expect(await argumentsOf(pty, 'dagtop run h\t')).toEqual(['run', HOSTILE]);
        expect(await argumentsOf(pty, 'dagtop validate dags/hos\t')).toEqual([
          'validate',
          'dags/hostile.json',
        ]);
        expect((await readdir(folder)).toSorted()).toEqual(['args', 'bin', 'dags', 'home', 'nodes.yaml']);
      } finally {
        pty.close();
      }
    },
  );

  it.skipIf(!isThere)('its script is good, and says where it goes', async () => {
    const script = spawnSync(process.execPath, [main, 'completion', shell], { encoding: 'utf8' });
    expect(script).toMatchObject({ status: 0, stderr: '' });
    expect(script.stdout).toContain(`dagtop completion ${shell}`);
    const file = join(folder, 'script');
    await writeFile(file, script.stdout);
    expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('what the scripts ask', () => {
  const ask = (...words: string[]) =>
    spawnSync(process.execPath, [main, '__complete', ...words], {
      cwd: folder,
      env: env(),
      encoding: 'utf8',
      timeout: 50_000,
    });

  it('is answered from the files where no broker is, and no folder is made for it', async () => {
    expect(ask('zsh', '--', 'run', '').stdout).toBe(`\n${HOSTILE}\ta DAG\n`);
    expect(ask('zsh', '--', 'run', HOSTILE, '-p', '').stdout).toBe('nospace\nday=\telse x\n');
    expect(ask('zsh', '--', 'logs', HOSTILE, '').stdout).toBe('\na b\ta node\n');
    expect(await readdir(folder)).not.toContain('none');
  });

  it('is answered where the broker is silent, and ends', () => {
    // An address of a net for documentation: nobody answers, and nobody refuses.
    const { status, stdout, stderr } = ask('zsh', '--', '--broker', 'nats://192.0.2.1:4222', 'cordon', '');
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '\nsrv-1\ta server\n', stderr: '' });
  });

  it.each([
    [['--broker', 'nonsense', 'cordon', ''], '\nsrv-1\ta server\n'],
    [['--namespace', '../..', 'cordon', ''], '\nsrv-1\ta server\n'],
    [['nothing', '--like', 'this', ''], '\n'],
  ])('is answered in silence: %j', (words, stdout) => {
    expect(ask('fish', '--', ...words)).toMatchObject({ status: 0, stdout, stderr: '' });
  });

  it('offers nothing that is not what it seems', async () => {
    await writeFile(join(folder, 'nodes.yaml'), 'servers:\n  - {host: "a\\u202Eb", nodes: [x]}\n');
    expect(ask('bash', '--', 'cordon', '').stdout).toBe('\n');
  });
});
