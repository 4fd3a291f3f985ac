// What the kernel says of the Preserve panel; written by hml_jupyter/widgets/preserving.py.
import type { Verdict } from "./checker";
import type { Values } from "./state";

/** An input of a model, and where it can be known. */
export interface InputRow {
  name: string;
  unit: string;
  level: string;
  definition: string;
}
export interface PreserveValues extends Values {
  model: string;
  name: string;
  description: string;
  authors: string;
  licence: string;
  citation: string;
  efficiencies: string;
  /** Levels that the user has chosen, by input. */
  levels: Record<string, string>;
}
/** A question of the wishlist, and whether the card answers it. */
export interface ChecklistRow {
  item: string;
  ok: boolean;
  text: string;
}
export interface CheckRow {
  what: string;
  /** null: there is nothing to compare with. */
  ok: boolean | null;
  text: string;
}
export interface Verified {
  ok: boolean;
  rows: CheckRow[];
}
/** What the card of a bundle says. */
export interface CardFacts {
  name: string;
  description: string;
  /** `missing`: what the network gets where an object is not there. */
  inputs: (InputRow & { missing: string })[];
  /** Inputs that are not listed. */
  more_inputs: number;
  /** What an event is: set, image or graph. */
  kind: string;
  outputs: { name: string; meaning: string }[];
  points: string[];
  networks: string[];
  /** Authors, licence, citation: those that are said. */
  said: Record<string, string>;
}
export interface BundleRow {
  /** Its folder or its zip, seen from the notebook. */
  place: string;
  /** The variable that holds it; empty: it was only opened, and no cell loads it yet. */
  target: string;
  record_id: string | null;
  formats: string[];
  /** Why there is no lwtnn file. */
  why: string;
  lacking: string[];
  stale: string[];
  card: CardFacts;
  /** With what a file can be shown as; empty: not here. */
  files: { name: string; size: number; as: "text" | "picture" | "" }[];
  verified: Verified | null;
  /** With the reason why a dataset cannot be scored; empty: it can. */
  datasets: { target: string; why: string }[];
}
/** A file of a bundle, to be looked at. */
export interface Content {
  file: string;
  text?: string;
  /** There is more of the text. */
  cut?: boolean;
  /** A PNG, in base64. */
  picture?: string;
}
export interface PreserveState {
  models: { target: string; label: string; inputs: InputRow[] }[];
  levels: string[];
  licences: string[];
  /** What can be done about inputs that only a detector knows. */
  remedies: Record<string, string>;
  bundles: BundleRow[];
  next: string;
  /** With the name that a bundle of each model would have. */
  defaults: { model: string; names: Record<string, string>; efficiencies: string };
}
export interface PreserveVerdict extends Verdict {
  checklist?: ChecklistRow[];
}
