import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ParamValue } from '../../model/dag.ts';
import type { NodeName } from '../../model/ids.ts';
import type { Definition, Run } from '../../model/state.ts';
import { formatTraceparent, parseTraceparent } from '../../model/trace.ts';
import type { Backing } from '../backing.ts';
import type { Triggered } from '../contract/runs.ts';
import type { Handlers } from '../handlers.ts';
import { findAnyRun, findDefinition, findNode, findOnlyDag } from '../lookup.ts';
import { readParams } from '../params.ts';
import { ApiProblem } from '../problem.ts';
import { runIdOf } from '../proposals.ts';
import type { Proposals } from '../proposals.ts';

type Wish = {
  readonly definition: Definition;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly from: readonly NodeName[];
};

/** What starts a run. */
export function triggerHandlers(backing: Backing, proposals: Proposals): Handlers<'triggerRun' | 'startDag'> {
  const { replica, clock, mintRunId } = backing;
  const { state } = replica;
  return {
    triggerRun: ({ body, request, reply }) => {
      const definition = findDefinition(state, body.dag);
      const params = readParams(definition.dag, body.params ?? {});
      const given = typeof body.from === 'string' ? [body.from] : (body.from ?? []);
      return trigger({ definition, params, from: namesOf(definition, given) }, request, reply);
    },
    startDag: async ({ params, query, request, reply }) => {
      const definition = query.dag === undefined ? findOnlyDag(state) : findDefinition(state, query.dag);
      const from = namesOf(definition, [params.node]);
      const triggered = await trigger({ definition, params: {}, from }, request, reply);
      return { ...triggered, node: params.node };
    },
  };

  async function trigger(wish: Wish, request: FastifyRequest, reply: FastifyReply): Promise<Triggered> {
    const { definition, params, from } = wish;
    const keyed = runIdOf(request);
    const run = keyed ?? mintRunId(clock.nowMs());
    const earlier = keyed === undefined ? undefined : await findAnyRun(backing, keyed);
    if (earlier === undefined) {
      const part = {
        ...(from.length === 0 ? {} : { from: [...from] }),
        ...traceOf(request),
      };
      const body = { type: 'run.triggered', dag: definition.dag.name, run, hash: definition.hash } as const;
      const { verdict, isRepeat } = await proposals.propose(request, {
        ...body,
        params: { ...params },
        ...part,
      });
      if (!verdict.accepted) checkRefused(await findAnyRun(backing, run), verdict.reason, wish, isRepeat);
    } else checkSame(earlier, wish);
    void reply.header('location', `/api/v1/runs/${encodeURIComponent(run)}`);
    return { run, dag: definition.dag.name };
  }
}

/** The trace that the request belongs to; one that can't be read is none. */
function traceOf({ headers }: FastifyRequest): { readonly traceparent?: string } {
  const { traceparent } = headers;
  const context = typeof traceparent === 'string' ? parseTraceparent(traceparent) : undefined;
  return context === undefined ? {} : { traceparent: formatTraceparent(context) };
}

function namesOf(definition: Definition, names: readonly string[]): readonly NodeName[] {
  for (const name of names) findNode(definition, name);
  return names as readonly NodeName[];
}

/** The log did not take it: fine when an earlier request of the same key did the same. Problems: 409, 422. */
function checkRefused(run: Run | undefined, reason: string, wish: Wish, isRepeat: boolean): void {
  if (run !== undefined && isRepeat) return checkSame(run, wish);
  throw new ApiProblem(
    409,
    'refused',
    isRepeat ? 'a request with this Idempotency-Key was refused' : reason,
    {
      hint: isRepeat ? 'use another key for another try' : undefined,
    },
  );
}

/** A key stands for one request. Problem: 422. */
function checkSame(run: Run, { definition, params, from }: Wish): void {
  const wanted: Readonly<Record<string, ParamValue>> = { ...run.definition.dag.params, ...params };
  const keys = new Set([...Object.keys(wanted), ...Object.keys(run.params)]);
  const isSame =
    run.dag === definition.dag.name &&
    [...keys].every((key) => wanted[key] === run.params[key]) &&
    String(run.scope?.from ?? []) === String([...new Set(from)]);
  if (!isSame)
    throw new ApiProblem(422, 'key_reused', 'this Idempotency-Key was used for another request', {
      hint: `it triggered ${run.dag} ${run.id}`,
    });
}
