import { useMemo, useState } from 'react';
import type { NodeName } from '../../model/ids.ts';
import type { Definition, Run } from '../../model/state.ts';
import type { Size } from './camera.ts';
import type { CameraControl } from './camera-control.ts';
import { DrawnGraph } from './drawn-graph.tsx';
import { GraphToolbar } from './graph-toolbar.tsx';
import { ANY_GRAPH, canStack, chooseStyle } from './style-choice.ts';
import { useDrawing } from './use-drawing.ts';

type Props = {
  readonly definition: Definition;
  readonly run: Run | undefined;
  readonly chosen: string | undefined;
  readonly onChoose: (node: string) => void;
};

/** A dag as a graph that can be moved, zoomed and walked through by keys; with a run, in its colours. */
export function GraphView({ definition, run, chosen, onChoose }: Props) {
  const [port, setPort] = useState<HTMLDivElement | null>(null);
  return (
    <div className="graph">
      <div className="graph-port" ref={setPort}>
        {port === null ? null : (
          <Sheet {...{ definition, run, chosen, onChoose, port }} key={definition.hash} />
        )}
      </div>
    </div>
  );
}

function Sheet({ definition, run, chosen, onChoose, port }: Props & { readonly port: HTMLElement }) {
  const [wish, setWish] = useState(ANY_GRAPH);
  // A window that changes its size leaves boxes where they are.
  const [room] = useState<Size>(() => ({ width: port.clientWidth, height: port.clientHeight }));
  const style = useMemo(() => chooseStyle(definition, wish, room), [definition, wish, room]);
  const drawing = useDrawing(definition, style);
  const { result } = drawing;
  const stackable = useMemo(() => canStack(definition), [definition]);
  const [control, setControl] = useState<CameraControl>();
  const toolbar = (
    <GraphToolbar
      {...{ style, control }}
      canStack={stackable}
      onFlow={(flow) => setWish({ ...wish, flow })}
      onStacks={(stacks) => setWish({ ...wish, stacks, opened: new Set() })}
    />
  );
  if (!result.drawn)
    return (
      <>
        <p className="graph-note" role="status">
          {drawing.order === undefined ? `Not drawn: ${result.reason}` : `${result.reason}…`}
        </p>
        {toolbar}
      </>
    );
  const choose = (id: string): void => {
    const index = definition.indexOf.get(id as NodeName);
    const members = index === undefined ? [] : drawing.groupOf(index).members;
    if (members.length > 1)
      setWish({ ...wish, stacks: true, opened: new Set([...wish.opened, id as NodeName]) });
    else onChoose(id);
  };
  return (
    <>
      <DrawnGraph
        {...{ definition, run, chosen, drawing, port }}
        layout={result.layout}
        onChoose={choose}
        onControl={setControl}
      />
      {toolbar}
    </>
  );
}
