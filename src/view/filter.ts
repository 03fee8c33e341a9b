/** What a filter looks at. */
export type Filtered = {
  readonly text: string;
  /** Words of its state: `failed`, `timed out`. */
  readonly state?: string;
  readonly server?: string;
};

/**
 * What `filter` lets through. Words: `state:failed` and `srv:srv-2` look at one thing each; all else together is a regular expression over the
 * text (plain text where it is none), in either case of letters. `!` in front turns a word, or the expression, around. An empty filter
 * lets everything through.
 */
export function filterOf(filter: string): (item: Filtered) => boolean {
  const parts = filter.split(' ').filter((part) => part !== '');
  const keyed = parts.map(keyedPart);
  const rest = parts.filter((_, at) => keyed[at] === undefined).join(' ');
  const tests = [...keyed.flatMap((test) => test ?? []), ...(rest === '' ? [] : [textPart(rest)])];
  return (item) => tests.every((test) => test(item));
}

type Test = (item: Filtered) => boolean;

function keyedPart(part: string): Test | undefined {
  const match = /^(!?)(state|srv|server):(.*)$/u.exec(part);
  if (match === null) return undefined;
  const [, not, key, value = ''] = match;
  const wanted = value.toLowerCase().replaceAll('_', ' ');
  return (item) => {
    const own = (key === 'state' ? item.state : item.server) ?? '';
    return own.toLowerCase().replaceAll('_', ' ').startsWith(wanted) !== (not === '!');
  };
}

function textPart(rest: string): Test {
  const isNot = rest.startsWith('!');
  const wanted = isNot ? rest.slice(1) : rest;
  if (wanted === '') return () => true;
  const matches = matcher(wanted);
  return ({ text }) => matches(text) !== isNot;
}

function matcher(wanted: string): (text: string) => boolean {
  try {
    const pattern = new RegExp(wanted, 'iu');
    return (text) => pattern.test(text);
  } catch {
    const lower = wanted.toLowerCase();
    return (text) => text.toLowerCase().includes(lower);
  }
}
