import { expect, test } from 'vitest';
import { renderDagText, renderRunText } from '../../src/view/run-text.ts';
import { dagOf, DIAMOND, Story, utcTime } from '../support/story.ts';

function story(): Story {
  const told = new Story()
    .elect()
    .join('srv-1')
    .place({ 'srv-1': ['*'] })
    .apply(DIAMOND)
    .trigger('diamond', 'r1');
  return told.succeed('r1', 'A', 'srv-1').fail('r1', 'B', 'srv-1').start('r1', 'C', 'srv-1').later(200);
}

test('a run on stdout: heading, drawing, and why each node is where it is', () => {
  const told = story();
  expect(renderRunText(told.state, told.run('r1'), told.nowMs, { width: 100, timeText: utcTime }))
    .toMatchInlineSnapshot(`
      "diamond r1  ▶ running  1/5 nodes  1.0s

                  ┌───────────────────┐
                  │ A                 │
                  │ ✓ succeeded       │
                  │ #1 srv-1          │
                  └─────────┬─────────┘
                ┌───────────┴───────────┐
                ▼                       ▼
      ┌───────────────────┐   ┌───────────────────┐
      │ B                 │   │ C                 │
      │ ↻ retrying        │   │ ▶ running         │
      │ #1 srv-1          │   │ #1 srv-1          │
      └─────────┬─────────┘   └─────────┬─────────┘
                └───────────┬───────────┘
                            ▼
                  ┌───────────────────┐
                  │ D                 │
                  │ ○ waiting         │
                  │                   │
                  └─────────┬─────────┘
                            ▼
                  ┌───────────────────┐
                  │ E                 │
                  │ ○ waiting         │
                  │                   │
                  └───────────────────┘

      A  ✓ succeeded       #1   succeeded on srv-1
      B  ↻ retrying        #1   backoff until 12:00:01, attempt 2 of 4
      C  ▶ running         #1   runs on srv-1
      D  ○ waiting              waits for B, C
      E  ○ waiting              waits for D
      "
    `);
});

test('in ASCII nothing else is written', () => {
  const told = story();
  const text = renderRunText(told.state, told.run('r1'), told.nowMs, { width: 100, ascii: true });
  expect(text).toMatch(/^[ -~\n]+$/);
  expect(text).toContain('~ retrying');
});

test('a drawing that is wider than the page is left out, and it says so', () => {
  const told = story();
  const text = renderRunText(told.state, told.run('r1'), told.nowMs, { width: 10 });
  expect(text).toContain('not drawn: it is 13 columns wide, and there are 10');
  expect(text).toContain('C  ▶ running');
});

test('a dag that is not run: what each node runs, after what, and by which rule', () => {
  const dag = dagOf('pick', { A: [], B: [], either: ['A', 'B'] });
  const nodes = dag.nodes.map((node) =>
    node.name === 'either'
      ? { ...node, triggerRule: { atLeast: 1 } as const, command: { shell: 'cat a b' } }
      : node,
  );
  const [definition] = new Story().apply({ ...dag, nodes }).state.definitions.values();
  if (definition === undefined) throw new Error('no definition');
  expect(renderDagText(definition, { width: 100 })).toMatchInlineSnapshot(`
    "pick, 3 nodes, version hash-pick

    ┌───────────────────┐   ┌───────────────────┐
    │ A                 │   │ B                 │
    │ true              │   │ true              │
    │                   │   │                   │
    └─────────┬─────────┘   └─────────┬─────────┘
              └───────────┬───────────┘
                          ▼
                ┌───────────────────┐
                │ either            │
                │ sh -c: cat a b    │
                │ at_least 1        │
                └───────────────────┘

    A                                true
    B                                true
    either  after A, B (at_least 1)  sh -c: cat a b
    "
  `);
});
