import { describe, expect, it } from 'vitest';
import { readParams } from '../../src/cli/params.ts';
import type { Dag } from '../../src/model/dag.ts';
import { dagOf } from '../support/story.ts';

const DAG: Dag = {
  ...dagOf('words', { only: [] }),
  params: { top: 10, folder: '.', strict: false },
};

describe('a parameter', () => {
  it('takes the type of its default', () => {
    expect(readParams(DAG, ['top=3', 'folder=3', 'strict=true'])).toEqual({
      top: 3,
      folder: '3',
      strict: true,
    });
  });

  it('may be empty text, and hold further equals signs', () => {
    expect(readParams(DAG, ['folder='])).toEqual({ folder: '' });
    expect(readParams(DAG, ['folder=a=b'])).toEqual({ folder: 'a=b' });
  });

  it('that is given twice counts the last time', () => {
    expect(readParams(DAG, ['top=1', 'top=2'])).toEqual({ top: 2 });
  });

  it.each([
    ['top', 'is no parameter'],
    ['=3', 'is no parameter'],
    ['top=', 'top is a number'],
    ['top=many', 'top is a number'],
    ['top=Infinity', 'top is a number'],
    ['strict=yes', 'true or false'],
    ['tpo=3', "no parameter 'tpo'"],
    ['__proto__=3', "no parameter '__proto__'"],
    ['toString=3', "no parameter 'toString'"],
  ])('%j is refused: %s', (text, message) => {
    expect(() => readParams(DAG, [text])).toThrow(message);
  });

  it('that nearly exists is suggested, else those that exist are named', () => {
    expect(() => readParams(DAG, ['tpo=3'])).toThrow(
      expect.objectContaining({ hint: 'did you mean "top"?' }),
    );
    expect(() => readParams(DAG, ['zzzzzz=3'])).toThrow(
      expect.objectContaining({ hint: 'words has top, folder, strict' }),
    );
  });
});
