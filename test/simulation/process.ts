import type { Clock } from '../../src/model/clock.ts';
import type { World } from './world.ts';

/**
 * A process of the simulation. Everything that it does passes `step`, where it may die, before the effect or right after it; everything
 * that reaches it passes `enter`, which waits while it is paused and is lost when it is dead.
 */
export class SimProcess {
  readonly world: World;
  readonly name: string;
  readonly clock: Clock;
  alive = true;
  #pausedUntilMs = 0;
  #held: (() => void)[] = [];
  readonly #crashChance: number;
  readonly onCrash: (() => void)[] = [];

  constructor(world: World, name: string, crashChance: number, skewMs: number) {
    this.world = world;
    this.name = name;
    this.#crashChance = crashChance;
    this.clock = {
      nowMs: () => world.nowMs + skewMs,
      after: (delayMs, task) => {
        let canceled = false;
        world.after(delayMs, () => {
          if (!canceled) this.enter(() => !canceled && task());
        });
        return { cancel: () => (canceled = true) };
      },
    };
  }

  crash(why: string): void {
    if (!this.alive) return;
    this.alive = false;
    this.world.say(() => `${this.name} CRASHES (${why})`);
    for (const react of this.onCrash) react();
  }

  /** Since when it has been running without a stop. */
  get awakeSinceMs(): number {
    return this.#pausedUntilMs;
  }

  pause(forMs: number): void {
    this.world.say(() => `${this.name} stands still for ${forMs} ms`);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.world.nowMs + forMs);
  }

  enter(task: () => void): void {
    if (!this.alive) return;
    if (this.world.nowMs >= this.#pausedUntilMs && this.#held.length === 0) {
      task();
      return;
    }
    this.#held.push(task);
    if (this.#held.length === 1) this.world.at(this.#pausedUntilMs, () => this.#release());
  }

  /** Hands over what came while the process stood still, in its order, one thing at a time. */
  #release(): void {
    if (!this.alive) return;
    if (this.world.nowMs >= this.#pausedUntilMs) this.#held.shift()?.();
    if (this.#held.length > 0) this.world.at(this.#pausedUntilMs, () => this.#release());
  }

  /** A place where the process may die: an await of the real code. */
  step(where: string): boolean {
    if (!this.alive) return false;
    if (this.world.faulty && this.world.random.chance(this.#crashChance)) this.crash(where);
    return this.alive;
  }

  /**
   * An effect on the outside: `effect` runs after `delayMs` and settles with its value, unless the process dies before or after it.
   */
  act<T>(where: string, delayMs: number, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.step(`before ${where}`)) return;
      this.world.after(delayMs, () => {
        if (!this.alive) return;
        let value: T;
        try {
          value = effect();
        } catch (error) {
          this.enter(() => reject(error));
          return;
        }
        if (!this.step(`after ${where}`)) return;
        this.enter(() => resolve(value));
      });
    });
  }
}
