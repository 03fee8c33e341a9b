import type { NodeName } from '../model/ids.ts';
import type { TextFile } from './source-file.ts';
import { readSource } from './source-file.ts';
import type { Source } from './source.ts';

/** The line, counted from 1, where a node stands in a DAG file of either form; undefined where it does not, or can't be read. */
export function lineOfNode(file: TextFile, node: NodeName): number | undefined {
  const { root, problems } = readSource(file, 'nodes');
  const nodes = root?.entries.find(({ key }) => key === 'nodes')?.value;
  const at = nodes === undefined ? undefined : placeIn(nodes, node);
  return at === undefined ? undefined : problems.lineAt(at);
}

function placeIn(nodes: Source, node: NodeName): number | undefined {
  if (nodes.kind === 'map') return nodes.entries.find(({ key }) => key === node)?.at;
  if (nodes.kind === 'scalar') return undefined;
  const isNode = (source: Source): boolean =>
    source.kind === 'scalar'
      ? source.text === node
      : source.kind === 'map' && source.entries.some(({ key, value }) => key === 'name' && isNode(value));
  return nodes.items.find(isNode)?.at;
}
