import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

/** How many stories are told: enough to notice a mistake at every change, and the full number where it is asked for (`.ci/run`). */
const SEEDS = Number(process.env['DAGTOP_SIM_SEEDS'] ?? '400');
const CHUNK = 200;

describe('the simulation: real fold, decide, scheduler and agents on a simulated broker, disk and clock', () => {
  const chunks = Array.from({ length: Math.ceil(SEEDS / CHUNK) }, (_, at) => at * CHUNK + 1);

  it.each(chunks)(
    `keeps its promises from seed %i, ${CHUNK} seeds on`,
    async (first) => {
      for (let seed = first; seed < first + CHUNK; seed += 1) {
        const { violation } = await simulate(seed);
        expect(violation, `seed ${seed}; replay: npm run sim -- --seed ${seed}`).toBeUndefined();
      }
    },
    600_000,
  );

  it('tells the same story for the same seed, to the last line', async () => {
    const [once, again] = [await simulate(7, true), await simulate(7, true)];
    expect(once.trace.length).toBeGreaterThan(10);
    expect(again.trace).toEqual(once.trace);
  });

  it('has faults in its stories: crashes, second leaders, refused events', async () => {
    let crashes = 0;
    let epochs = 0;
    let rejected = 0;
    for (let seed = 1; seed <= 50; seed += 1) {
      const story = await simulate(seed);
      crashes += story.crashes;
      epochs += story.epochs;
      rejected += story.rejected;
    }
    expect(crashes).toBeGreaterThan(25);
    expect(epochs).toBeGreaterThan(60);
    expect(rejected).toBeGreaterThan(50);
  });
});
