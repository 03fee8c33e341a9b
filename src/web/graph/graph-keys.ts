import type { Rect } from './camera.ts';
import { ZOOM_STEP } from './camera-control.ts';
import type { CameraControl } from './camera-control.ts';
import { neighbourOf } from './neighbour.ts';
import type { Direction } from './neighbour.ts';

type Key = { readonly key: string; readonly shiftKey: boolean };

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const PANS: Readonly<Record<Direction, { readonly dx: number; readonly dy: number }>> = {
  left: { dx: 80, dy: 0 },
  right: { dx: -80, dy: 0 },
  up: { dx: 0, dy: 80 },
  down: { dx: 0, dy: -80 },
};

/** The box that a key leads to from the box `from`; undefined for other keys, and where there is none. */
export function stepOf(
  { key, shiftKey }: Key,
  boxes: readonly (Rect & { readonly id: string })[],
  from: string | undefined,
): string | undefined {
  const direction = shiftKey ? undefined : ARROWS[key];
  if (direction === undefined) return undefined;
  const at = boxes.findIndex(({ id }) => id === from);
  return boxes[neighbourOf(boxes, at, direction) ?? -1]?.id;
}

/** Does to the camera what a key means there; false for all other keys. */
export function moveCamera({ key, shiftKey }: Key, camera: CameraControl | undefined): boolean {
  const direction = ARROWS[key];
  if (direction !== undefined) {
    const { dx, dy } = PANS[direction];
    if (shiftKey) camera?.pan(dx, dy);
    return true;
  }
  switch (key) {
    case '+':
    case '=':
      camera?.zoom(ZOOM_STEP);
      return true;
    case '-':
      camera?.zoom(1 / ZOOM_STEP);
      return true;
    case '0':
      camera?.fit();
      return true;
    case '1':
      camera?.actualSize();
      return true;
    default:
      return false;
  }
}
