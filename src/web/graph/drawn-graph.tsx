import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, RefObject } from 'react';
import type { NodeName } from '../../model/ids.ts';
import type { Layout } from '../../graph/layout.ts';
import type { Definition, Run } from '../../model/state.ts';
import type { DagDrawing } from '../../view/dag-drawing.ts';
import { boxText } from './box-text.ts';
import { CameraControl } from './camera-control.ts';
import { GraphBox } from './graph-box.tsx';
import { moveCamera, stepOf } from './graph-keys.ts';
import { linesOf, shapesOf } from './shapes.ts';
import type { Shapes } from './shapes.ts';

type Props = {
  readonly definition: Definition;
  readonly run: Run | undefined;
  readonly chosen: string | undefined;
  readonly drawing: DagDrawing;
  readonly layout: Layout;
  readonly port: HTMLElement;
  readonly onChoose: (node: string) => void;
  readonly onControl: (control: CameraControl | undefined) => void;
};

/** A drawing that is laid out: its lines are painted once, its boxes whenever what they say changes. */
export function DrawnGraph({ definition, run, chosen, drawing, layout, port, onChoose, onControl }: Props) {
  const shapes = useMemo(() => shapesOf(layout), [layout]);
  const sheet = useRef<SVGSVGElement>(null);
  const control = useCamera(port, sheet, shapes, onControl);
  const [stop, setStop] = useState(shapes.boxes[0]?.id);
  const index = definition.indexOf.get(chosen as NodeName);
  const chosenBox = index === undefined ? undefined : drawing.boxOf(index);
  const chosenLines = useMemo(
    () => (chosenBox === undefined ? '' : linesOf(layout, chosenBox)),
    [layout, chosenBox],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const id = boxOfEvent(event);
    const next = stepOf(event, shapes.boxes, id);
    if (next !== undefined) focusBox(sheet, next);
    else if (id !== undefined && (event.key === 'Enter' || event.key === ' ')) onChoose(id);
    else if (!moveCamera(event, control.current)) return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent): void => {
    const id = boxOfEvent(event);
    if (id !== undefined) onChoose(id);
  };
  const onFocus = (event: { readonly target: EventTarget }): void => {
    const box = shapes.boxes.find(({ id }) => id === boxOfEvent(event));
    if (box === undefined) return;
    setStop(box.id);
    control.current?.reveal(box);
  };
  return (
    <svg
      ref={sheet}
      className={`sheet sheet-${drawing.style.mode}`}
      width={shapes.size.width}
      height={shapes.size.height}
      role="group"
      aria-label="Graph: arrows lead from box to box, Enter opens one, plus and minus zoom, 0 shows all"
      {...{ onKeyDown, onClick, onFocus }}
    >
      <path className="wires" d={shapes.lines} />
      <path className="heads" d={shapes.heads} />
      <path className="wires wires-chosen" d={chosenLines} />
      {shapes.boxes.map((box) => {
        const group = drawing.groupOf(definition.indexOf.get(box.id as NodeName) ?? 0);
        return (
          <GraphBox
            key={box.id}
            id={box.id}
            rect={box}
            isPill={box.isPill}
            isStack={group.members.length > 1}
            text={boxText(definition, run, group, drawing.style)}
            isChosen={box.id === chosenBox}
            isStop={box.id === stop}
          />
        );
      })}
    </svg>
  );
}

/** The camera over the sheet, showing all of it at first; the toolbar has it too. */
function useCamera(
  port: HTMLElement,
  sheet: RefObject<SVGSVGElement | null>,
  shapes: Shapes,
  onControl: (control: CameraControl | undefined) => void,
): RefObject<CameraControl | undefined> {
  const control = useRef<CameraControl>(undefined);
  useEffect(() => {
    if (sheet.current === null) return undefined;
    const camera = new CameraControl(port, sheet.current);
    camera.show(shapes.size);
    control.current = camera;
    onControl(camera);
    return () => {
      camera.close();
      onControl(undefined);
    };
  }, [port, sheet, shapes, onControl]);
  return control;
}

function focusBox(sheet: RefObject<SVGSVGElement | null>, id: string): void {
  const box = sheet.current?.querySelector<SVGElement>(`[data-box="${CSS.escape(id)}"]`);
  box?.focus({ preventScroll: true });
}

function boxOfEvent({ target }: { readonly target: EventTarget }): string | undefined {
  const box = target instanceof Element ? target.closest('[data-box]') : null;
  return box?.getAttribute('data-box') ?? undefined;
}
