import { dotText, graphJson, mermaidText } from '../../view/graph-export.ts';
import { renderSvg } from '../../view/run-svg.ts';
import { renderDagText, renderRunText } from '../../view/run-text.ts';
import { limits } from '../../model/limits.ts';
import type { Definition, Run } from '../../model/state.ts';
import { dagDetail, dagSummary, newestRuns } from '../answers/dag.ts';
import type { Backing } from '../backing.ts';
import type { Drawing } from '../contract/dags.ts';
import type { Call, Handlers } from '../handlers.ts';
import { findDefinition, foundRun } from '../lookup.ts';
import { ApiProblem } from '../problem.ts';

/** As wide as it takes. */
const WIDTH = 10_000;

export function dagHandlers(backing: Backing): Handlers<'listDags' | 'getDag' | 'drawDag'> {
  const { replica, clock, dagText } = backing;
  const { state } = replica;
  return {
    listDags: () => {
      const newest = newestRuns(state);
      const names = [...state.dags.keys()].toSorted((a, b) => (a < b ? -1 : 1));
      return {
        items: names.map((dag) => dagSummary(findDefinition(state, dag), newest.get(dag))),
      };
    },
    getDag: ({ params, query }) => {
      const definition = findDefinition(state, params.dag, query.hash);
      return dagDetail(state, definition, newestRuns(state).get(params.dag), dagText);
    },
    drawDag: async ({ params, query, reply }) => {
      const run = query.run === undefined ? undefined : (await foundRun(backing, query.run)).run;
      if (run !== undefined && run.dag !== params.dag)
        throw new ApiProblem(404, 'no_such_run', `${run.id} is no run of ${params.dag}`);
      return draw(run?.definition ?? findDefinition(state, params.dag), run, { query, reply });
    },
  };

  function draw(
    definition: Definition,
    run: Run | undefined,
    { query, reply }: Pick<Call<'drawDag'>, 'query' | 'reply'>,
  ): Drawing | string {
    const { format = 'json' } = query;
    if (format === 'svg' || format === 'text') checkSize(definition);
    switch (format) {
      case 'json':
        return graphJson(definition, run) as Drawing;
      case 'svg':
        void reply.type('image/svg+xml; charset=utf-8');
        return renderSvg(definition, run);
      case 'text': {
        void reply.type('text/plain; charset=utf-8');
        const look = { width: WIDTH, ascii: query.ascii ?? false };
        return run === undefined
          ? renderDagText(definition, look)
          : renderRunText(state, run, clock.nowMs(), look);
      }
      case 'dot':
        void reply.type('text/vnd.graphviz; charset=utf-8');
        return dotText(definition, run);
      case 'mermaid':
        void reply.type('text/vnd.mermaid; charset=utf-8');
        return mermaidText(definition, run);
    }
  }
}

/** A larger one would keep all others waiting. Problem: 422. */
function checkSize({ dag }: Definition): void {
  const size = dag.nodes.reduce((sum, { depends }) => sum + 1 + depends.length, 0);
  if (size <= limits.layoutAtOnceMax) return;
  throw new ApiProblem(422, 'not_drawn', `${dag.name} is too large to be drawn here`, {
    hint: `dagtop show ${dag.name} draws it; format=json, dot and mermaid leave the drawing to others`,
  });
}
