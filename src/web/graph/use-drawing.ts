import { useEffect, useMemo, useState } from 'react';
import type { LayoutResult } from '../../graph/layout.ts';
import type { Topology } from '../../graph/topology.ts';
import { limits } from '../../model/limits.ts';
import type { Definition } from '../../model/state.ts';
import { acceptLayout, drawingToCome } from '../../view/dag-drawing.ts';
import type { DagDrawing, DrawingStyle } from '../../view/dag-drawing.ts';

/** The drawing of a dag; what is large is laid out by a worker, and until then has a reason in place of a layout. */
export function useDrawing(definition: Definition, style: DrawingStyle): DagDrawing {
  const [layouts, setLayouts] = useState(0);
  const drawing = useMemo(
    () => drawingToCome(definition, style, limits.layoutAtOnceMax),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a layout that came changes what is known
    [definition, style, layouts],
  );
  const { order } = drawing;
  useEffect(() => {
    if (order === undefined) return undefined;
    return layOut(order, (result) => {
      acceptLayout(definition, drawing, result);
      setLayouts((count) => count + 1);
    });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `order` is of this drawing
  }, [order]);
  return drawing;
}

/** Returns what gives it up. */
function layOut(topology: Topology, done: (result: LayoutResult) => void): () => void {
  const worker = new Worker(new URL('./layout-thread.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<LayoutResult>) => {
    worker.terminate();
    done(data);
  });
  worker.addEventListener('error', ({ message }) => {
    worker.terminate();
    done({ drawn: false, reason: `the worker that lays out has died: ${message}` });
  });
  worker.postMessage(topology);
  return () => worker.terminate();
}
