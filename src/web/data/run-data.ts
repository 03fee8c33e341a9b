import { ApiError } from '../../client/client.ts';
import type { Client } from '../../client/client.ts';
import type { Definition } from '../../model/state.ts';
import { definitionOf, definitionOfDrawing, mergeRun } from './run-model.ts';
import type { RunModel } from './run-model.ts';
import { useLive, useSession } from './session.ts';

/** A run as it is now: asked for whole once, then for what changed, at most four times a second. */
export function useRunModel(run: string) {
  const { client } = useSession();
  return useLive<RunModel>(`run ${run}`, (signal, before) => loadRun(client, run, before, signal), {
    on: (event) => event.run === run,
  });
}

async function loadRun(
  client: Client,
  run: string,
  before: RunModel | undefined,
  signal: AbortSignal,
): Promise<RunModel> {
  const params = { run };
  const after = before?.detail.position;
  const query = after === undefined ? {} : { after };
  const detail = await client.call('getRun', { params, query }, { signal });
  const definition =
    before?.definition.hash === detail.hash
      ? before.definition
      : await versionOf(client, detail.dag, detail.hash, run, signal);
  const model = mergeRun(definition, before, detail);
  if (model !== undefined) return model;
  // A server that was started anew may tell of changes only, though we know nothing yet.
  const whole = mergeRun(definition, undefined, await client.call('getRun', { params }, { signal }));
  if (whole === undefined) throw new Error('the server tells only a part of the run');
  return whole;
}

/** The version of a dag that a run is pinned to. */
async function versionOf(
  client: Client,
  dag: string,
  hash: string,
  run: string,
  signal: AbortSignal,
): Promise<Definition> {
  let definition: Definition | string;
  try {
    definition = definitionOf(await client.call('getDag', { params: { dag }, query: { hash } }, { signal }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    // The version has left memory; what the run was drawn by is kept with it.
    const drawing = await client.call('drawDag', { params: { dag }, query: { run } }, { signal });
    definition = definitionOfDrawing(drawing);
  }
  if (typeof definition === 'string') throw new Error(definition);
  return definition;
}
