import { Composer, Lexer, Parser, visit } from 'yaml';
import type { Document, YAMLError } from 'yaml';
import { limits } from '../model/limits.ts';
import type { Problems } from './problems.ts';
import { explainYaml } from './yaml-mistake.ts';

/**
 * The one document in `text`, as `yaml` sees it. Undefined after a mistake of syntax or a passed limit has been reported:
 * the parser is driven token by token, so that a bomb is refused before it has been read.
 */
export function readYamlDocument(text: string, problems: Problems): Document | undefined {
  const documents = compose(text, problems);
  if (documents === undefined) return undefined;
  const [document, second] = documents;
  if (second !== undefined) {
    const at = second.range?.[0] ?? text.length;
    problems.error(at, 'a second YAML document begins here', 'keep one document per file; remove the ---');
    return undefined;
  }
  if (document === undefined) throw new Error('the composer gave no document at the end of its input');
  for (const error of [...document.errors, ...document.warnings]) report(problems, document, error);
  return problems.hasErrors ? undefined : document;
}

/** The first two documents; undefined when a limit is passed. */
function compose(text: string, problems: Problems): Document[] | undefined {
  const parser = new Parser();
  // Unique keys are checked by us: `yaml` compares each key with every other.
  const composer = new Composer({ uniqueKeys: false, stringKeys: true, resolveKnownTags: false });
  const documents: Document[] = [];
  let tokens = 0;
  let directives = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1;
    for (const token of parser.next(lexeme)) {
      if (token.type === 'directive') directives += 1;
      documents.push(...(composer.next(token) as Iterable<Document>));
    }
    const passed = passedLimit(tokens, parser.stack.length, directives);
    if (passed !== undefined) {
      problems.error(parser.offset, ...passed);
      return undefined;
    }
    if (documents.length > 1) return documents;
  }
  for (const token of parser.end()) documents.push(...(composer.next(token) as Iterable<Document>));
  documents.push(...(composer.end(true, text.length) as Iterable<Document>));
  return documents;
}

function passedLimit(tokens: number, stack: number, directives: number): [string, string] | undefined {
  if (tokens > limits.yamlMaxTokens) {
    const bound = limits.yamlMaxTokens.toLocaleString('en');
    return [`the file has more than ${bound} YAML tokens`, 'split the dag, or write it as JSON'];
  }
  // The bottom of the stack is the document itself, the top may be a scalar.
  if (stack > limits.yamlMaxDepth + 2)
    return [`the nesting is deeper than ${limits.yamlMaxDepth} levels`, 'flatten it'];
  if (directives > 10) return ['more than 10 lines begin with %', 'remove them: a dag needs none'];
  return undefined;
}

function report(problems: Problems, document: Document, error: YAMLError): void {
  const { message, hint } = explainYaml(error.code, error.message);
  const isUnclosed = error.message.startsWith('Missing closing');
  problems.error(isUnclosed ? openingOf(document, error.pos[0]) : error.pos[0], message, hint);
}

/** Where the quoted text begins that runs on to `end`: there the closing quote was forgotten. */
function openingOf(document: Document, end: number): number {
  let at = end;
  visit(document, {
    Scalar: (_key, node) => {
      if (node.range?.[1] === end) [at] = node.range;
    },
  });
  return at;
}
