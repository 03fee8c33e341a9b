import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebStage } from '../../support/web-stage.ts';
import { noChromium, openChromium } from './chromium.ts';
import { Looker } from './looker.ts';

const NAME = '<img src=x onerror=alert(1)>';
const DAGS = {
  // Fails until the file `marker` is there.
  repair: `
description: '<script>alert("d")</script> needs a marker'
params: {count: 3, dry: true, where: "here"}
nodes:
  prepare: {command: 'echo ready'}
  check: {depends: prepare, command: 'echo "$DAGTOP_PARAMS"; test -e marker || { echo "no marker" >&2; exit 7; }'}
  report: {depends: check, command: 'echo done'}
`,
  talk: `
nodes:
  "${NAME}":
    command: |
      printf '<img src=x onerror=alert(2)>\\n\\033[31mred\\033[0m\\033]0;title\\007 \\342\\200\\256gnp.exe\\n'
      echo 'javascript:alert(3)' >&2
      n=0; while ! test -e hush; do n=$((n + 1)); echo "line $n"; sleep 0.1; done
      echo 'the last line'
`,
  quick: 'nodes: {a: {command: "true"}}\n',
};

describe.skipIf(noChromium !== undefined)(
  `the page of an operator${noChromium ? ` (${noChromium})` : ''}`,
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

    it('triggers, watches, sees it fail, retries, and sees it succeed', async () => {
      const looker = await Looker.open(browser, stage.url);
      const { page } = looker;
      await looker.goTo('/dags', stage.token);
      await page.getByText('<script>alert("d")</script> needs a marker').waitFor();
      await page.getByRole('button', { name: 'Run repair' }).click();
      const dialog = page.getByRole('dialog', { name: 'Run repair?' });
      await expect
        .poll(() =>
          dialog.getByRole('button', { name: 'Cancel' }).evaluate((it) => it === document.activeElement),
        )
        .toBe(true);
      await dialog.getByLabel('count').fill('many');
      await dialog.getByText('a number is wanted').waitFor();
      expect(await dialog.getByRole('button', { name: 'Run' }).isDisabled()).toBe(true);
      await dialog.getByLabel('count').fill('42');
      await dialog.getByLabel('dry').selectOption('false');
      await dialog.getByRole('button', { name: 'Run' }).click();

      await page.getByRole('button', { name: /^check, ✗ failed/ }).click();
      await page.getByText('exit code 7: no marker').first().waitFor();
      const run = new URL(page.url()).pathname.split('/')[2] ?? '';
      const { params } = await (
        await fetch(`${stage.url}/api/v1/runs/${run}`, {
          headers: { authorization: `Bearer ${stage.token}` },
        })
      ).json();
      expect(params).toEqual({ count: 42, dry: false, where: 'here' });

      await stage.cluster.write('marker', '');
      await page.getByRole('button', { name: 'Retry…' }).click();
      const question = page.getByRole('dialog', { name: 'Retry check?' });
      await question.getByText('2 nodes of repair').waitFor();
      await question.getByText('check, report').waitFor();
      await question.getByText('on srv-1').first().waitFor();
      await page.keyboard.press('Enter');
      await question.waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: /^check, ✗ failed/ }).waitFor();
      await page.getByRole('button', { name: 'Retry…' }).click();
      await question.getByRole('button', { name: 'Retry' }).click();
      await page.getByRole('button', { name: /^report, ✓ succeeded/ }).waitFor();
      await page.locator('.run-head').getByText('succeeded', { exact: true }).first().waitFor();
      await looker.close();
    });

    it('follows a log, finds in it, and shows what is hostile as text', async () => {
      const run = await stage.cluster.trigger('talk');
      const looker = await Looker.open(browser, stage.url);
      const { page } = looker;
      await looker.goTo(`/runs/${run}?node=${encodeURIComponent(NAME)}&tab=log`, stage.token);
      await page.getByRole('heading', { name: NAME }).waitFor();
      const lines = page.getByRole('log');
      await lines.getByText('<img src=x onerror=alert(2)>').waitFor();
      await lines.getByText('red gnp.exe', { exact: true }).waitFor();
      await lines.getByText('javascript:alert(3)').waitFor();
      await page.getByText(/lines, following/).waitFor();
      await page.getByLabel('Search the log').fill('LINE 7');
      await lines.getByText('line 7', { exact: true }).waitFor();
      expect(await lines.getByText('line 8', { exact: true }).count()).toBe(0);
      await page.getByLabel('Search the log').fill('');
      await stage.cluster.write('hush', '');
      await lines.getByText('the last line').waitFor();
      await page.getByText(/lines, ended/).waitFor();
      expect(
        await page.evaluate(() => document.querySelectorAll('img, [onerror], a[href^="javascript"]').length),
      ).toBe(0);
      await looker.close();
    });

    it('walks the drawing, opens a node and closes it by keys alone', async () => {
      const run = await stage.cluster.trigger('repair');
      await stage.cluster.until(run, 'the end', ({ state }) => state !== 'running');
      const looker = await Looker.open(browser, stage.url);
      const { page } = looker;
      await looker.goTo(`/runs/${run}`, stage.token);
      await page.locator('.box').first().waitFor();
      const label = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      for (let step = 0; step < 40 && !(await label()).startsWith('prepare'); step += 1)
        await page.keyboard.press('Tab');
      expect(await label()).toMatch(/^prepare/);
      for (const node of ['check', 'report']) {
        await page.keyboard.press('ArrowRight');
        if (!(await label()).startsWith(node)) await page.keyboard.press('ArrowDown');
        expect(await label()).toMatch(new RegExp(`^${node}`));
      }
      const outline = await page.evaluate(() => {
        const face = document.activeElement?.querySelector('.box-face');
        return face === null || face === undefined ? '' : getComputedStyle(face).strokeWidth;
      });
      expect(outline).toBe('4px');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'report' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: 'report' }).waitFor({ state: 'hidden' });
      await looker.close();
    });

    it('lives on when its server is killed and comes back, and says meanwhile that it is stale', async () => {
      const token = await stage.mintToken('operator');
      const looker = await Looker.open(browser, stage.url);
      const { page } = looker;
      await looker.goTo('/runs', token);
      await looker.live();
      await stage.stopServing();
      await page.getByText(/STALE since \d\d:\d\d:\d\d/).waitFor();
      await page.getByText(/reconnecting/).waitFor();
      const run = await stage.cluster.trigger('quick');
      await stage.cluster.until(run, 'its end', ({ state }) => state === 'succeeded');
      await stage.serve();
      await looker.live();
      await page.getByRole('row').filter({ hasText: run }).getByText('succeeded').waitFor();
      looker.complaints.splice(
        0,
        looker.complaints.length,
        ...looker.complaints.filter((text) => !text.includes('ERR_')),
      );
      await looker.close();
    });

    it('lists 200 runs, new ones on top, and more by pages', async () => {
      const headers = { authorization: `Bearer ${stage.token}`, 'content-type': 'application/json' };
      for (let count = 0; count < 200; count += 1) {
        const answer = await fetch(`${stage.url}/api/v1/runs`, {
          method: 'POST',
          headers,
          body: '{"dag":"quick"}',
        });
        if (answer.status === 429) {
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          count -= 1;
        } else expect(answer.status).toBe(202);
      }
      const looker = await Looker.open(browser, stage.url);
      const { page } = looker;
      await looker.goTo('/runs?dag=quick', stage.token);
      const rows = page.locator('.runs-table tbody tr');
      await expect.poll(() => rows.count()).toBe(50);
      for (const shown of [100, 150, 200]) {
        await page.getByRole('button', { name: 'Show earlier runs' }).click();
        await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(shown);
      }
      const run = await stage.cluster.trigger('quick');
      await rows.first().getByText(run).waitFor();
      await page.getByLabel('State').selectOption('failed');
      await page.getByText('No run fits these filters').waitFor();
      expect(page.url()).toContain('state=failed');
      await looker.close();
    });
  },
);
