import type { Broker, Unsubscribe } from '../broker/port/port.ts';
import { subjects } from '../model/subject.ts';
import { steadyRoundTripMs } from '../view/round-trip.ts';
import { mintId } from './system-clock.ts';

const EVERY_MS = 3_000;
/** The first few come quickly, so that a median is known soon. */
const FIRST_MS = 1_000;
const KEPT = 5;

/** Measures the way to the broker and back: says something on the bus now and then that it alone listens to. Nothing is stored. */
export class RoundTrip {
  readonly #bus: Broker['bus'];
  readonly #subject = subjects.echo(mintId());
  readonly #onChange: () => void;
  readonly #trips: number[] = [];
  #shownMs: number | undefined;
  /** When the word that has not come back was said. */
  #saidMs: number | undefined;
  #word = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `onChange` is told when `shownMs` changes, which is seldom. */
  constructor({ bus }: Broker, onChange: () => void) {
    this.#bus = bus;
    this.#onChange = onChange;
  }

  /** See `steadyRoundTripMs`. */
  get shownMs(): number | undefined {
    return this.#shownMs;
  }

  async start(): Promise<Unsubscribe> {
    const end = await this.#bus.subscribe(this.#subject, { onMessage: ({ body }) => this.#hear(body) });
    this.#say();
    return () => {
      clearTimeout(this.#timer);
      end();
    };
  }

  /** After an outage what was measured before tells nothing. */
  startAgain(): void {
    clearTimeout(this.#timer);
    this.#trips.length = 0;
    this.#shownMs = undefined;
    this.#saidMs = undefined;
    this.#say();
  }

  #say(): void {
    // What has not come back until the next is no answer.
    if (this.#saidMs !== undefined) this.#take(Infinity);
    this.#word += 1;
    this.#saidMs = performance.now();
    this.#bus.publish(this.#subject, new TextEncoder().encode(String(this.#word)));
    const isFirst = this.#trips.length < KEPT - 1 && this.#trips.at(-1) !== Infinity;
    // Nobody waits for it: it keeps no process alive.
    this.#timer = setTimeout(() => this.#say(), isFirst ? FIRST_MS : EVERY_MS).unref();
  }

  #hear(body: Uint8Array): void {
    if (this.#saidMs === undefined || new TextDecoder().decode(body) !== String(this.#word)) return;
    const tripMs = performance.now() - this.#saidMs;
    this.#saidMs = undefined;
    this.#take(tripMs);
  }

  #take(tripMs: number): void {
    this.#trips.push(tripMs);
    if (this.#trips.length > KEPT) this.#trips.shift();
    const shownMs = steadyRoundTripMs(this.#shownMs, this.#trips);
    if (shownMs === this.#shownMs) return;
    this.#shownMs = shownMs;
    this.#onChange();
  }
}

/** Says something on the bus once and waits for it; undefined when it is not heard within `patienceMs`. */
export async function echoMs({ bus }: Broker, patienceMs: number): Promise<number | undefined> {
  const subject = subjects.echo(mintId());
  const heard = Promise.withResolvers<number | undefined>();
  const end = await bus.subscribe(subject, { onMessage: () => heard.resolve(performance.now()) });
  const timer = setTimeout(() => heard.resolve(undefined), patienceMs);
  const saidMs = performance.now();
  bus.publish(subject, new Uint8Array());
  const heardMs = await heard.promise;
  clearTimeout(timer);
  end();
  return heardMs === undefined ? undefined : heardMs - saidMs;
}
