import { sanitizeText } from '../graph/text.ts';
import type { Definition, Run } from '../model/state.ts';
import { nodeLook } from './look.ts';
import type { Tone } from './look.ts';

/** A DAG in the languages of other tools, each node and edge by itself; with a run, states are named and coloured. */

/** Fill and line colours that are told apart on white, by people who see no red or green too. */
const COLORS: Readonly<Record<Tone, { readonly fill: string; readonly line: string }>> = {
  plain: { fill: '#ffffff', line: '#444444' },
  muted: { fill: '#f2f2f2', line: '#888888' },
  good: { fill: '#e3f4e8', line: '#1a7f37' },
  bad: { fill: '#ffe5e2', line: '#b42318' },
  busy: { fill: '#def1fb', line: '#0b72a8' },
  waiting: { fill: '#e7eafc', line: '#3f51b5' },
  warning: { fill: '#fff3d6', line: '#9a6700' },
  accent: { fill: '#f6e6fb', line: '#8e24aa' },
};

/** Graphviz. */
export function dotText(definition: Definition, run: Run | undefined): string {
  const { dag } = definition;
  const lines = [
    `digraph ${quoted(dag.name)} {`,
    '  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="sans-serif"];',
    ...dag.nodes.map((node, index) => {
      const look = lookOf(run, index);
      const label = look === undefined ? [node.name] : [node.name, look.word];
      const { fill, line } = COLORS[look?.tone ?? 'plain'];
      const text = label.map((part) => quoted(part).slice(1, -1)).join(String.raw`\n`);
      return `  ${quoted(node.name)} [label="${text}", fillcolor="${fill}", color="${line}"];`;
    }),
    ...edgesOf(definition).map(([from, to]) => `  ${quoted(from)} -> ${quoted(to)};`),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** Mermaid, as Markdown renderers show it. */
export function mermaidText(definition: Definition, run: Run | undefined): string {
  const { nodes } = definition.dag;
  const used = new Set<Tone>();
  const boxes = nodes.map((node, index) => {
    const look = lookOf(run, index);
    const label = look === undefined ? entities(node.name) : `${entities(node.name)}<br>${look.word}`;
    if (look !== undefined) used.add(look.tone);
    return `  n${index}["${label}"]${look === undefined ? '' : `:::${look.tone}`}`;
  });
  const edges = definition.upstream.flatMap((sources, to) => sources.map((from) => `  n${from} --> n${to}`));
  const classes = [...used].map((tone) => {
    const { fill, line } = COLORS[tone];
    return `  classDef ${tone} fill:${fill},stroke:${line}`;
  });
  return `${['flowchart TD', ...boxes, ...edges, ...classes].join('\n')}\n`;
}

/** The graph as data: nodes in the order of the file, with their states. */
export function graphJson(definition: Definition, run: Run | undefined): object {
  const { dag, hash } = definition;
  return {
    dag: dag.name,
    hash,
    ...(run === undefined ? {} : { run: run.id }),
    nodes: dag.nodes.map(({ name }, index) => {
      const status = run?.nodes[index]?.status.is;
      return status === undefined ? { name } : { name, state: status };
    }),
    edges: edgesOf(definition),
  };
}

/** The colours of a node's box in a picture. */
export function boxColors(tone: Tone): { readonly fill: string; readonly line: string } {
  return COLORS[tone];
}

function lookOf(run: Run | undefined, index: number) {
  const state = run?.nodes[index]?.status.is;
  return state === undefined ? undefined : nodeLook(state);
}

function edgesOf({ dag }: Definition): (readonly [string, string])[] {
  return dag.nodes.flatMap(({ name, depends }) => depends.map((from) => [from, name] as const));
}

/** A string of the dot language: only quotes and backslashes mean something in it. */
function quoted(text: string): string {
  return `"${sanitizeText(text).replace(/["\\]/g, String.raw`\$&`)}"`;
}

/** What Mermaid or HTML could take for more than text, by number. */
function entities(text: string): string {
  return sanitizeText(text).replace(/[^\p{L}\p{N} _.,-]/gu, (glyph) => `#${glyph.codePointAt(0) ?? 32};`);
}
