/**
 * `npm run sim -- [--seed N] [--seeds N] [--from N]`: the simulation from the command line. One seed is told in full; of many, the first failing
 * one is named with the command that replays it.
 */
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    quiet: { type: 'boolean', default: false },
  },
});

if (values.seed !== undefined) {
  const story = await simulate(Number(values.seed), true);
  for (const line of story.trace) console.log(line);
  console.log(story.violation === undefined ? 'holds' : `VIOLATION: ${story.violation}`);
  process.exitCode = story.violation === undefined ? 0 : 1;
} else {
  const from = Number(values.from);
  const through = from + Number(values.seeds) - 1;
  const totals = { steps: 0, accepted: 0, rejected: 0, crashes: 0, epochs: 0, checkpoints: 0, trims: 0 };
  const startMs = performance.now();
  for (let seed = from; seed <= through; seed += 1) {
    const story = await simulate(seed);
    totals.steps += story.steps;
    totals.accepted += story.accepted;
    totals.rejected += story.rejected;
    totals.crashes += story.crashes;
    totals.epochs += story.epochs;
    totals.checkpoints += story.checkpoints;
    totals.trims += story.trims;
    if (story.violation !== undefined) {
      console.log(
        `seed ${seed} (after ${seed - from + 1}): ${story.violation}\nreplay: npm run sim -- --seed ${seed}`,
      );
      process.exit(1);
    }
    if (!values.quiet && seed % 1_000 === 0) console.log(`${seed - from + 1} seeds hold`);
  }
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  console.log(`seeds ${from}..${through} hold in ${seconds} s: ${JSON.stringify(totals)}`);
}
