import { dotText, graphJson, mermaidText } from '../../view/graph-export.ts';
import { renderSvg } from '../../view/run-svg.ts';
import { renderDagText, renderRunText } from '../../view/run-text.ts';
import type { Definition, Run } from '../../model/state.ts';
import { dagDetail, dagSummary, newestRuns } from '../answers/dag.ts';
import type { Backing } from '../backing.ts';
import type { Drawing } from '../contract/dags.ts';
import type { Call, Handlers } from '../handlers.ts';
import { findDefinition, findLiveRun } from '../lookup.ts';
import { ApiProblem } from '../problem.ts';

/** As wide as it takes. */
const WIDTH = 10_000;

export function dagHandlers({
  replica,
  clock,
  dagText,
}: Backing): Handlers<'listDags' | 'getDag' | 'drawDag'> {
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
    drawDag: ({ params, query, reply }) => {
      const run = query.run === undefined ? undefined : findLiveRun(state, query.run);
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
