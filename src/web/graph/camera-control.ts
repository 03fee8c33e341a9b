import { fitted, held, panned, revealing, zoomed } from './camera.ts';
import type { Camera, Rect, Size } from './camera.ts';

/** Pixels that a pointer may move before a press is a drag and no click. */
const DRAG_FROM = 4;
/** Below this no name can be read: they are left out, which makes a frame cheap. */
const READABLE_SCALE = 0.4;
const WHEEL_STEP = 0.0016;
const RESTED_MS = 160;
export const ZOOM_STEP = 1.25;

/**
 * Moves a drawing in its port without React: a frame of panning is one change of one transform. While it moves, the browser keeps what it has painted
 * and only shifts it; at rest it is painted anew, sharp.
 */
export class CameraControl {
  readonly #port: HTMLElement;
  readonly #sheet: SVGSVGElement;
  readonly #end = new AbortController();
  readonly #pointers = new Map<number, { x: number; y: number }>();
  readonly #sizes: ResizeObserver;
  #drawing: Size = { width: 1, height: 1 };
  #room: Size = { width: 1, height: 1 };
  #camera: Camera = { x: 0, y: 0, scale: 1 };
  #isMoved = false;
  #pressed: { x: number; y: number } | undefined;
  #isDragging = false;
  #frame: number | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(port: HTMLElement, sheet: SVGSVGElement) {
    this.#port = port;
    this.#sheet = sheet;
    const { signal } = this.#end;
    port.addEventListener('wheel', this.#onWheel, { signal, passive: false });
    port.addEventListener('pointerdown', this.#onDown, { signal });
    port.addEventListener('pointermove', this.#onMove, { signal });
    for (const type of ['pointerup', 'pointercancel'] as const)
      port.addEventListener(type, this.#onUp, { signal });
    // A drag that ends over a box does not choose it.
    port.addEventListener('click', this.#onClick, { signal, capture: true });
    // The browser scrolls to what gets the focus, which the camera does itself.
    port.addEventListener('scroll', () => port.scrollTo(0, 0), { signal });
    this.#sizes = new ResizeObserver(this.#onSize);
    this.#sizes.observe(port);
  }

  close(): void {
    this.#end.abort();
    this.#sizes.disconnect();
    clearTimeout(this.#rest);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  /** Another drawing, shown whole. */
  show(drawing: Size): void {
    this.#drawing = drawing;
    this.#room = { width: this.#port.clientWidth, height: this.#port.clientHeight };
    this.fit();
  }

  readonly fit = (): void => {
    this.#isMoved = false;
    this.#set(fitted(this.#drawing, this.#room));
  };

  /** At its size, with its beginning in sight. */
  readonly actualSize = (): void => {
    const middle = { x: this.#room.width / 2, y: this.#room.height / 2 };
    this.#go(zoomed(this.#camera, 1 / this.#camera.scale, middle));
  };

  readonly zoom = (factor: number): void => {
    this.#go(zoomed(this.#camera, factor, { x: this.#room.width / 2, y: this.#room.height / 2 }));
  };

  pan(dx: number, dy: number): void {
    this.#go(panned(this.#camera, dx, dy));
  }

  reveal(rect: Rect): void {
    const next = revealing(this.#camera, rect, this.#room);
    if (next.x !== this.#camera.x || next.y !== this.#camera.y) this.#go(next);
  }

  #go(camera: Camera): void {
    this.#isMoved = true;
    this.#set(held(camera, this.#drawing, this.#room));
  }

  #set(camera: Camera): void {
    this.#camera = camera;
    this.#frame ??= requestAnimationFrame(this.#paint);
  }

  readonly #paint = (): void => {
    this.#frame = undefined;
    const { x, y, scale } = this.#camera;
    const { style } = this.#sheet;
    style.transform = `translate3d(${x}px, ${y}px, 0) scale(${scale})`;
    style.willChange = 'transform';
    clearTimeout(this.#rest);
    this.#rest = setTimeout(this.#onRest, RESTED_MS);
  };

  /** What is painted anew waits until nothing moves: with many boxes it takes longer than a frame. */
  readonly #onRest = (): void => {
    this.#sheet.style.willChange = '';
    this.#sheet.classList.toggle('is-far', this.#camera.scale < READABLE_SCALE);
  };

  readonly #onSize = (): void => {
    this.#room = { width: this.#port.clientWidth, height: this.#port.clientHeight };
    if (this.#isMoved) this.#set(held(this.#camera, this.#drawing, this.#room));
    else this.fit();
  };

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    // Lines instead of pixels, as some mice have it.
    const unit = event.deltaMode === 0 ? 1 : 33;
    if (event.shiftKey && !event.ctrlKey) {
      this.pan(-(event.deltaX + event.deltaY) * unit, 0);
      return;
    }
    // A pinch on a touchpad comes as a wheel with Ctrl, in small steps.
    const step = event.ctrlKey ? WHEEL_STEP * 6 : WHEEL_STEP;
    this.#go(zoomed(this.#camera, Math.exp(-event.deltaY * unit * step), this.#at(event)));
  };

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#pointers.set(event.pointerId, this.#at(event));
    if (this.#pointers.size === 1) {
      this.#pressed = this.#at(event);
      this.#isDragging = false;
    }
  };

  readonly #onMove = (event: PointerEvent): void => {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const at = this.#at(event);
    if (!this.#isDragging) {
      const from = this.#pressed ?? at;
      if (this.#pointers.size < 2 && Math.hypot(at.x - from.x, at.y - from.y) < DRAG_FROM) return;
      this.#isDragging = true;
      this.#port.setPointerCapture(event.pointerId);
      this.#port.classList.add('is-dragging');
    }
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, at);
    if (other === undefined) {
      this.pan(at.x - before.x, at.y - before.y);
      return;
    }
    const spread = Math.hypot(at.x - other.x, at.y - other.y);
    const spreadBefore = Math.hypot(before.x - other.x, before.y - other.y);
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    const moved = panned(this.#camera, (at.x - before.x) / 2, (at.y - before.y) / 2);
    this.#go(zoomed(moved, spread / Math.max(1, spreadBefore), middle));
  };

  readonly #onUp = (event: PointerEvent): void => {
    this.#pointers.delete(event.pointerId);
    if (this.#pointers.size === 0) this.#port.classList.remove('is-dragging');
  };

  readonly #onClick = (event: MouseEvent): void => {
    // A click by key has no pointer before it.
    if (!this.#isDragging || event.detail === 0) return;
    this.#isDragging = false;
    event.stopPropagation();
    event.preventDefault();
  };

  #at(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.#port.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
