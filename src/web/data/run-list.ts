import type { RunPage, RunState, RunSummary } from '../../api/contract/runs.ts';
import type { Client } from '../../client/client.ts';

type Query = {
  readonly dag?: string | undefined;
  readonly state?: string | undefined;
  readonly since?: string | undefined;
  readonly search?: string | undefined;
};

/** The API gives no more at a time. */
const PAGE_MAX = 200;

/** The newest `count` runs that fit, in as many requests as that takes; what moved between two of them stands once. */
export async function latestRuns(
  client: Client,
  { dag, state, since, search }: Query,
  count: number,
  signal: AbortSignal,
): Promise<RunPage> {
  const found = new Map<string, RunSummary>();
  let cursor: string | undefined;
  do {
    const page: RunPage = await client.call(
      'listRuns',
      {
        query: {
          limit: Math.min(PAGE_MAX, count - found.size),
          ...(dag === undefined ? {} : { dag }),
          // The address may say anything; the API refuses what is no state.
          ...(state === undefined ? {} : { state: state as RunState }),
          ...(since === undefined ? {} : { since }),
          ...(search === undefined ? {} : { search }),
          ...(cursor === undefined ? {} : { cursor }),
        },
      },
      { signal },
    );
    for (const run of page.items) if (!found.has(run.run)) found.set(run.run, run);
    cursor = page.items.length === 0 ? undefined : page.nextCursor;
  } while (cursor !== undefined && found.size < count);
  return { items: [...found.values()], ...(cursor === undefined ? {} : { nextCursor: cursor }) };
}
