/**
 * How smooth a graph of many nodes moves in real Chromium: frames that it presented while the drawing is dragged and zoomed, and the longest pause
 * between two. `npm run bench:web`, with `--nodes 1000`.
 */
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import type { CDPSession, Page } from 'playwright-core';
import { WebStage } from '../../test/support/web-stage.ts';

const { values } = parseArgs({ options: { nodes: { type: 'string', default: '1000' } } });
const nodes = Number(values.nodes);
const LAYER = 40;
const MOVE_MS = 4_000;

/** Layers of nodes, each of which depends on two of the layer before; no two are alike, so that none are put into stacks. */
function dagYaml(count: number): string {
  const word = (at: number): string =>
    `n${at.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}-x`;
  const lines = Array.from({ length: count }, (_, at) => {
    const layer = Math.floor(at / LAYER);
    const sources = layer === 0 ? [] : [at - LAYER, Math.min(layer * LAYER - 1, at - LAYER + 1 + (at % 3))];
    return `  ${word(at)}: {command: "true", depends: [${[...new Set(sources)].map(word).join(', ')}]}`;
  });
  return `nodes:\n${lines.join('\n')}\n`;
}

type Moved = { readonly frames: number; readonly longestMs: number; readonly spanMs: number };

/** Frames as the compositor presented them, from its own trace. */
async function presented(cdp: CDPSession, work: () => Promise<void>): Promise<Moved> {
  const events: { name: string; ts: number }[] = [];
  const take = ({ value }: { readonly value: object[] }): void => void events.push(...(value as never[]));
  cdp.on('Tracing.dataCollected', take);
  await cdp.send('Tracing.start', {
    categories: 'devtools.timeline,disabled-by-default-devtools.timeline.frame',
  });
  await work();
  const done = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await done;
  cdp.off('Tracing.dataCollected', take);
  const times = events
    .flatMap(({ name, ts }) => (name === 'DrawFrame' ? [ts / 1_000] : []))
    .sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  return {
    frames: times.length,
    longestMs: Math.max(0, ...gaps),
    spanMs: (times.at(-1) ?? 0) - (times[0] ?? 0),
  };
}

/** Moves the mouse from within, once a frame, so that no tool stands between. */
function move(page: Page, kind: 'drag' | 'zoom'): Promise<void> {
  return page.evaluate(
    `new Promise((resolve) => {
      const port = document.querySelector('.graph-port');
      const box = port.getBoundingClientRect();
      const at = (x, y) => ({ bubbles: true, cancelable: true, clientX: box.left + x, clientY: box.top + y, pointerId: 1, button: 0, buttons: 1 });
      port.setPointerCapture = () => {};
      const start = performance.now();
      const isDrag = ${JSON.stringify(kind)} === 'drag';
      if (isDrag) port.dispatchEvent(new PointerEvent('pointerdown', at(400, 300)));
      const step = (now) => {
        const part = (now - start) / ${MOVE_MS};
        if (part >= 1) {
          if (isDrag) port.dispatchEvent(new PointerEvent('pointerup', at(400, 300)));
          return resolve();
        }
        const angle = part * Math.PI * 6;
        if (isDrag) port.dispatchEvent(new PointerEvent('pointermove', at(400 + 350 * Math.sin(angle), 300 + 250 * Math.sin(angle * 0.7))));
        else port.dispatchEvent(new WheelEvent('wheel', { ...at(500, 300), deltaY: 40 * Math.sign(Math.sin(angle)) }));
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    })`,
  );
}

const stage = await WebStage.open({ large: dagYaml(nodes) });
const browser = await chromium.launch({
  executablePath: process.env['DAGTOP_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  await page.goto(`${stage.url}/dags/large#token=${stage.token}`);
  const startedMs = performance.now();
  await page.locator('.box').first().waitFor({ state: 'attached', timeout: 120_000 });
  console.log(
    `${await page.locator('.box').count()} boxes, drawn after ${Math.round(performance.now() - startedMs)} ms`,
  );
  const cdp = await browser.newBrowserCDPSession();
  for (const [name, key, kind] of [
    ['all of it, dragged', '0', 'drag'],
    ['all of it, zoomed', '0', 'zoom'],
    ['at its size, dragged', '1', 'drag'],
    ['at its size, zoomed', '1', 'zoom'],
  ] as const) {
    await page.locator('.box[tabindex="0"]').focus();
    await page.keyboard.press(key);
    await page.waitForTimeout(1_000);
    const { frames, longestMs, spanMs } = await presented(cdp, () => move(page, kind));
    console.log(
      `${name}: ${(frames / (spanMs / 1_000)).toFixed(1)} fps, longest pause ${Math.round(longestMs)} ms`,
    );
  }
} finally {
  await browser.close();
  await stage.close();
}
