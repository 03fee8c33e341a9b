import type { ErrorCode } from 'yaml';
import { printable } from './diagnostic.ts';

type Explained = { readonly message: string; readonly hint: string };

/** What `yaml` says, in words of our own where its own need the YAML specification at hand. */
export function explainYaml(code: ErrorCode, original: string): Explained {
  const message = printable(original.slice(0, 200));
  const known = BY_TEXT.find(([part]) => original.includes(part));
  return known === undefined ? { message, hint: HINTS[code] } : known[1];
}

const QUOTE_HINT = 'put a text that contains ": " or begins with a special character in quotes';
const INDENT_HINT = 'indent all items of one map or list alike, with blanks';
const HALF_SAVED = 'close it; is the file half saved?';

const BY_TEXT: readonly (readonly [part: string, explained: Explained])[] = [
  [
    'Tabs are not allowed',
    { message: 'a tab in the indentation', hint: 'indent with blanks: YAML forbids tabs here' },
  ],
  ['Missing closing', { message: 'a quoted text without its closing quote', hint: 'add the closing quote' }],
  [
    'need to be followed by map values',
    { message: 'a key without ":"', hint: 'write "key: value"; is the file half saved?' },
  ],
  ['Implicit keys need to be on a single line', { message: 'a line without "key:"', hint: QUOTE_HINT }],
  ['Nested mappings are not allowed', { message: 'a second ": " in one line', hint: QUOTE_HINT }],
  [
    'must start at the same column',
    { message: 'the indentation does not match the lines above', hint: INDENT_HINT },
  ],
  ['end with a ]', { message: 'a list that is opened with [ has no ]', hint: HALF_SAVED }],
  ['end with a }', { message: 'a map that is opened with { has no }', hint: HALF_SAVED }],
  [
    'all keys must be strings',
    { message: 'a key that is a list, a map or an alias', hint: 'use a plain text as the key' },
  ],
];

const TAG_HINT = 'remove the tag: a dag needs none';
const ANCHOR_HINT = 'write &name before a value and *name where it is used again';

const HINTS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: ANCHOR_HINT,
  BAD_ALIAS: ANCHOR_HINT,
  BAD_COLLECTION_TYPE: TAG_HINT,
  BAD_DIRECTIVE: 'remove the line that begins with %',
  BAD_DQ_ESCAPE: "write \\\\ for a backslash, or use '…' quotes",
  BAD_INDENT: INDENT_HINT,
  BAD_PROP_ORDER: ANCHOR_HINT,
  BAD_SCALAR_START: QUOTE_HINT,
  BLOCK_AS_IMPLICIT_KEY: QUOTE_HINT,
  BLOCK_IN_FLOW: 'inside [ ] and { } write lists and maps with brackets too',
  DUPLICATE_KEY: 'remove or rename one of them',
  IMPOSSIBLE: 'correct the lines above',
  KEY_OVER_1024_CHARS: 'use a shorter key',
  MISSING_CHAR: 'correct the syntax here',
  MULTILINE_IMPLICIT_KEY: QUOTE_HINT,
  MULTIPLE_ANCHORS: ANCHOR_HINT,
  MULTIPLE_DOCS: 'keep one document per file; remove the ---',
  MULTIPLE_TAGS: TAG_HINT,
  NON_STRING_KEY: 'use a plain text as the key',
  RESOURCE_EXHAUSTION: 'flatten the nesting',
  TAB_AS_INDENT: 'indent with blanks: YAML forbids tabs here',
  TAG_RESOLVE_FAILED: TAG_HINT,
  UNEXPECTED_TOKEN: 'correct the syntax here; a text with special characters needs quotes',
};
