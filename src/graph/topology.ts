/** Where the lines lead. */
export type Flow = 'down' | 'right';

/** The outer size of a box in cells: with a border at least 5 wide and 3 high, without one a pill, of one row. */
export type BoxSpec = {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly isPill?: boolean;
};
/** Edges of different kinds share no arrow head, so that each can be told apart there. */
export type Edge = { readonly from: string; readonly to: string; readonly kind?: string | undefined };
/** What is to be drawn. Boxes stand in the order of the file; that order decides where nothing else does. */
export type Topology = {
  readonly boxes: readonly BoxSpec[];
  readonly edges: readonly Edge[];
  /** Down by default. */
  readonly flow?: Flow;
  /**
   * Where boxes stood in an earlier drawing, across the flow (`placesOf`). Those that share a layer now stay in the order that they had,
   * unless lines would cross much more.
   */
  readonly before?: ReadonlyMap<string, number> | undefined;
};
