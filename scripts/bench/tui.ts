/**
 * `npm run bench:tui`: what the screen costs, each figure beside its goal. First frames are painted in this process; the rest runs the built program
 * in real pseudo terminals on the embedded broker. Run `npm run build` before. Names of parts (`frames`, `start`, `live`) run these alone.
 */
import { told } from './told.ts';
import { benchFrames } from './tui-frames.ts';
import { benchLive } from './tui-live.ts';
import { benchStart } from './tui-start.ts';

const parts: Readonly<Record<string, () => Promise<void>>> = {
  frames: async () => {
    benchFrames({ width: 200, height: 60 }, 1_500, told);
    benchFrames({ width: 80, height: 24 }, 300, told);
  },
  start: () => benchStart(told),
  live: () => benchLive(told),
};
const asked = process.argv.slice(2);

for (const name of asked.length === 0 ? Object.keys(parts) : asked) {
  const part = parts[name];
  if (part === undefined) throw new Error(`there is no part '${name}': ${Object.keys(parts).join(', ')}`);
  await part();
}
