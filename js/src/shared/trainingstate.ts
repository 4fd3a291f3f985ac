// What the kernel says of the Training panel; written by hml_jupyter/widgets/training.py.
import type { History } from "./kernel";
import type { Values } from "./state";

export interface MethodOption {
  name: string;
  /** What it is called on the page. */
  label: string;
  type:
    | "integer"
    | "number"
    | "integers"
    | "choice"
    | "choices"
    | "flag"
    | "text"
    | "texts"
    | "column"
    | "columns"
    | "json"
    | "method";
  /** As it would be typed. */
  default: string;
  min: number | null;
  max: number | null;
  choices: string[];
  unit: string;
  doc: string;
  /** Whether it stays behind a disclosure. */
  advanced: boolean;
}
/** What an option can be on a dataset, and what is proposed. */
export type ColumnChoice = Pick<MethodOption, "choices" | "default">;
/** Options that go together, all others being as usual, and the epochs where they matter. */
export interface MethodPreset {
  label: string;
  help: string;
  options: Record<string, string>;
  epochs: number | null;
}
export interface Method {
  name: string;
  label: string;
  /** The kind of dataset it learns from; null: any. */
  kind: string | null;
  /** What is wanting where no dataset fits. */
  needs: string;
  doc: string;
  /** Whether it learns a score, of which the dataset has to have one. */
  score: boolean;
  /** Whether several models can be trained, each on what the others have not seen. */
  folds: boolean;
  /** Where to read on: a title and an address. */
  read: [string, string];
  options: MethodOption[];
  presets: MethodPreset[];
  /** Whether it learns in epochs. */
  epochs: boolean;
  /** The option which, where it is given, makes a method that learns at once, without epochs. */
  at_once: string | null;
}
export interface TrainingValues extends Values {
  method: string;
  options: Record<string, string>;
  dataset: string;
  epochs: string;
  seed: string;
  /** Empty for one model that is trained on training events. */
  folds: string;
  name: string;
}
export interface ModelRow {
  target: string;
  record_id: string | null;
  method: string;
  on: string;
  status: string;
  stale: string[];
  error?: string | null;
  /** The cuts of the events it learned from. */
  cuts?: string;
  loss?: string | null;
  accuracy?: string | null;
  auc?: string | null;
  r50?: string | null;
  z?: string | null;
  note?: string | null;
  /** The dataset that has its score as a column. */
  scored?: string | null;
  /** The cuts that its model is, and the dataset that passes them. */
  found_cuts?: string[];
  selected?: string | null;
  /** Whether it stands for another model, with which it can be compared. */
  surrogate?: boolean;
  /** What it learned from. */
  dataset?: string | null;
  /** What can become of it where it did not come to its end. */
  offers?: ModelOffer[];
}
export interface ModelOffer {
  text: string;
  action: string;
  values: Values;
}
/** The scores of a model: densities of training and of test events, by side. */
export interface ScoreShapes {
  target: string;
  edges: number[];
  train: Record<string, number[]>;
  test: Record<string, { density: number[]; error: number[] }>;
  /** Whether training and test events have the same scores; null where that cannot be told. */
  agree: boolean | null;
  text: string;
}
/** A model's ROC curve on test events, p points by rising signal efficiency. */
export interface RocLine {
  target: string;
  efficiency: number[];
  /** One over the background efficiency; null where no background event is left. */
  rejection: (number | null)[];
  threshold: number[];
  /** Significance, null where it cannot be estimated; null for all without cross sections. */
  z: (number | null)[] | null;
  /** Signal efficiency of the recorded working point. */
  working: number | null;
}
export interface TrainingState {
  methods: Method[];
  datasets: {
    target: string;
    label: string;
    kind: string;
    /** Where it has a score: what the options of a method that learns one can be. */
    columns: Record<string, ColumnChoice> | null;
    n_train: number | string;
    n_validation: number | string;
    n_test: number | string;
    warning: string | null;
    lines: string[];
  }[];
  models: ModelRow[];
  /** What to do next. */
  next: string;
  /** What trains; `awaits` says why there are no numbers yet, `loss` what is minimised. */
  running: {
    record_id: string;
    target: string;
    method: string;
    unit: string;
    loss: string;
    awaits: string;
  } | null;
  /** With the epochs whose models are kept where it ended early, and that in words. */
  history: Record<string, History & { unit: string; loss: string; kept: number[]; note: string }>;
  roc: RocLine[];
  scores: ScoreShapes[];
  /** With the name that a model of each method would have, and the method that is first for each kind of dataset. */
  defaults: {
    method: string;
    options: Record<string, string>;
    dataset: string;
    epochs: string;
    seed: string;
    folds: string;
    names: Record<string, string>;
    first: Record<string, string>;
  };
}
