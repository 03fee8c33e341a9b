import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashDag, loadDefinitions } from '../../src/cli/definition-files.ts';
import { formatDiagnostic } from '../../src/definition/diagnostic.ts';
import type { DagName } from '../../src/model/ids.ts';
import { dagOf } from '../support/story.ts';

let folder: string;
const BEFORE = process.cwd();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dagtop-files-'));
  process.chdir(folder);
  await mkdir('dags');
});

afterEach(async () => {
  process.chdir(BEFORE);
  await rm(folder, { recursive: true });
});

/** Good as YAML and as JSON. */
const one = (name: string): string => JSON.stringify({ name, nodes: { A: { command: 'true' } } });

async function problems(...paths: string[]): Promise<string[]> {
  return (await loadDefinitions(paths)).diagnostics.map(formatDiagnostic);
}

describe('definition files', () => {
  it('are those of a folder, in the order of their names, without hidden and other files', async () => {
    for (const file of ['b.yaml', 'a.yml', 'c.json', '.hidden.yaml', 'notes.txt', 'a.yaml~'])
      await writeFile(`dags/${file}`, one(file.replace(/\W/g, '-')));
    const { dags, files } = await loadDefinitions(['dags']);
    expect([...dags.keys()]).toEqual(['a-yml', 'b-yaml', 'c-json']);
    expect(files).toBe(3);
  });

  it('are read once, however often they are named', async () => {
    await writeFile('dags/a.yaml', one('a'));
    expect(await problems('dags', 'dags/a.yaml')).toEqual([]);
  });

  it('know a placement by its name, and by the servers at its top', async () => {
    await writeFile('dags/nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"]}]\n');
    await writeFile('fleet.yaml', '# ours\nservers: [{host: srv-2, nodes: ["*"]}]\n');
    const hosts = async (path: string) =>
      (await loadDefinitions([path])).placement?.placement.servers.map(({ host }) => host);
    expect(await hosts('dags')).toEqual(['srv-1']);
    expect(await hosts('fleet.yaml')).toEqual(['srv-2']);
    expect(await problems('dags', 'fleet.yaml')).toEqual([
      expect.stringMatching(/^fleet\.yaml:2:1: a second placement file; dags\/nodes\.yaml is one already/),
    ]);
  });

  it('must not name one dag twice; the first is taken', async () => {
    await writeFile('dags/a.yaml', one('same'));
    await writeFile('dags/b.yaml', one('same'));
    const { dags, diagnostics } = await loadDefinitions(['dags']);
    expect(dags.get('same' as DagName)?.file).toBe('dags/a.yaml');
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      expect.stringContaining("a second dag 'same'; dags/a.yaml has it already"),
    ]);
  });

  it('that are broken are told all at once, and the others are still good', async () => {
    await writeFile('dags/a.yaml', 'nodes: {A: {comand: "true"}}');
    await writeFile('dags/b.yaml', 'nodes: {A: {depends: A}}');
    await writeFile('dags/c.yaml', one('c'));
    const { dags, broken, diagnostics } = await loadDefinitions(['dags']);
    expect([...dags.keys()]).toEqual(['c']);
    expect([...broken]).toEqual(['dags/a.yaml', 'dags/b.yaml']);
    expect(new Set(diagnostics.map(({ file }) => file))).toEqual(new Set(['dags/a.yaml', 'dags/b.yaml']));
  });

  it('of gigabytes are refused without being read', async () => {
    await writeFile('dags/a.yaml', '');
    await truncate('dags/a.yaml', 8 * 1024 ** 3);
    expect(await problems('dags')).toEqual([expect.stringMatching(/a\.yaml:1:1: the file is larger than/)]);
  });

  it('that are not there are an error of their own', async () => {
    await expect(loadDefinitions(['nowhere'])).rejects.toMatchObject({
      code: 'no_such_file',
      message: "there is no file or folder 'nowhere'",
    });
  });

  it('named like a folder are told, not a crash', async () => {
    await mkdir('dags/a.yaml');
    expect(await problems('dags')).toEqual([expect.stringMatching(/a\.yaml:1:1: it cannot be read/)]);
  });
});

describe('the version of a dag', () => {
  it('is the same for the same dag, in whatever order it is written', async () => {
    await writeFile('dags/a.yaml', 'name: same\nnodes: {A: {command: "true", env: {X: "1", Y: "2"}}}');
    await writeFile(
      'a.json',
      '{"nodes": {"A": {"env": {"Y": "2", "X": "1"}, "command": "true"}}, "name": "same"}',
    );
    const hash = async (path: string) => (await loadDefinitions([path])).dags.get('same' as DagName)?.hash;
    expect(await hash('a.json')).toBe(await hash('dags/a.yaml'));
  });

  it('differs when anything of it does', () => {
    const dag = dagOf('x', { A: [], B: ['A'] });
    const hashes = [
      dag,
      dagOf('x', { A: [], B: [] }),
      { ...dag, env: { A: '1' } },
      { ...dag, description: '' },
    ];
    expect(new Set(hashes.map(hashDag)).size).toBe(4);
  });
});
