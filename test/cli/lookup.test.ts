import { describe, expect, it } from 'vitest';
import { findDag, findDagOrRun, findNode, findRun } from '../../src/cli/lookup.ts';
import { mintRunId } from '../../src/cli/system-clock.ts';
import { dagOf, DIAMOND, NOON_MS, Story } from '../support/story.ts';

const { state } = new Story()
  .elect()
  .apply(DIAMOND)
  .apply(dagOf('words', { only: [] }))
  .trigger('diamond', '6n3k01-aaaa')
  .trigger('diamond', '6n3k02-bbbb')
  .trigger('words', '6n4k03-cccc');

describe('a run is found', () => {
  it.each([
    ['by its id', '6n3k01-aaaa', '6n3k01-aaaa'],
    ['by the beginning of its id', '6n4', '6n4k03-cccc'],
    ['by its dag: the newest', 'diamond', '6n3k02-bbbb'],
  ])('%s', (_how, text, id) => {
    expect(findRun(state, text).id).toBe(id);
  });

  it.each([
    ['not by a beginning of several', '6n3k', "'6n3k' begins 2 run ids", 'type more of it'],
    ['not where there is none', 'zzz', "there is no run 'zzz'", 'dagtop runs lists them'],
    ['not by nothing', '', "there is no run ''", 'dagtop runs lists them'],
  ])('%s', (_how, text, message, hint) => {
    expect(() => findRun(state, text)).toThrow(
      expect.objectContaining({ code: 'no_such_run', message, hint }),
    );
  });
});

describe('a dag or a node', () => {
  it('is found by its name', () => {
    expect(findDag(state, 'words').dag.name).toBe('words');
    expect(findNode(findRun(state, 'diamond'), 'B')).toBe('B');
  });

  it('that nearly exists is suggested', () => {
    expect(() => findDag(state, 'diamnod')).toThrow(
      expect.objectContaining({ hint: 'did you mean "diamond"?' }),
    );
    expect(() => findNode(findRun(state, 'words'), 'onyl')).toThrow(
      expect.objectContaining({ hint: 'did you mean "only"?' }),
    );
  });

  it('comes before a run, where either can be shown', () => {
    expect(findDagOrRun(state, 'words')).toHaveProperty('hash');
    expect(findDagOrRun(state, '6n4')).toHaveProperty('id', '6n4k03-cccc');
    expect(() => findDagOrRun(state, 'wrods')).toThrow(
      expect.objectContaining({
        message: "there is no dag and no run 'wrods'",
        hint: 'did you mean "words"?',
      }),
    );
  });

  it('in an empty installation: what to do first', () => {
    expect(() => findDag(new Story().state, 'words')).toThrow(
      expect.objectContaining({ hint: 'apply one first: dagtop apply dags nodes.yaml' }),
    );
  });
});

describe('the ids of runs', () => {
  it('sort by age and are easy to read aloud', () => {
    const ids = [0, 1, 60, 86_400, 86_400 * 3_000].map((seconds) => mintRunId(NOON_MS + seconds * 1_000));
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{6}-[0-9a-hjkmnp-tv-z]{4}$/);
  });

  it('of one second differ', () => {
    expect(new Set(Array.from({ length: 100 }, () => mintRunId(NOON_MS))).size).toBeGreaterThan(95);
  });
});
