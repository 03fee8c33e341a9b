import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyDefinitions } from '../../src/cli/definition-apply.ts';
import { loadDefinitions } from '../../src/cli/definition-files.ts';
import { DefinitionWatch } from '../../src/cli/definition-watch.ts';
import { openSession, propose } from '../../src/cli/session.ts';
import type { Session } from '../../src/cli/session.ts';
import { mintRunId } from '../../src/cli/system-clock.ts';
import type { DagName } from '../../src/model/ids.ts';
import type { State } from '../../src/model/state.ts';

const TWO = 'nodes:\n  A: {command: "true"}\n  B: {depends: A, command: "true"}\n';
const PLACES = 'servers: [{host: srv-1, nodes: [A, B]}, {host: srv-2, nodes: [C]}]\n';

let folder: string;
let session: Session;
let watch: DefinitionWatch;
let told: string[];

/** The files in force and watched, as `dagtop apply dags nodes.yaml --watch` does it. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dagtop-watch-'));
  await mkdir(join(folder, 'dags'));
  await write('dags/pair.yaml', TWO);
  await write('nodes.yaml', PLACES);
  session = await openSession({ broker: `embedded:${join(folder, 'broker')}` });
  const paths = [join(folder, 'dags'), join(folder, 'nodes.yaml')];
  const loaded = await loadDefinitions(paths);
  await applyDefinitions(session, loaded);
  told = [];
  watch = new DefinitionWatch(session, paths, loaded, (level, text) =>
    told.push(`${level}: ${text.replaceAll(folder, '')}`),
  );
  await watch.start();
});

afterEach(async () => {
  await watch.stop();
  await session.close();
  await rm(folder, { recursive: true });
});

function write(file: string, text: string): Promise<void> {
  return writeFile(join(folder, file), text);
}

function hears(line: string | RegExp): Promise<void> {
  return vi.waitFor(
    () => expect(told).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line)),
    { timeout: 20_000 },
  );
}

function nodesOf(state: State, dag: string): string[] | undefined {
  const hash = state.dags.get(dag as DagName);
  const definition = hash === undefined ? undefined : state.definitions.get(hash);
  return definition?.dag.nodes.map(({ name }) => name);
}

describe('while it runs', () => {
  it('a good change is in force, and told as a difference', async () => {
    await write('dags/pair.yaml', `${TWO}  C: {depends: B, command: "true"}\n`);
    await hears('info: pair: +1 node');
    expect(nodesOf(session.state, 'pair')).toEqual(['A', 'B', 'C']);
    await write('dags/pair.yaml', 'nodes: {A: {command: "false"}, D: {command: "true"}}');
    await hears('info: pair: +1 −2 ~1 nodes');
  });

  it('a node that moves is told with both of its servers', async () => {
    await write('nodes.yaml', 'servers: [{host: srv-1, nodes: [A]}, {host: srv-2, nodes: [B, C]}]\n');
    await hears('info: B: srv-1 → srv-2');
  });

  it('a half-saved file is told with its place, and the last good version stays in force', async () => {
    await write('dags/pair.yaml', 'nodes:\n  A: {command: "true"\n');
    await hears(/^error: \/dags\/pair\.yaml:\d+:\d+: .*\(the last good version stays in force\)$/);
    expect(nodesOf(session.state, 'pair')).toEqual(['A', 'B']);
    await write('dags/pair.yaml', TWO);
    await hears('info: all files are good again');
  });

  it('one broken file does not hold back another', async () => {
    await write('dags/pair.yaml', 'nodes: {A: {depends: A}}');
    await write('dags/new.yaml', 'nodes: {X: {command: "true"}}');
    await hears('info: new: new, 1 node');
    await hears(/^error: .*pair\.yaml/);
  });

  it('a broken placement leaves the nodes where they are', async () => {
    await write('nodes.yaml', 'servers: [{hst: srv-1}]\n');
    await hears(/^error: 2 problems, the first: \/nodes\.yaml:1:11: .*hst.*host|^error: \/nodes\.yaml/);
    expect(session.state.placement.servers.map(({ host }) => host)).toEqual(['srv-1', 'srv-2']);
  });

  it('a file that is replaced as editors do it is one change, not a removal', async () => {
    await write('dags/pair.yaml.tmp', `${TWO}  C: {depends: B, command: "true"}\n`);
    await rename(join(folder, 'dags/pair.yaml.tmp'), join(folder, 'dags/pair.yaml'));
    await hears(/^info: pair: \+1/);
    expect(told.join('\n')).not.toContain('removed');
  });

  it('a file that goes away takes its dag out of force; its runs go on with their version', async () => {
    const hash = session.state.dags.get('pair' as DagName) ?? expect.fail();
    const run = mintRunId(Date.now());
    await propose(session, { type: 'run.triggered', dag: 'pair' as DagName, run, hash, params: {} });
    await rm(join(folder, 'dags/pair.yaml'));
    await hears('info: pair: removed; runs in flight go on');
    expect(nodesOf(session.state, 'pair')).toBeUndefined();
    expect(session.state.runs.get(run)).toMatchObject({ end: undefined });
    expect(session.state.runs.get(run)?.definition.dag.nodes).toHaveLength(2);
  });
});
