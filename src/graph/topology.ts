/** Where the lines lead. */
export type Flow = 'down' | 'right';

/** The outer size of a box in cells: with a border at least 5 wide and 3 high, without one a pill, of one row. */
export type BoxSpec = {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly isPill?: boolean;
};
export type Edge = { readonly from: string; readonly to: string };
/** What is to be drawn. Boxes stand in the order of the file; that order decides where nothing else does. */
export type Topology = {
  readonly boxes: readonly BoxSpec[];
  readonly edges: readonly Edge[];
  /** Down by default. */
  readonly flow?: Flow;
};
