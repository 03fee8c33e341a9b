import { layoutGraph } from '../../graph/layout.ts';
import type { LayoutResult } from '../../graph/layout.ts';
import type { Topology } from '../../graph/topology.ts';

/** The program of the worker that lays out: a `Topology` comes in, its `LayoutResult` goes out. */
addEventListener('message', ({ data }: MessageEvent<Topology>) => {
  let result: LayoutResult;
  try {
    result = layoutGraph(data);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    result = { drawn: false, reason: `the layout failed: ${why}` };
  }
  postMessage(result);
});
