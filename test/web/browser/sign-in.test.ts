import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebStage } from '../../support/web-stage.ts';
import { noChromium, openChromium } from './chromium.ts';
import { Looker } from './looker.ts';

describe.skipIf(noChromium !== undefined)(
  `who may see the page${noChromium ? ` (${noChromium})` : ''}`,
  () => {
    let stage: WebStage;
    let browser: Browser;
    beforeAll(async () => {
      [stage, browser] = await Promise.all([
        WebStage.open({ quick: 'nodes: {a: {command: "true"}}\n' }),
        openChromium(),
      ]);
    });
    afterAll(async () => {
      await browser?.close();
      await stage?.close();
    });

    it('comes in by the address, whose token is gone from it at once', async () => {
      const looker = await Looker.open(browser, stage.url);
      await looker.goTo('/servers', stage.token);
      await looker.live();
      await looker.page.getByRole('heading', { name: 'srv-1' }).waitFor();
      expect(looker.page.url()).toBe(`${stage.url}/servers`);
      await looker.page.reload();
      await looker.live();
      await looker.close();
    });

    it('is asked for a token, told why a wrong one is none, and let in by a good one', async () => {
      const looker = await Looker.open(browser, stage.url);
      const { page } = looker;
      await looker.goTo('/runs');
      await page.getByLabel('Token').fill('nonsense');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: 'this token is not known' }).waitFor();
      await page.getByLabel('Token').fill(stage.token);
      await page.getByRole('button', { name: 'Open' }).click();
      await looker.live();
      expect(await page.evaluate(() => localStorage.getItem('dagtop.token'))).toBeNull();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Token').waitFor();
      expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
      await looker.close();
    });

    it('is asked again when the token expires while it looks, and told so', async () => {
      const token = await stage.mintToken('viewer', '--expires', '12s');
      const looker = await Looker.open(browser, stage.url);
      await looker.goTo('/runs', token);
      await looker.live();
      await looker.page.getByRole('alert').filter({ hasText: 'expired' }).waitFor();
      await looker.page.getByLabel('Token').waitFor();
      await looker.close();
    });

    it('sees no buttons as a viewer', async () => {
      const looker = await Looker.open(browser, stage.url);
      await looker.goTo('/dags', await stage.mintToken('viewer'));
      await looker.page.getByRole('link', { name: 'quick' }).waitFor();
      expect(await looker.page.getByRole('button', { name: /^Run/ }).count()).toBe(0);
      expect(await looker.page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
      await looker.goTo('/servers');
      await looker.page.getByRole('heading', { name: 'srv-1' }).waitFor();
      expect(await looker.page.getByRole('button', { name: /Cordon/ }).count()).toBe(0);
      await looker.close();
    });
  },
);
