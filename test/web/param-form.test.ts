import { describe, expect, it } from 'vitest';
import { paramText, readParams } from '../../src/web/data/param-form.ts';

const PARAMS = [
  { name: 'count', type: 'number', default: 3 },
  { name: 'dry', type: 'boolean', default: true },
  { name: 'where', type: 'string', default: '/tmp' },
  { name: 'any', type: 'any', default: null },
  { name: 'API_TOKEN', type: 'string', default: '***' },
  { name: '__proto__', type: 'string', default: '' },
] as const;

function read(entries: Readonly<Record<string, string>>) {
  return readParams(PARAMS, new Map(Object.entries(entries)));
}

describe('the form of a trigger', () => {
  it('sends nothing of what was left as it is, masked secrets among it', () => {
    const untouched = Object.fromEntries(PARAMS.map((param) => [param.name, paramText(param.default)]));
    expect(read(untouched)).toEqual({ values: {}, problems: new Map() });
  });

  it('sends what was typed in the type that the parameter has', () => {
    const { values } = read({ count: ' 1e3 ', dry: 'false', where: '12', any: '{"a":1}' });
    expect(values).toEqual({ count: 1_000, dry: false, where: '12', any: '{"a":1}' });
    expect(read({ any: '12' }).values).toEqual({ any: 12 });
    expect(read({ any: 'twelve' }).values).toEqual({ any: 'twelve' });
  });

  it.each([
    ['count', 'many'],
    ['count', ''],
    ['count', 'Infinity'],
    ['dry', 'yes'],
  ])('says that %s can not be %j', (name, text) => {
    expect([...read({ [name]: text }).problems.keys()]).toEqual([name]);
  });

  it('knows a parameter of any name', () => {
    const { values } = readParams(PARAMS, new Map([['__proto__', 'x']]));
    expect(Object.entries(values)).toEqual([['__proto__', 'x']]);
  });
});
