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
export interface BundleRow {
  target: string;
  record_id: string | null;
  formats: string[];
  /** Why there is no lwtnn file. */
  why: string;
  lacking: string[];
  stale: string[];
  files: { name: string; size: number; text: boolean }[];
  verified: Verified | null;
}
export interface PreserveState {
  models: { target: string; label: string; inputs: InputRow[] }[];
  levels: string[];
  licences: string[];
  /** What can be done about inputs that only a detector knows. */
  remedies: Record<string, string>;
  bundles: BundleRow[];
  datasets: string[];
  next: string;
  /** With the name that a bundle of each model would have. */
  defaults: { model: string; names: Record<string, string>; efficiencies: string };
}
export interface PreserveVerdict extends Verdict {
  checklist?: ChecklistRow[];
}
