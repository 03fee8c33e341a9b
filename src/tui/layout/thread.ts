import { parentPort } from 'node:worker_threads';
import { layoutGraph } from '../../graph/layout.ts';
import type { LayoutResult } from '../../graph/layout.ts';
import type { Topology } from '../../graph/topology.ts';

/** The program of the thread that lays out: `Topology`s come in, a `LayoutResult` of each goes out, in the same order. */
function answerTo(topology: Topology): LayoutResult {
  try {
    return layoutGraph(topology);
  } catch (error) {
    return {
      drawn: false,
      reason: `the layout failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

parentPort?.on('message', (topology: Topology) => parentPort?.postMessage(answerTo(topology)));
