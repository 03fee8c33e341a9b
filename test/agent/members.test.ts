import { describe, expect, it } from 'vitest';
import type { MarkedProcess } from '../../src/agent/process/process-table.ts';
import { membersOf } from '../../src/agent/process/process-tree.ts';
import type { Tree } from '../../src/agent/process/process-tree.ts';

/** The agent is process 50, started by a shell (40); its attempts run in groups 100 and 200. */
const SELF = 50;
const one: Tree = { marker: 'id.one.1', group: 100 };
const two: Tree = { marker: 'id.two.1', group: 200 };

function process(pid: number, parent: number, rest: Partial<MarkedProcess> = {}): MarkedProcess {
  return { pid, parent, group: 1, session: 1, startTicks: pid, isZombie: false, marker: undefined, ...rest };
}

function pidsOf(trees: readonly Tree[], processes: readonly MarkedProcess[]): number[][] {
  const own = [process(1, 0), process(40, 1, { session: 40 }), process(SELF, 40, { session: 40 })];
  const table = new Map([...own, ...processes].map((each) => [each.pid, each]));
  const members = membersOf(trees, table, SELF);
  return trees.map((tree) => (members.get(tree) ?? []).map(({ pid }) => pid).sort((a, b) => a - b));
}

describe('to a process tree belong', () => {
  it('the group, the children wherever they went, and those with the marker', () => {
    const processes = [
      process(100, SELF, { group: 100, session: 100 }),
      process(101, 100, { group: 101, session: 100 }),
      process(102, 101, { group: 102, session: 102 }),
      process(103, 1, { group: 103, session: 103, marker: one.marker }),
      process(200, SELF, { group: 200, session: 200, marker: two.marker }),
    ];
    expect(pidsOf([one, two], processes)).toEqual([[100, 101, 102, 103], [200]]);
  });

  it('the session of a member, whose leader may be gone', () => {
    const processes = [
      process(110, 1, { group: 109, session: 109, marker: one.marker }),
      process(111, 1, { group: 111, session: 109 }),
    ];
    expect(pidsOf([{ ...one, group: undefined }], processes)).toEqual([[110, 111]]);
  });

  it('no ended ones, and nobody else', () => {
    const processes = [
      process(100, SELF, { group: 100, session: 100, isZombie: true }),
      process(300, 1, { group: 300, session: 300 }),
      process(301, 300, { marker: 'other-folder.one.1' }),
      process(302, SELF, { session: 40 }),
    ];
    expect(pidsOf([one], processes)).toEqual([[]]);
  });

  it('no processes of another attempt, though the number of a group was given anew', () => {
    expect(pidsOf([one], [process(100, SELF, { group: 100, session: 100, marker: two.marker })])).toEqual([
      [],
    ]);
  });

  it('never the agent, those above it, or their session', () => {
    const processes = [
      process(SELF, 40, { session: 40, marker: one.marker }),
      process(302, SELF, { session: 40, marker: one.marker }),
      process(303, 1, { session: 40 }),
    ];
    expect(pidsOf([{ ...one, group: 40 }, two], processes)).toEqual([[302], []]);
  });
});
