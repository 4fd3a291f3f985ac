// What the board shows: as the kernel counted it, or as it would be with thresholds elsewhere.
import type { Below, BoardCut, BoardState, BoardView, FlowRow, Operator, Side } from "./boardstate";
import type { Index } from "./indexes";
import { type Expected, type Significance, significance } from "./significance";
import { Bins, type Range, type Window } from "./window";

/** Thresholds of one observable that are in the hand, as places. */
export interface Move {
  observable: string;
  window: Window;
}
/** A view with what follows from it. */
export interface Sight {
  view: BoardView;
  bins: Bins;
  /** The same, from the slices of an index. */
  fine: Bins;
  /** Where its thresholds can stand, its own exact ones among them. */
  places: number[];
  labels: string[];
  /** Those where a strict threshold stands. */
  strict: Set<number>;
}
/** Contents of the drawn bins, a row a sample: below, the bins, above, missing. */
export interface Contents {
  before: Float64Array[];
  after: Float64Array[];
  squares: Float64Array[];
}

/** `more`: other values where a threshold stands. */
export function sight(view: BoardView, more: number[] = []): Sight {
  const labels = new Map(more.map((value) => [value, String(value)]));
  view.places.forEach((place, at) => {
    labels.set(place, view.labels[at] ?? "");
  });
  const bounds = [view.low, view.high].filter((bound) => bound !== null);
  for (const { value, text } of bounds) labels.set(value, text);
  const places = [...labels.keys()].sort((a, b) => a - b);
  const strict = bounds.filter(({ operator }) => operator === ">" || operator === "<=");
  const { edges, whole } = view;
  return {
    view,
    bins: new Bins(view),
    fine: new Bins({ edges, fill: places, whole }),
    places,
    labels: places.map((x) => labels.get(x) ?? ""),
    strict: new Set(strict.map(({ value }) => places.indexOf(value))),
  };
}

/** The window of a view's own thresholds. */
export function windowOf({ view, places }: Sight): Window {
  const at = (value: number | undefined) => (value === undefined ? null : places.indexOf(value));
  return { low: at(view.low?.value), high: at(view.high?.value) };
}

export function rangeOf({ places }: Sight, { low, high }: Window): Range {
  const at = (place: number | null) => (place === null ? null : (places[place] ?? null));
  return { low: at(low), high: at(high) };
}

/** Where the bins come from: the index of what is in the hand; null: from the state. */
export interface Source {
  index: Index;
  move: Move;
}

/** A view's bins with its own thresholds in a window. */
export function contents(
  seen: Sight,
  samples: number,
  window: Window,
  source: Source | null,
): Contents {
  const { name } = seen.view;
  const own = source !== null && source.move.observable === name;
  const bins = own ? seen.fine : seen.bins;
  const take = (quantity: "sums" | "squares", sample: number) => {
    const moved = own
      ? source.index.slicesOf(quantity, sample)
      : source?.index.contents(name, quantity, sample, source.move.window);
    return moved ?? seen.view[quantity][sample] ?? [];
  };
  const shares = bins.shares(rangeOf(seen, window));
  const found: Contents = { before: [], after: [], squares: [] };
  for (let sample = 0; sample < samples; sample += 1) {
    const sums = take("sums", sample);
    const before = bins.fold(sums, null);
    found.before.push(before);
    found.after.push(shares ? bins.fold(sums, shares) : before);
    found.squares.push(bins.fold(take("squares", sample), shares));
  }
  return found;
}

/** As they are read. */
export const SIGNS: Record<Operator, string> = { ">=": "≥", ">": ">", "<": "<", "<=": "≤" };

/** As they are heard. */
export const WORDS: Record<string, string> = {
  "≥": "above",
  ">": "above",
  "<": "below",
  "≤": "at most",
};

/** How a threshold is written that stands at a place. */
export function operator(side: Side, strict: boolean): Operator {
  if (side === "low") return strict ? ">" : ">=";
  return strict ? "<=" : "<";
}

/** The cutflow with the thresholds of one observable elsewhere. */
export function flow(state: BoardState, { observable, window }: Move, index: Index): FlowRow[] {
  const { from, position, places, labels, strict, rows } = index.value;
  const on = state.cuts.filter((cut) => cut.on);
  const shown = state.cutflow.slice(0, state.fixed + from);
  const sides: Side[] = ["low", "high"];
  const add = (k: number, label: string, appended: Side | null) => {
    const here = (side: Side) => {
      const later = appended === "low" && side === "high" && position.high >= on.length;
      return position[side] <= k && !later ? window[side] : null;
    };
    const { events, sums, squares } = index.yields(Math.min(k - from, rows - 1), {
      low: here("low"),
      high: here("high"),
    });
    shown.push({ label, events: [...events], sums: [...sums], squares: [...squares] });
  };
  const named = (side: Side, cut?: BoardCut) => {
    const place = window[side] ?? 0;
    if (cut?.value === places[place]) return cut?.text ?? "";
    return `${observable} ${operator(side, strict.includes(place))} ${labels[place] ?? ""}`;
  };
  for (let k = from; k < on.length; k += 1) {
    const own = sides.find((side) => position[side] === k);
    if (own && window[own] === null) continue;
    add(k, own ? named(own, on[k]) : (on[k]?.text ?? ""), null);
  }
  for (const side of sides) {
    if (position[side] >= on.length && window[side] !== null) add(on.length, named(side), side);
  }
  return shown;
}

interface Sums {
  sums: ArrayLike<number | null>;
  squares: ArrayLike<number | null>;
}

/** There is a background that signal, or data, can be compared with: something can be drawn below the histograms. */
export const compares = ({ samples }: BoardState): boolean =>
  samples.some(({ kind }) => kind === "background");

/** What is drawn below the histograms. */
export const below = (state: BoardState): Below => (compares(state) ? state.layout.below : "none");

/** Expected events of signal and background in a row. */
export function expected(state: BoardState, row: Sums): Expected {
  const found = { s: 0, b: 0, s2: 0, b2: 0 };
  state.samples.forEach(({ kind }, at) => {
    if (kind === "data") return;
    const key = kind === "signal" ? "s" : "b";
    found[key] += (row.sums[at] ?? 0) * state.scale;
    found[`${key}2`] += (row.squares[at] ?? 0) * state.scale ** 2;
  });
  return found;
}

export function estimate(state: BoardState, row: Sums): Significance {
  return significance(expected(state, row), state.uncertainty, state.floor);
}

/** The significance at each place of a threshold, all others as they are; null where there is none. */
export function curve(
  state: BoardState,
  index: Index,
  window: (place: number) => Window,
): (number | null)[] {
  if (state.luminosity === null) return [];
  return index.value.places.map(
    (_, place) => estimate(state, index.yields(index.rows - 1, window(place))).value,
  );
}
