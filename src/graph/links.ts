import type { Layered, Strand } from './layered.ts';

/** The vertices at which the lines of each vertex end: those of vertex `n` from `first[n]` on, up to `first[n + 1]`. */
export type Ends = { readonly first: Int32Array; readonly vertices: Int32Array };
export type Links = { readonly above: Ends; readonly below: Ends };

/**
 * All lines between layers, each strand taken as straight lines from its tops to its bottoms. Where many meet many, they do so in the middle: its
 * middle top leads to all bottoms, and the others to the middle bottom.
 */
export function linksOf(layered: Layered): Links {
  const above = layered.above.map((strands, bottom) => strands.flatMap((strand) => topsOf(strand, bottom)));
  const below = layered.below.map((strands, top) => strands.flatMap((strand) => bottomsOf(strand, top)));
  return { above: endsOf(above), below: endsOf(below) };
}

function topsOf({ tops, bottoms }: Strand, bottom: number): readonly number[] {
  return bottoms.length === 1 || bottom === middleOf(bottoms) ? tops : [middleOf(tops)];
}

function bottomsOf({ tops, bottoms }: Strand, top: number): readonly number[] {
  return tops.length === 1 || top === middleOf(tops) ? bottoms : [middleOf(bottoms)];
}

function middleOf(vertices: readonly number[]): number {
  return vertices[vertices.length >> 1] ?? 0;
}

function endsOf(lists: readonly (readonly number[])[]): Ends {
  const first = new Int32Array(lists.length + 1);
  for (const [at, list] of lists.entries()) first[at + 1] = (first[at] ?? 0) + list.length;
  return { first, vertices: Int32Array.from(lists.flat()) };
}
