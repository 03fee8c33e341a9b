import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebStage } from '../../support/web-stage.ts';
import { noChromium, openChromium } from './chromium.ts';
import { Looker } from './looker.ts';

const DAGS = {
  long: `
nodes:
  first: {command: 'sleep 3600'}
  second: {depends: first, command: 'true'}
`,
  quick: 'nodes: {a: {command: "true"}}\n',
};

const hasFocus = (button: Locator): Promise<boolean> =>
  button.evaluate((it) => it === document.activeElement);

/** Changes that the page asks its server for, as paths; what is asked on trial changes nothing. */
function changesOf({ page }: Looker): string[] {
  const changes: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (request.method() !== 'GET' && !search.includes('dryRun=true')) changes.push(pathname);
  });
  return changes;
}

describe.skipIf(noChromium !== undefined)(
  `the page of who steers${noChromium ? ` (${noChromium})` : ''}`,
  () => {
    let stage: WebStage;
    let browser: Browser;
    beforeAll(async () => {
      [stage, browser] = await Promise.all([WebStage.open(DAGS), openChromium()]);
    });
    afterAll(async () => {
      await browser?.close();
      await stage?.close();
    });

    it('cancels a run by keys alone, only when told so, before the eyes of one who may not', async () => {
      const run = await stage.cluster.trigger('long');
      const [looker, viewer] = await Promise.all([
        Looker.open(browser, stage.url),
        Looker.open(browser, stage.url),
      ]);
      const { page } = looker;
      const changes = changesOf(looker);
      await viewer.goTo(`/runs/${run}?node=first`, await stage.mintToken('viewer'));
      await viewer.page.getByRole('button', { name: /^first, ▶ running/ }).waitFor();
      await viewer.page.getByRole('heading', { name: 'first' }).waitFor();
      expect(await viewer.page.getByRole('button', { name: /cancel|pause|resume|retry/i }).count()).toBe(0);

      await looker.goTo(`/runs/${run}`, await stage.mintToken('operator'));
      await page.getByRole('button', { name: /^first, ▶ running/ }).waitFor();
      const question = page.getByRole('dialog', { name: `Cancel long ${run}?` });
      const keep = question.getByRole('button', { name: 'Keep it running' });
      const asks = async (): Promise<void> => {
        await page.getByRole('button', { name: 'Cancel run' }).press('Enter');
        await question.getByText('1 running node will be stopped: first').waitFor();
        await question.getByText('Where: srv-1 (1).').waitFor();
        await question.getByText('1 node will not run; 0 ended already.').waitFor();
        await expect.poll(() => hasFocus(keep)).toBe(true);
      };
      for (const key of ['Escape', 'Enter']) {
        await asks();
        await page.keyboard.press(key);
        await question.waitFor({ state: 'hidden' });
      }
      expect(changes).toEqual([]);
      expect((await stage.cluster.show(run)).state).toBe('running');

      await asks();
      await page.keyboard.press('Tab');
      expect(await hasFocus(question.getByRole('button', { name: 'Cancel run' }))).toBe(true);
      await page.keyboard.press('Enter');
      await question.waitFor({ state: 'hidden' });
      for (const { page: seen } of [looker, viewer]) {
        await seen.locator('.run-head .badge').filter({ hasText: 'canceled' }).waitFor();
        await seen.getByRole('button', { name: /^second, .* canceled/ }).waitFor();
      }
      expect(await page.getByRole('button', { name: 'Cancel run' }).count()).toBe(0);
      expect(changes).toEqual([`/api/v1/runs/${run}/cancel`]);
      await stage.cluster.until(run, 'its end', ({ state }) => state === 'canceled');
      await Promise.all([looker.close(), viewer.close()]);
    });

    it('cordons a server only when told so, and puts it back', async () => {
      const [looker, viewer] = await Promise.all([
        Looker.open(browser, stage.url),
        Looker.open(browser, stage.url),
      ]);
      const { page } = looker;
      const changes = changesOf(looker);
      await looker.goTo('/servers', await stage.mintToken('operator'));
      await viewer.goTo('/servers', await stage.mintToken('viewer'));
      const shows = ({ page: seen }: Looker, hasText: RegExp): Promise<void> =>
        seen
          .locator('.server-card')
          .filter({ hasText: 'srv-1' })
          .locator('.badge')
          .filter({ hasText })
          .waitFor();
      await shows(viewer, /up$/);

      const question = page.getByRole('dialog', { name: 'Take srv-1 out of service (cordon)?' });
      const asks = async (): Promise<void> => {
        await page.getByRole('button', { name: 'Cordon…' }).press('Enter');
        await question.getByText(/^3 nodes would wait, no other server has them: .*quick\/a/).waitFor();
        await expect.poll(() => hasFocus(question.getByRole('button', { name: 'Cancel' }))).toBe(true);
      };
      await asks();
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'hidden' });
      expect(changes).toEqual([]);
      await asks();
      await question.getByRole('button', { name: 'Cordon' }).click();
      for (const one of [looker, viewer]) await shows(one, /cordoned$/);
      expect(await viewer.page.getByRole('button', { name: /cordon/i }).count()).toBe(0);

      const run = await stage.cluster.trigger('quick');
      await looker.goTo(`/runs/${run}?node=a`);
      await page.getByText('srv-1 is cordoned').first().waitFor();
      await looker.goTo('/servers');
      await page.getByRole('button', { name: 'Uncordon…' }).click();
      const back = page.getByRole('dialog', { name: 'Put srv-1 back into service?' });
      await back.getByText('It gets new work again.').waitFor();
      await back.getByRole('button', { name: 'Uncordon' }).click();
      await page.getByRole('button', { name: 'Cordon…' }).waitFor();
      await stage.cluster.until(run, 'its end', ({ state }) => state === 'succeeded');
      expect(changes).toEqual(['/api/v1/servers/srv-1/cordon', '/api/v1/servers/srv-1/uncordon']);
      await Promise.all([looker.close(), viewer.close()]);
    });
  },
);
