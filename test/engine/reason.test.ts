import { describe, expect, it } from 'vitest';
import { explainNode } from '../../src/engine/reason.ts';
import type { NodeName } from '../../src/model/ids.ts';
import { dagOf, DIAMOND, Story } from '../support/story.ts';

function why(story: Story, run: string, node: string): string {
  const found = story.run(run);
  return explainNode(story.state, found, found.definition.indexOf.get(node as NodeName) ?? -1, story.nowMs);
}

const everything = { 'srv-1': ['*'] };

describe('why a node is where it is', () => {
  it('waits for what it depends on, by name', () => {
    const story = new Story().apply(DIAMOND).place(everything).elect().join('srv-1').trigger('diamond', 'r1');
    expect(why(story, 'r1', 'B')).toBe('waits for A');
    story.succeed('r1', 'A', 'srv-1');
    expect(why(story, 'r1', 'D')).toBe('waits for B, C');
    expect(why(story, 'r1', 'A')).toBe('succeeded on srv-1');
  });

  it('has no server, or none that lives', () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['B'] })
      .elect()
      .trigger('diamond', 'r1');
    expect(why(story, 'r1', 'A')).toBe('no server has A: list it in nodes.yaml');
    story.place(everything);
    expect(why(story, 'r1', 'A')).toBe('no live server has A (srv-1 was never seen)');
    story.join('srv-1').lose('srv-1');
    expect(why(story, 'r1', 'A')).toBe('no live server has A (srv-1 is lost)');
  });

  it('backs off until a time, with its attempts counted', () => {
    const story = new Story().apply(DIAMOND).place(everything).elect().join('srv-1').trigger('diamond', 'r1');
    story.later(186_000).fail('r1', 'A', 'srv-1');
    expect(why(story, 'r1', 'A')).toMatch(/^backoff until 12:03:0\d, attempt 2 of 4$/);
  });

  it('stands before a full server, with how many are ahead', () => {
    const story = new Story().apply(dagOf('d', { A: [], B: [], C: [], D: [], E: [] })).place(everything);
    story.elect().join('srv-1', 1).trigger('d', 'r1').start('r1', 'A', 'srv-1');
    expect(why(story, 'r1', 'A')).toBe('runs on srv-1');
    expect(why(story, 'r1', 'B')).toBe('srv-1 is full');
    expect(why(story, 'r1', 'E')).toBe('srv-1 is full, 3 ahead');
  });

  it('is queued, paused, canceled, without a leader', () => {
    const story = new Story().apply(DIAMOND).place(everything).trigger('diamond', 'r1');
    expect(why(story, 'r1', 'A')).toBe('no scheduler leads');
    story.elect().join('srv-1');
    expect(why(story, 'r1', 'A')).toBe('about to start');
    expect(why(story.steer('run.paused', 'r1'), 'r1', 'A')).toBe('the run is paused');
    story.steer('run.resumed', 'r1').dispatch('r1', 'A', 'srv-1');
    expect(why(story, 'r1', 'A')).toBe('sent to srv-1, not started yet');
    expect(why(story.steer('run.canceled', 'r1'), 'r1', 'A')).toBe('the run was canceled');
  });

  it('is not part of a run that starts further down', () => {
    const story = new Story().apply(DIAMOND).place(everything).elect().join('srv-1');
    story.triggerFrom('diamond', 'r1', 'B', 'C');
    expect(why(story, 'r1', 'A')).toBe('not part of this run, which starts at B and C');
    expect(why(story, 'r1', 'B')).toBe('about to start');
    expect(why(story, 'r1', 'D')).toBe('waits for B, C');
    story.triggerFrom('diamond', 'r2', 'C');
    expect(why(story, 'r2', 'D')).toBe('waits for C');
  });

  it('failed with its error, and what depends on it says whose end it was', () => {
    const dag = dagOf('d', { A: [], B: ['A'] });
    const nodes = dag.nodes.map((node) => ({ ...node, retry: { ...node.retry, limit: 0 } }));
    const story = new Story()
      .apply({ ...dag, nodes })
      .place(everything)
      .elect()
      .join('srv-1')
      .trigger('d', 'r1');
    story.fail('r1', 'A', 'srv-1', 'exit code 3: no such table').upstreamFailed('r1', 'B');
    expect(why(story, 'r1', 'A')).toBe('exit code 3: no such table');
    expect(why(story, 'r1', 'B')).toBe('its rule all_success cannot hold: A failed');
  });
});
