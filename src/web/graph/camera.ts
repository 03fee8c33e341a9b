/** Which part of a drawing is seen: its point (0, 0) stands at `x`, `y` of the port, in pixels, and all is `scale` times as large. */
export type Camera = { readonly x: number; readonly y: number; readonly scale: number };
export type Size = { readonly width: number; readonly height: number };
export type Rect = Size & { readonly x: number; readonly y: number };
type Point = { readonly x: number; readonly y: number };

export const SCALE = { least: 0.02, most: 3 };
/** Pixels between the drawing and the edges of the port. */
const MARGIN = 24;
const FIT_MOST = 1.25;

/** All of the drawing, in the middle; a small one a little larger than life. */
export function fitted(drawing: Size, port: Size): Camera {
  const room = { width: port.width - 2 * MARGIN, height: port.height - 2 * MARGIN };
  const scale = bounded(Math.min(FIT_MOST, room.width / drawing.width, room.height / drawing.height));
  return {
    x: (port.width - drawing.width * scale) / 2,
    y: (port.height - drawing.height * scale) / 2,
    scale,
  };
}

/** `factor` times as large, with the point under `at` (of the port) staying where it is. */
export function zoomed(camera: Camera, factor: number, at: Point): Camera {
  const scale = bounded(camera.scale * factor);
  const real = scale / camera.scale;
  return { x: at.x - (at.x - camera.x) * real, y: at.y - (at.y - camera.y) * real, scale };
}

export function panned(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** The drawing never leaves the port whole: somebody would not find it again. */
export function held({ x, y, scale }: Camera, drawing: Size, port: Size): Camera {
  const keep = 2 * MARGIN;
  return {
    x: Math.min(port.width - keep, Math.max(keep - drawing.width * scale, x)),
    y: Math.min(port.height - keep, Math.max(keep - drawing.height * scale, y)),
    scale,
  };
}

/** Moved as little as it takes for `rect` (of the drawing) to be seen. */
export function revealing(camera: Camera, rect: Rect, port: Size): Camera {
  const { scale } = camera;
  const shift = (from: number, length: number, room: number): number => {
    if (from < MARGIN) return MARGIN - from;
    const over = from + length - (room - MARGIN);
    return over > 0 ? -Math.min(over, from - MARGIN) : 0;
  };
  return panned(
    camera,
    shift(camera.x + rect.x * scale, rect.width * scale, port.width),
    shift(camera.y + rect.y * scale, rect.height * scale, port.height),
  );
}

function bounded(scale: number): number {
  return Number.isFinite(scale) ? Math.min(SCALE.most, Math.max(SCALE.least, scale)) : 1;
}
