// What the kernel says of a board of live histograms; written by hml_jupyter/boards.
export type Side = "low" | "high";
export type Kind = "signal" | "background" | "data";
export type How = "stacked" | "overlaid" | "normalised";
export type Operator = ">=" | ">" | "<" | "<=";
export type Below = "significance" | "ratio" | "none";

export interface Bound {
  value: number;
  text: string;
  /** As the cut is written: of a strict one, ">" or "<=", the value is the number next to that of the text. */
  operator: Operator;
}
export interface Sample {
  name: string;
  kind: Kind;
  n: number;
}
export interface BoardLayout {
  how: How;
  below: Below;
  log: boolean;
  /** Drags stop at the edges of bins only. */
  snap: boolean;
  /** Those that were chosen; the others are found from the events. */
  bins?: Record<string, number>;
  ranges?: Record<string, [number, number]>;
  most_bins: number;
}
export interface BoardView {
  name: string;
  unit: string;
  /** Of the bins that are drawn. */
  edges: number[];
  /** Where a threshold can be put, and how Python writes it. */
  places: number[];
  labels: string[];
  /** The drawn edges and the view's own thresholds. */
  fill: number[];
  low: Bound | null;
  high: Bound | null;
  /** A row a sample, then those of `BoardState.compared`, F + 3 numbers each: below, the bins, above, missing; passing all cuts but the view's own. */
  sums: number[][];
  squares: number[][];
  /** It counts things: thresholds are whole numbers. */
  whole: boolean;
  /** Windows of this observable in which data are blinded. */
  hidden: [number, number][];
  /** Data are blinded by something else too: simulation is drawn from the rows of `compared`. */
  apart: boolean;
}
export interface BoardMap {
  x: string;
  y: string;
  xedges: number[];
  yedges: number[];
}
export interface BoardCut {
  text: string;
  on: boolean;
  /** Where a handle stands for it. */
  observable: string | null;
  side: Side | null;
  value: number | null;
}
/** A cut that has a name in the dataset. */
export interface Region {
  name: string;
  text: string;
}
/** A number for each sample; null where there is none, such as generated events of observed data. */
export interface FlowRow {
  label: string;
  events: (number | null)[];
  sums: (number | null)[];
  squares: (number | null)[];
}
export interface BestValue {
  value: number;
  label: string;
  z: number;
  error?: number;
  text: string;
}
export interface BoardState {
  version: number;
  /** What is counted: indexes and maps of another one are dropped. */
  counted: string;
  /** Observed data last. */
  samples: Sample[];
  /** For each sample, the row of `sums`, `squares` and of an index that is compared with data: without what is blinded. */
  compared: number[];
  /** The cuts that blind data. */
  blind: string[];
  /** Makes expected events of sums of weights. */
  scale: number;
  /** Null: a cross section is unknown. */
  luminosity: number | null;
  /** Of the background, relative. */
  uncertainty: number;
  /** Effective background events that a significance needs. */
  floor: number;
  layout: BoardLayout;
  views: BoardView[];
  maps: BoardMap[];
  cuts: BoardCut[];
  regions: Region[];
  cutflow: FlowRow[];
  /** Rows of the cutflow before the first cut of the board. */
  fixed: number;
  catalogue: { name: string; unit: string }[];
  code: string | null;
  /** Only in a Lab. */
  datasets?: { target: string; label: string }[];
  dataset?: string;
}
export interface IndexValue {
  observable: string;
  places: number[];
  labels: string[];
  /** Which places are next to the number of their label: a threshold there is written with ">" or "<=". */
  strict: number[];
  /** Of the own thresholds among the cuts that are on, or where a new one would be. */
  position: Record<Side, number>;
  from: number;
  rows: number;
  views: string[];
  /** The cell that each place of a threshold would write. */
  code: Record<Side, string[]>;
}
