// What the kernel says of each panel; written by hml_jupyter/widgets.
export type PanelName = "processes" | "observables" | "cuts" | "training" | "preserve" | "record";
export type Values = Record<string, unknown>;

export interface Empty {
  empty: string;
  go: PanelName;
}
export interface Header {
  cores: number | null;
  way: "A" | "C" | null;
  way_text: string;
  read_only: string | null;
  running: { record_id: string; panel: string; text: string } | null;
}

export interface ProcessValues extends Values {
  generator: "pythia8" | "madgraph5" | "folder" | "lhe";
  process: string;
  decays: string[];
  name: string;
  ecm: string;
  events: string;
  seed: string;
  settings: [string, string][];
  detector: string;
  added: string[];
  define: [string, string][];
  model: string;
  parameters: [string, string][];
  beams: string;
  shower: string;
  madspin: string;
  multi_run: string;
  cards: string[];
  scan: string;
  values: string;
  file: string;
  run: string;
}
export interface RunRow {
  target: string;
  record_id: string | null;
  process: string;
  decays: string[];
  cross_section: string | null;
  n_events: number | string | null;
  seed: number | string | null;
  generator: string;
  detector: string | null;
  diagrams: boolean;
  status: string;
  error: string | null;
}
/** A word that can be typed, what it is, and what else is known of it. */
export type Word = [text: string, note: string, ...more: string[]];
export interface ProcessesState {
  runs: RunRow[];
  presets: { label: string; help: string; forms: Partial<ProcessValues>[] }[];
  generators: { value: string; text: string }[];
  particles: Word[];
  processes: Word[];
  decays: Word[];
  settings: Word[];
  parameters: Word[];
  defaults: ProcessValues;
}

export interface ObservablesValues extends Values {
  sources: string[];
  signal: string[];
  observed: string[];
  kind: string;
  observables: string[];
  require: string;
  seed: string;
  split: string;
  name: string;
  per: string;
}
/** What an observable does in the sources that are chosen, from some of their events. */
export type Ranks = Record<string, { separation: number | null; missing: number }>;
interface Offered {
  name: string;
  doc: string;
  unit: string;
  group: string;
  also: string;
}
export interface ObservablesState {
  sources: {
    target: string;
    label: string;
    n_events: number | string;
    cross_section: string | null;
  }[];
  catalogue: Offered[];
  /** Observables of the objects of a collection, where each has a row. */
  collections: Record<string, Offered[]>;
  /** What a dataset of each kind is called, unless the user says otherwise. */
  names: Record<string, string>;
  /** What an image or a graph can be of, and what is known of its particles and edges. */
  particles: Word[];
  features: Word[];
  edge_features: Word[];
  defaults: ObservablesValues;
  datasets: {
    target: string;
    label: string;
    kind: string;
    n: Record<string, number | string>;
    /** What was said while it was built. */
    notes: string[];
  }[];
}
export interface PictureValue {
  /** Base64, and what it shows. */
  pictures: { png: string; about: string }[];
  error: string | null;
  notes: string[];
}
export interface PreviewValue {
  name: string;
  error: string | null;
  /** These are left out beside an error. */
  unit?: string;
  edges?: number[];
  series?: { label: string; is_signal: boolean; density: number[] }[];
  missing?: Record<string, number>;
  /** What the rows are: events, or jets. */
  rows?: string;
}
export interface LeftRow {
  label: string;
  n: number | string;
  of: number | string;
  train: number | string;
  validation: number | string;
  test: number | string;
}

export interface RecordEntry {
  record_id: string;
  n: number;
  code: string;
  panel: string;
  status: string;
  summary: string;
  fingerprint: string | null;
  stale: string[];
  cell: string;
  error?: string | null;
}
export interface RecordState {
  entries: RecordEntry[];
  undo: { text: string } | null;
  redo: { text: string } | null;
  sidecar: string;
  order_differs: boolean;
  replay: {
    text: string;
    ok: boolean;
    rows: [number | string, string][];
    running?: boolean;
  } | null;
  not_run: number;
}
