import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebStage } from '../../support/web-stage.ts';
import { noChromium, openChromium } from './chromium.ts';
import { Looker } from './looker.ts';

const DAG = `
description: one of each
nodes:
  good: {command: 'echo fine'}
  bad: {command: 'echo no >&2; exit 1'}
  after: {depends: [good, bad], command: 'true'}
`;

/** Texts whose colour is too near to that of what is behind them (WCAG AA), as `text: ratio`. */
function pale(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('no canvas');
    /** Any colour that CSS knows, over another. */
    const over = (color: string, [r, g, b]: readonly number[]): number[] => {
      canvas.fillStyle = `rgb(${r} ${g} ${b})`;
      canvas.fillRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const behind = (element: Element): number[] => {
      const above = element.parentElement === null ? [255, 255, 255] : behind(element.parentElement);
      const face = element.matches('g.box') ? element.querySelector('.box-face') : null;
      return over(
        face === null ? getComputedStyle(element).backgroundColor : getComputedStyle(face).fill,
        above,
      );
    };
    const light = (rgb: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = rgb.map((value) => {
        const part = value / 255;
        return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (
        element === null ||
        text === '' ||
        !element.checkVisibility() ||
        element.matches(':disabled, option, title')
      )
        continue;
      const ground = behind(element);
      const style = getComputedStyle(element);
      const ink = over(element instanceof SVGElement ? style.fill : style.color, ground);
      const [most = 0, least = 0] = [light(ink), light(ground)].sort((a, b) => b - a);
      const ratio = (most + 0.05) / (least + 0.05);
      if (ratio < 4.5) found.push(`${text}: ${ratio.toFixed(2)}`);
    }
    return found;
  });
}

/** What can be used or is a landmark, and has no name to call it by. */
function nameless(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wanted =
      'button, a, input, select, [role=button], [role=tab], nav, section, aside, table.table, dialog';
    return [...document.querySelectorAll(wanted)].flatMap((element) => {
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLSelectElement
          ? [...(element.labels ?? [])]
          : [];
      const by = element.getAttribute('aria-labelledby');
      const name = [
        element.getAttribute('aria-label') ?? '',
        ...labels.map((label) => label.textContent ?? ''),
        by === null ? '' : (document.getElementById(by)?.textContent ?? ''),
        element.matches('nav, section, aside') ? '' : (element.textContent ?? ''),
      ].join('');
      return name.trim() === '' ? [element.outerHTML.slice(0, 120)] : [];
    });
  });
}

describe.skipIf(noChromium !== undefined)(`how the page looks${noChromium ? ` (${noChromium})` : ''}`, () => {
  let stage: WebStage;
  let browser: Browser;
  let paths: readonly string[];
  beforeAll(async () => {
    [stage, browser] = await Promise.all([WebStage.open({ each: DAG }), openChromium()]);
    const run = await stage.cluster.trigger('each');
    await stage.cluster.until(run, 'its end', ({ state }) => state === 'failed');
    paths = [
      '/runs',
      `/runs/${run}`,
      `/runs/${run}?view=timeline&node=bad`,
      `/runs/${run}?view=nodes`,
      `/runs/${run}?view=events&node=bad&tab=log`,
      '/dags',
      '/dags/each',
      '/dags/each?view=definition',
      '/dags/each?view=charts',
      '/servers',
      '/audit',
    ];
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it.each(['light', 'dark'] as const)('can be read and named everywhere in %s', async (colorScheme) => {
    const looker = await Looker.open(browser, stage.url, { colorScheme });
    const { page } = looker;
    for (const path of paths) {
      await looker.goTo(path, stage.token);
      await looker.live();
      await page.getByText('Loading…').first().waitFor({ state: 'hidden' });
      expect(await pale(page), `${path} in ${colorScheme}`).toEqual([]);
      expect(await nameless(page), path).toEqual([]);
      expect(await page.locator('h1').count(), path).toBe(1);
      expect(await page.locator('[style*="url("], script:not([src]), style').count(), path).toBe(0);
    }
    await looker.close();
  });

  it.each([390, 1_920])('is never wider than a window of %i pixels', async (width) => {
    const looker = await Looker.open(browser, stage.url, { viewport: { width, height: 844 } });
    for (const path of paths) {
      await looker.goTo(path, stage.token);
      await looker.live();
      await looker.page.getByText('Loading…').first().waitFor({ state: 'hidden' });
      const wide = await looker.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, path).toBeLessThanOrEqual(0);
    }
    await looker.close();
  });

  it('comes with a policy that lets nothing else run', async () => {
    const { headers } = await fetch(`${stage.url}/runs`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
  });

  it('is painted in the theme that the operator chose, after a reload too', async () => {
    const looker = await Looker.open(browser, stage.url, { colorScheme: 'light' });
    await looker.goTo('/runs', stage.token);
    await looker.page.getByLabel('Theme').selectOption('dark');
    const ground = () =>
      looker.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await ground();
    await looker.page.reload();
    await looker.live();
    expect(await ground()).toBe(dark);
    await looker.page.getByLabel('Theme').selectOption('light');
    expect(await ground()).not.toBe(dark);
    await looker.close();
  });
});
