/** The outer size of a box in cells, border included: at least 5 wide and 3 high, or a pill of one row. */
export type BoxSpec = { readonly id: string; readonly width: number; readonly height: number };
export type Edge = { readonly from: string; readonly to: string };
/** What is to be drawn. Boxes stand in the order of the file; that order decides where nothing else does. */
export type Topology = { readonly boxes: readonly BoxSpec[]; readonly edges: readonly Edge[] };
