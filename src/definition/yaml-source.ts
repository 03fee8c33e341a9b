import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { YAMLMap } from 'yaml';
import { limits } from '../model/limits.ts';
import { quoted } from './diagnostic.ts';
import { MapEntries } from './map-entries.ts';
import type { Problems } from './problems.ts';
import { describe } from './source.ts';
import type { ListSource, MapEntry, MapSource, ScalarSource, Source } from './source.ts';
import { readYamlDocument } from './yaml-document.ts';

/**
 * Reads one YAML 1.2 document (core schema). Aliases share what they name instead of copying it; `<<` merges maps.
 * Refuses what passes the limits while it reads, before anything is built of it.
 */
export function readYaml(text: string, problems: Problems): Source | undefined {
  const document = readYamlDocument(text, problems);
  if (document === undefined) return undefined;
  const builder = new TreeBuilder(problems);
  const { source } = builder.source(document.contents, 0);
  return builder.isTooLarge ? undefined : source;
}

/** `size` counts values with aliases written out, against files that grow beyond measure when they are read. */
type Built = { readonly source: Source; readonly size: number };

class TreeBuilder {
  readonly #problems: Problems;
  readonly #anchors = new Map<string, Built>();
  #aliases = 0;
  isTooLarge = false;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  source(node: unknown, at: number): Built {
    if (isAlias(node)) return this.#alias(node.source, node.range?.[0] ?? at);
    const built = this.#plain(node, at);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, built);
    if (built.size > limits.expandedMaxValues && !this.isTooLarge) {
      this.isTooLarge = true;
      const bound = limits.expandedMaxValues.toLocaleString('en');
      this.#problems.error(
        built.source.at,
        `the aliases in here grow to more than ${bound} values`,
        'use fewer aliases',
      );
    }
    return this.isTooLarge ? { source: nothingAt(built.source.at), size: 1 } : built;
  }

  #alias(name: string, at: number): Built {
    this.#aliases += 1;
    if (this.#aliases === limits.yamlMaxAliases + 1)
      this.#problems.error(
        at,
        `the file has more than ${limits.yamlMaxAliases} aliases`,
        'use fewer aliases',
      );
    const target = this.#anchors.get(name);
    if (target !== undefined) return target;
    this.#problems.error(
      at,
      `the alias ${quoted(`*${name}`)} names no anchor above it`,
      `define it with &${name} first`,
    );
    return { source: nothingAt(at), size: 1 };
  }

  #plain(node: unknown, at: number): Built {
    if (isMap(node)) return this.#map(node);
    if (isSeq(node)) {
      const start = node.range?.[0] ?? at;
      const items = node.items.map((item) => this.source(item, start));
      const source: ListSource = { kind: 'list', at: start, items: items.map((item) => item.source) };
      return { source, size: sizeOf(items) };
    }
    if (!isScalar(node)) return { source: nothingAt(at), size: 1 };
    const text = node.source ?? '';
    const { value } = node;
    const simple =
      value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    const source: ScalarSource = {
      kind: 'scalar',
      at: node.range?.[0] ?? at,
      value: simple ? value : text,
      text,
    };
    return { source, size: 1 };
  }

  #map(node: YAMLMap): Built {
    const at = node.range?.[0] ?? 0;
    const entries = new MapEntries(this.#problems);
    const values: Built[] = [];
    const merged: MapEntry[] = [];
    for (const { key, value } of node.items) {
      const keyAt = isScalar(key) ? (key.range?.[0] ?? at) : at;
      const built = this.source(value, keyAt);
      values.push(built);
      if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN')
        merged.push(...this.#merged(built.source));
      else entries.add(isScalar(key) ? String(key.value) : '', keyAt, built.source);
    }
    entries.addMissing(merged);
    const source: MapSource = { kind: 'map', at, entries: entries.list() };
    return { source, size: sizeOf(values) };
  }

  /** The entries that `<<: *base` or `<<: [*a, *b]` brings; the first to name a key wins. */
  #merged(source: Source): MapEntry[] {
    const maps = source.kind === 'list' ? source.items : [source];
    return maps.flatMap((map) => {
      if (map.kind === 'map') return map.entries;
      this.#problems.error(map.at, `<<: expected an alias of a map, got ${describe(map)}`, 'write <<: *name');
      return [];
    });
  }
}

function nothingAt(at: number): ScalarSource {
  return { kind: 'scalar', at, value: null, text: '' };
}

function sizeOf(parts: readonly Built[]): number {
  return parts.reduce((total, part) => total + part.size, 1);
}
