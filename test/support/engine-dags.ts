import fc from 'fast-check';
import { TRIGGER_RULES } from '../../src/definition/trigger.ts';
import type { Dag, DagNode } from '../../src/model/dag.ts';
import type { DagName, NodeName } from '../../src/model/ids.ts';

/** Any dag of up to `most` nodes n0, n1, … with any rules, retries and priorities; each node depends on earlier ones. */
export function anyDag(name: string, most: number): fc.Arbitrary<Dag> {
  const node = fc.record({
    sources: fc.array(fc.nat(most), { maxLength: 4 }),
    hasCommand: fc.boolean(),
    rule: fc.option(fc.constantFrom(...TRIGGER_RULES), { nil: undefined }),
    atLeast: fc.nat(4),
    limit: fc.nat(2),
    maxLost: fc.nat(2),
    priority: fc.nat(2),
  });
  return fc.array(node, { minLength: 1, maxLength: most }).map((drafts) => {
    const nodes = drafts.map((draft, at): DagNode => {
      const sources = at === 0 ? [] : [...new Set(draft.sources.map((source) => source % at))];
      const triggerRule =
        draft.rule ??
        (sources.length === 0 ? 'all_success' : { atLeast: 1 + (draft.atLeast % sources.length) });
      return {
        name: `n${at}` as NodeName,
        depends: sources.map((source) => `n${source}` as NodeName),
        env: {},
        ...(draft.hasCommand ? { command: { argv: ['work'] } } : {}),
        retry: { limit: draft.limit, intervalMs: 1_000, backoff: 2, maxIntervalMs: 60_000, jitter: 0 },
        triggerRule,
        maxLost: draft.maxLost,
        priority: draft.priority,
      };
    });
    return { name: name as DagName, params: {}, env: {}, nodes };
  });
}
