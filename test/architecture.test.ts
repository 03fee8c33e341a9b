import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { violationsIn } from './support/architecture.ts';

/** A tree of sources in a temporary folder, gone after the test. */
async function plant(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'dagtop-architecture-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  return root;
}

describe('the architecture', () => {
  it('holds: who imports whom, what is pure, sizes, names, no cycles', () => {
    expect(violationsIn(join(import.meta.dirname, '..'))).toEqual([]);
  });

  it.each([
    [
      'an import against the table',
      'src/engine/a.ts',
      "\nimport { b } from '../broker/port/b.ts';",
      'src/engine/a.ts:2: engine imports broker/port',
    ],
    [
      'an adapter known elsewhere',
      'src/agent/a.ts',
      "import { b } from '../broker/nats/b.ts';",
      'src/agent/a.ts:1: agent imports broker/nats',
    ],
    [
      'a lazy import against the table',
      'src/view/a.ts',
      "const b = import('../tui/b.ts');",
      'src/view/a.ts:1: view imports tui',
    ],
    [
      'a client out of its adapter',
      'src/scheduler/a.ts',
      "import { connect } from '@nats-io/transport-node';",
      'src/scheduler/a.ts:1: @nats-io/transport-node is not for scheduler',
    ],
    [
      'React in an agent',
      'src/agent/a.ts',
      "import { useState } from 'react';",
      'src/agent/a.ts:1: react is not for agent',
    ],
    [
      'a package that nobody listed',
      'src/cli/a.ts',
      "import { x } from 'left-pad';",
      'src/cli/a.ts:1: left-pad is in no list of packages',
    ],
    [
      'Node in a pure folder',
      'src/graph/a.ts',
      "import { join } from 'node:path';",
      'src/graph/a.ts:1: graph is pure and imports node:path',
    ],
    [
      'a clock in a pure folder',
      'src/engine/a.ts',
      'const now = Date.now();',
      'src/engine/a.ts:1: a clock or chance in engine',
    ],
    [
      'chance in the scheduler',
      'src/scheduler/a.ts',
      'const x = Math.random();',
      'src/scheduler/a.ts:1: a clock or chance in scheduler',
    ],
    [
      'a timer in a pure folder',
      'src/view/a.ts',
      '\n\nsetTimeout(work, 5);',
      'src/view/a.ts:3: an effect in view, which is pure',
    ],
    ['a default export', 'src/model/a.ts', 'export default 5;', 'src/model/a.ts:1: a default export'],
    ['an enum', 'src/model/a.ts', 'export enum Colour { Red }', 'src/model/a.ts:1: an enum'],
    [
      'a name in camel case',
      'src/model/someThing.ts',
      'export {};',
      'src/model/someThing.ts:1: the name is not kebab-case',
    ],
    ['a file of 301 lines', 'src/cli/a.ts', '//\n'.repeat(301), 'src/cli/a.ts:300: the file has 301 lines'],
  ])('reports %s', async (_what, file, text, report) => {
    const root = await plant({ [file]: text, 'src/model/small.ts': '', 'src/model/smaller.ts': '' });
    expect(violationsIn(root)).toEqual([report]);
  });

  it('reports a cycle once, with its way', async () => {
    const root = await plant({
      'src/model/a.ts': "import { b } from './b.ts';",
      'src/model/b.ts': "import type { C } from './c.ts';",
      'src/model/c.ts': "export { a } from './a.ts';",
    });
    expect(violationsIn(root)).toEqual([
      'src/model/a.ts:1: an import cycle: src/model/a.ts → src/model/b.ts → src/model/c.ts → src/model/a.ts',
    ]);
  });

  it('is not misled by comments and texts', async () => {
    const text =
      "/** Date.now() is banned. */\n// setTimeout(x)\nexport const hint = 'not Date.now() but process.exit';";
    expect(violationsIn(await plant({ 'src/engine/a.ts': text }))).toEqual([]);
  });
});
