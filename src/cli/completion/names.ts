import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Dag } from '../../model/dag.ts';
import { escapeToken } from '../../model/subject.ts';
import type { State } from '../../model/state.ts';
import { runLook } from '../../view/look.ts';
import { serversKnown } from '../../view/server-rows.ts';
import { loadDefinitions } from '../definition-files.ts';
import { findDagOrRun } from '../lookup.ts';
import { openSession } from '../session.ts';
import { readSettings } from '../settings.ts';
import type { BrokerFlags } from '../settings.ts';
import type { Candidate, Kind, Wanted } from './wanted.ts';

/** How long somebody who pressed Tab waits for a broker. */
const BROKER_WAIT_MS = 1_000;
/** Newest first; whoever looks for an older one types more of it. */
const RUNS_MAX = 200;

/** What the broker in reach and the files in `./dags` have names for. */
type Known = {
  readonly state: State | undefined;
  readonly dags: readonly Dag[];
  readonly servers: readonly string[];
};

/** The names that may stand there; none where nobody answers in time. Never rejects. */
export async function namesFor({ kinds, before, given }: Wanted): Promise<readonly Candidate[]> {
  if (kinds.every((kind) => kind === 'words' || kind === 'files')) return [];
  const [state, files] = await Promise.all([
    quietly(() => stateWithin(flagsOf(given), BROKER_WAIT_MS)),
    quietly(namesInFiles),
  ]);
  const known = { state, dags: files?.dags ?? [], servers: files?.servers ?? [] };
  const target = before[0] ?? given.get('--run') ?? '';
  return kinds.flatMap((kind) => namesOf(kind, known, target));
}

function namesOf(kind: Kind, { state, dags, servers }: Known, target: string): readonly Candidate[] {
  switch (kind) {
    case 'words':
    case 'files':
      return [];
    case 'dag':
      return named([...(state?.dags.keys() ?? []), ...dags.map(({ name }) => name)], 'a DAG');
    case 'run':
      return runsOf(state);
    case 'server':
      return named([...(state === undefined ? [] : serversKnown(state)), ...servers], 'a server');
    case 'node': {
      const all = target === '' ? dagsOf(state, dags) : dagOf(state, dags, target);
      return named(
        all.flatMap(({ nodes }) => nodes.map(({ name }) => name)),
        'a node',
      );
    }
    case 'param':
      return dagOf(state, dags, target).flatMap(({ params }) =>
        Object.entries(params).map(([name, value]) => ({ value: `${name}=`, help: `else ${String(value)}` })),
      );
  }
}

function named(names: readonly string[], help: string): Candidate[] {
  return [...new Set(names)].toSorted().map((value) => ({ value, help }));
}

function runsOf(state: State | undefined): Candidate[] {
  const runs = [...(state?.runs.values() ?? [])].slice(-RUNS_MAX).toReversed();
  return runs.map((run) => ({ value: run.id, help: `${run.dag} ${runLook(run).word}` }));
}

function dagsOf(state: State | undefined, dags: readonly Dag[]): readonly Dag[] {
  const current = [...(state?.dags.values() ?? [])].flatMap(
    (hash) => state?.definitions.get(hash)?.dag ?? [],
  );
  return [...current, ...dags];
}

/** The one that a run or a dag's name means. */
function dagOf(state: State | undefined, dags: readonly Dag[], target: string): readonly Dag[] {
  const local = dags.filter(({ name }) => name === target).slice(0, 1);
  if (state === undefined) return local;
  try {
    const found = findDagOrRun(state, target);
    return ['definition' in found ? found.definition.dag : found.dag];
  } catch {
    return local;
  }
}

function flagsOf(given: Wanted['given']): BrokerFlags {
  const broker = given.get('--broker');
  const namespace = given.get('--namespace');
  return { ...(broker === undefined ? {} : { broker }), ...(namespace === undefined ? {} : { namespace }) };
}

/** The state of a broker that answers in time. What was begun is left to the end of the process, which is near. */
async function stateWithin(flags: BrokerFlags, waitMs: number): Promise<State | undefined> {
  const { brokerUrl, namespace } = await readSettings(flags);
  // To look for names makes no folder.
  const folder = /^embedded:(.*)$/s.exec(brokerUrl)?.[1];
  if (folder !== undefined && !existsSync(join(resolve(folder), escapeToken(namespace)))) return undefined;
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), waitMs);
  try {
    return await Promise.race([openSession(flags).then((session) => session.state), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function namesInFiles(): Promise<Omit<Known, 'state'>> {
  const paths = ['dags', 'nodes.yaml'].filter((path) => existsSync(path));
  const { dags, placement } = await loadDefinitions(paths);
  return {
    dags: [...dags.values()].map(({ dag }) => dag),
    servers: placement?.placement.servers.map(({ host }) => host) ?? [],
  };
}

/** Whoever pressed Tab wants names, not errors. */
async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
