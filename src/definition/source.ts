import { quoted } from './diagnostic.ts';

/** A file's content as a tree that knows where everything stands. `at` is an offset into the text, in UTF-16 units. */
export type Source = ScalarSource | ListSource | MapSource;

export type ScalarSource = {
  readonly kind: 'scalar';
  readonly at: number;
  readonly value: string | number | boolean | null;
  /** As written: `1.10` stays `1.10`, and quoted text is without its quotes. */
  readonly text: string;
};
export type ListSource = { readonly kind: 'list'; readonly at: number; readonly items: readonly Source[] };
export type MapSource = { readonly kind: 'map'; readonly at: number; readonly entries: readonly MapEntry[] };
export type MapEntry = { readonly key: string; readonly at: number; readonly value: Source };

/** What stands there, for `expected …, got …`. */
export function describe(source: Source): string {
  switch (source.kind) {
    case 'map':
      return source.entries.length === 0 ? 'an empty map' : 'a map';
    case 'list':
      return source.items.length === 0 ? 'an empty list' : 'a list';
    case 'scalar':
      return source.value === null ? 'nothing' : describeScalar(source);
  }
}

function describeScalar({ value, text }: ScalarSource): string {
  return typeof value === 'string' ? quoted(value) : text;
}
