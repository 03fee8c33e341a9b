import { describe, expect, it } from 'vitest';
import { compileDag } from '../../src/engine/definition.ts';
import { decide } from '../../src/engine/decide.ts';
import type { TriggerRule } from '../../src/model/dag.ts';
import type { DagHash } from '../../src/model/ids.ts';
import { dagOf, Story } from '../support/story.ts';

/** A → B, where A fails for good, and B runs by `rule` and succeeds. */
function failureThen(rule: TriggerRule): string | undefined {
  const dag = dagOf('d', { A: [], X: [], B: ['A', 'X'] });
  const nodes = dag.nodes.map((node) => ({
    ...node,
    retry: { ...node.retry, limit: 0 },
    triggerRule: node.name === 'B' ? rule : ('all_success' as const),
  }));
  const story = new Story()
    .apply({ ...dag, nodes })
    .place({ 'srv-1': ['*'] })
    .elect()
    .join('srv-1')
    .trigger('d', 'r1');
  story.succeed('r1', 'X', 'srv-1').fail('r1', 'A', 'srv-1').succeed('r1', 'B', 'srv-1');
  const [end] = decide(story.state, story.nowMs, new Set(), 'sch-1').events;
  return end?.type === 'run.finished' ? end.outcome : undefined;
}

describe('the outcome of a run', () => {
  it('is failed after a failure, though a clean-up or an alert ran because of it', () => {
    expect(failureThen('all_done')).toBe('failed');
    expect(failureThen('one_failed')).toBe('failed');
    expect(failureThen('always')).toBe('failed');
  });

  it('is succeeded where redundancy made up for the failure', () => {
    expect(failureThen('one_success')).toBe('succeeded');
    expect(failureThen({ atLeast: 1 })).toBe('succeeded');
  });
});

describe('a dag from the wire', () => {
  const hash = 'h' as DagHash;

  it('is refused for what the files are refused for', () => {
    expect(compileDag(hash, dagOf('d', { A: ['B'], B: ['A'] }))).toBe('the dependencies form a cycle');
    expect(compileDag(hash, dagOf('d', { A: ['Z'] }))).toBe("'A' depends on 'Z', which does not exist");
    expect(compileDag(hash, dagOf('d', { A: [], B: ['A', 'A'] }))).toBe("'B' names a dependency twice");
  });

  it('may be a chain of 20,000 nodes', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, at) => [`n${at}`, at === 0 ? [] : [`n${at - 1}`]]),
    );
    const definition = compileDag(hash, dagOf('d', chain));
    expect(typeof definition === 'string' ? definition : definition.order.length).toBe(20_000);
  });
});
