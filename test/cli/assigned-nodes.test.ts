import { describe, expect, it } from 'vitest';
import { describeAssignment } from '../../src/cli/assigned-nodes.ts';
import type { ServerName } from '../../src/model/ids.ts';
import { dagOf, DIAMOND, Story } from '../support/story.ts';

const say = ({ state }: Story, server: string) => describeAssignment(state, server as ServerName);

describe('what an agent says of its work when it starts', () => {
  it('names its nodes, by dag', () => {
    const story = new Story().apply(DIAMOND).place({ 'srv-1': ['A', 'B'], 'srv-2': ['*'] });
    story.join('srv-1').join('srv-2');
    expect(say(story, 'srv-1')).toEqual({ level: 'info', text: 'srv-1 has 2 nodes: diamond/A, diamond/B' });
    expect(say(story, 'srv-2').text).toBe('srv-2 has 3 nodes: diamond/C, diamond/D, diamond/E');
  });

  it('cuts a long list', () => {
    const wide = dagOf('wide', Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`n${at}`, []])));
    const story = new Story()
      .apply(wide)
      .place({ 'srv-1': ['*'] })
      .join('srv-1');
    expect(say(story, 'srv-1').text).toMatch(/^srv-1 has 12 nodes: wide\/n0, .* and 4 more$/);
  });

  it('warns where nothing is in force', () => {
    expect(say(new Story().join('srv-1'), 'srv-1')).toEqual({
      level: 'warning',
      text: 'no nodes are assigned to srv-1: no dag is in force yet (dagtop apply dags nodes.yaml)',
    });
  });

  it('warns where nodes.yaml does not know it', () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['*'] })
      .join('srv-9');
    expect(say(story, 'srv-9').text).toBe(
      'no nodes are assigned to srv-9: nodes.yaml lists nothing for srv-9 (it lists srv-1)',
    );
  });

  it('warns where what it is given is in no dag', () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['X'], 'srv-2': ['*'] })
      .join('srv-1');
    expect(say(story, 'srv-1').text).toBe(
      'no nodes are assigned to srv-1: nodes.yaml gives it X, and no dag in force leaves that to it',
    );
  });

  it('says that it stands by', () => {
    const small = dagOf('small', { only: [] });
    const story = new Story().apply(small).place({ 'srv-1': ['*'], 'srv-2': ['*'] }, ['srv-2']);
    story.join('srv-1').join('srv-2');
    expect(say(story, 'srv-2')).toEqual({ level: 'info', text: 'srv-2 stands by for 1 node: small/only' });
  });
});
