import { Random } from './random.ts';

type Task = { readonly atMs: number; readonly order: number; readonly run: () => void };

/** Virtual time: tasks in a heap, run one after the other, each to the end of all promises that it settles. */
export class World {
  readonly random: Random;
  nowMs = 1_700_000_000_000;
  /** Faults happen only while true. */
  faulty = true;
  readonly trace: string[] = [];
  readonly #heap: Task[] = [];
  readonly #traced: boolean;
  #order = 0;
  steps = 0;

  constructor(seed: number, traced = false) {
    this.random = new Random(seed);
    this.#traced = traced;
  }

  say(text: () => string): void {
    if (this.#traced) this.trace.push(`${((this.nowMs - 1_700_000_000_000) / 1000).toFixed(3)} ${text()}`);
  }

  at(atMs: number, run: () => void): void {
    const heap = this.#heap;
    heap.push({ atMs: Math.max(atMs, this.nowMs), order: (this.#order += 1), run });
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(heap[index] as Task, heap[parent] as Task)) break;
      [heap[index], heap[parent]] = [heap[parent] as Task, heap[index] as Task];
      index = parent;
    }
  }

  after(delayMs: number, run: () => void): void {
    this.at(this.nowMs + delayMs, run);
  }

  /** Runs until `done`, or until the virtual time `untilMs`. */
  async run(untilMs: number, done: () => boolean): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || done()) return;
      if (next.atMs > untilMs) break;
      const task = this.#pop();
      this.nowMs = task.atMs;
      this.steps += 1;
      task.run();
      // All promises that this settled, and those that they settle in turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #pop(): Task {
    const heap = this.#heap;
    const top = heap[0] as Task;
    const last = heap.pop() as Task;
    if (heap.length === 0) return top;
    heap[0] = last;
    for (let index = 0; ;) {
      const left = index * 2 + 1;
      let least = index;
      if (left < heap.length && before(heap[left] as Task, heap[least] as Task)) least = left;
      if (left + 1 < heap.length && before(heap[left + 1] as Task, heap[least] as Task)) least = left + 1;
      if (least === index) return top;
      [heap[index], heap[least]] = [heap[least] as Task, heap[index] as Task];
      index = least;
    }
  }
}

function before(a: Task, b: Task): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
