import { expect, test } from 'vitest';
import { dagOf, Story } from '../support/story.ts';
import { randomOf } from '../support/random-dags.ts';
import { Stage } from '../support/tui-stage.ts';

/** 80 nodes in irregular lines: nothing of it can be put into stacks, and it fits nowhere. */
function wild(): Record<string, string[]> {
  const random = randomOf(7);
  const words = ['align', 'trim', 'index', 'merge', 'count', 'report', 'sort', 'call'];
  const names = Array.from({ length: 80 }, (_, at) => `${words[at % words.length] ?? ''}-${at}`);
  return Object.fromEntries(
    names.map((name, at) => {
      const near = names.slice(Math.max(0, at - 12), at);
      return [name, near.filter(() => random() < 0.18)];
    }),
  );
}

function story(): Story {
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'] })
    .join('srv-1', 4)
    .apply(dagOf('wild', wild()))
    .trigger('wild', '5e3c7q-v01m')
    .later(200)
    .succeed('5e3c7q-v01m', 'align-0', 'srv-1')
    .start('5e3c7q-v01m', 'trim-1', 'srv-1');
}

const SIZES = [
  [80, 24],
  [120, 40],
] as const;

test.each(SIZES)('what fits nowhere is shown around the chosen node at %i×%i', async (columns, rows) => {
  const stage = new Stage(story(), columns, rows);
  await stage.shows('wild');
  await stage.pressSlowly('enter', ':');
  stage.press('node merge-35', 'enter');
  expect(await stage.shows(/║ (○ )?merge-35/)).toMatchSnapshot();
});

test.each(SIZES)('f shows all of it, with what leads on beyond the pane, at %i×%i', async (columns, rows) => {
  const stage = new Stage(story(), columns, rows);
  await stage.shows('wild');
  await stage.pressSlowly('enter', ':');
  stage.press('node merge-35', 'enter');
  await stage.shows('f shows all');
  stage.press('f');
  const whole = await stage.shows('more ');
  expect(whole).toContain('the whole drawing');
  expect(whole).toMatchSnapshot();
  stage.press('f', 'f');
  await stage.shows('f shows all');
});

test('m takes the map away and brings it back', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('wild');
  stage.press('enter', 'f');
  await stage.shows('╭');
  stage.press('m');
  await stage.hides('╭');
  stage.press('m', 'm');
  await stage.shows('╭');
});

test('in ASCII all of it is ASCII', async () => {
  const stage = new Stage(story(), 120, 40, { ascii: true, colors: 'none' });
  await stage.shows('wild');
  stage.press('enter');
  expect(await stage.shows('f shows all')).toMatch(/^[ -~\n]+$/);
  stage.press('f');
  expect(await stage.shows('more ')).toMatch(/^[ -~\n]+$/);
});

test('a move keeps the part that is shown where it is, while the chosen node is within it', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('wild');
  await stage.pressSlowly('enter', ':');
  stage.press('node merge-35', 'enter');
  await stage.shows('f shows all');
  stage.press('f');
  const placeOf = (text: string): string => {
    const rows = text.split('\n');
    const row = rows.findIndex((line) => line.includes('sort-38'));
    return `${row} ${rows[row]?.indexOf('sort-38') ?? -1}`;
  };
  const before = placeOf(await stage.shows('[○ merge-35]'));
  expect(before).not.toContain('-1');
  stage.press('k');
  const next = /\[○ (?:index-34|report-29)\]/;
  expect(placeOf(await stage.shows(next))).toBe(before);
  // Its neighbours are beyond the pane.
  stage.press('k', 'k');
  await stage.hides('sort-38');
});

test('what happens moves nothing', async () => {
  const told = story();
  const stage = new Stage(told, 120, 40);
  await stage.shows('wild');
  // Borders and lines, but for what marks the chosen box: until somebody chooses, that follows what runs.
  const boxes = (text: string): string =>
    text
      .split('\n')
      .slice(2, 20)
      .map((row) =>
        row
          .slice(33)
          .replaceAll(/[^─│┌┐└┘├┤┼▼]/g, ' ')
          .trimEnd(),
      )
      .join('\n');
  stage.press('enter', ':', 'node merge-35', 'enter');
  const before = boxes(await stage.shows(/║ (○ )?merge-35/));
  expect(before).toContain('┌');
  told.finish('5e3c7q-v01m', 'trim-1', { is: 'succeeded' });
  stage.source.changed();
  expect(boxes(await stage.shows('○78 ✓2'))).toBe(before);
});

test('a step leads to the next node and what is around that; a step into the rest to its nearest node', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('wild');
  await stage.pressSlowly('enter', ':');
  stage.press('node merge-35', 'enter');
  await stage.shows(/║ (○ )?merge-35/);
  stage.press('k');
  await stage.shows(/║ (○ )?(index-34|report-29)/);
  stage.press('k', 'k', 'k', 'k', 'k', 'k', 'k', 'k', 'k', 'k');
  // It waits for nobody; beside it stands what is before the nodes below it.
  await stage.shows(/║ align-24/);
  await stage.shows('22 before');
  stage.press('h');
  await stage.shows(/║ ([▶✓○] )?(?!align-24)[a-z]+-\d+/);
});
