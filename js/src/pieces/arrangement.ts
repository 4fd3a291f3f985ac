import type { Below, How } from "../shared/boardstate";
import type { Pair } from "./pairs";
import { moved } from "./proposal";
import type { Bins } from "./viewmenu";

/** What the board shows and how. */
export interface Arrangement {
  observables: ({ name: string; unit?: string } & Bins)[];
  maps: Pair[];
  how: How;
  below: Below;
  log: boolean;
  snap: boolean;
  /** fb⁻¹; null: a cross section is unknown. */
  luminosity: number | null;
  /** Of the background, relative. */
  uncertainty: number;
}

export function rebinned(now: Arrangement, name: string, next: Bins): Arrangement {
  const observables = now.observables.map((one) => (one.name === name ? { ...one, ...next } : one));
  return { ...now, observables };
}

/** One place to the left or to the right; at the end nothing moves. */
export function shifted(now: Arrangement, name: string, by: -1 | 1): Arrangement {
  const { observables } = now;
  const from = observables.findIndex((one) => one.name === name);
  const to = from + by;
  if (from < 0 || to < 0 || to >= observables.length) return now;
  return { ...now, observables: moved(observables, from, to) };
}

export function without(now: Arrangement, name: string): Arrangement {
  return { ...now, observables: now.observables.filter((one) => one.name !== name) };
}
