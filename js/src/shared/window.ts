// Arithmetic of an index: what is left in a window of places, and how it is drawn.
import type { BoardView } from "./boardstate";

/** Thresholds as places of the grabbed observable; null: there is none. */
export interface Window {
  low: number | null;
  high: number | null;
}
/** Thresholds as values. */
export interface Range {
  low: number | null;
  high: number | null;
}

/** Running sums along the slices: rows of (slices, width) become rows of (slices + 1, width). */
export function accumulate(block: ArrayLike<number>, slices: number, width = 1): Float64Array {
  const rows = block.length / (slices * width);
  const sums = new Float64Array(rows * (slices + 1) * width);
  for (let row = 0; row < rows; row += 1) {
    const from = row * slices * width;
    const to = row * (slices + 1) * width;
    for (let at = 0; at < slices * width; at += 1) {
      sums[to + width + at] = (sums[to + at] ?? 0) + (block[from + at] ?? 0);
    }
  }
  return sums;
}

/** First and last running sum of a window; the last slice holds what is missing and passes no threshold. */
export function span({ low, high }: Window, slices: number): [number, number] {
  if (low === null && high === null) return [0, slices];
  const start = low === null ? 0 : low + 1;
  return [start, Math.max(start, high === null ? slices - 1 : high + 1)];
}

/** What a row holds between two running sums: (width,). */
export function between(
  sums: Float64Array,
  row: number,
  [start, end]: [number, number],
  slices: number,
  width: number,
): Float64Array {
  const base = row * (slices + 1) * width;
  const found = new Float64Array(width);
  for (let at = 0; at < width; at += 1) {
    found[at] = (sums[base + end * width + at] ?? 0) - (sums[base + start * width + at] ?? 0);
  }
  return found;
}

/** How many of sorted numbers are at most `value`. */
function atMost(sorted: ArrayLike<number>, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const mid = (from + to) >> 1;
    if ((sorted[mid] ?? 0) <= value) from = mid + 1;
    else to = mid;
  }
  return from;
}

/** Bins of a view: where each fill bin is drawn, and how much of it a window keeps. */
export class Bins {
  /** Below, the drawn bins, above, missing. */
  readonly drawn: number;
  private readonly slots: Int32Array;

  constructor(private readonly view: Pick<BoardView, "edges" | "fill" | "whole">) {
    const { edges, fill } = view;
    const n = edges.length - 1;
    this.drawn = n + 3;
    this.slots = new Int32Array(fill.length + 2);
    for (let at = 1; at < fill.length; at += 1)
      this.slots[at] = Math.min(n + 1, atMost(edges, fill[at - 1] ?? 0));
    this.slots[fill.length] = n + 1;
    this.slots[fill.length + 1] = n + 2;
  }

  /** Fill bins added up to drawn ones, each times its share. */
  fold(contents: ArrayLike<number>, shares: ArrayLike<number> | null): Float64Array {
    const drawn = new Float64Array(this.drawn);
    for (let at = 0; at < this.slots.length; at += 1) {
      const slot = this.slots[at] ?? 0;
      const share = shares ? (shares[at] ?? 0) : 1;
      drawn[slot] = (drawn[slot] ?? 0) + (contents[at] ?? 0) * share;
    }
    return drawn;
  }

  /** The part of each fill bin inside a range; null without thresholds. A bin that is cut through counts in proportion. */
  shares({ low, high }: Range): Float64Array | null {
    if (low === null && high === null) return null;
    const { fill } = this.view;
    const [from, to] = [low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY];
    const shares = new Float64Array(fill.length + 2);
    shares[0] = low === null && to >= (fill[0] ?? 0) ? 1 : 0;
    for (let at = 1; at < fill.length; at += 1)
      shares[at] = this.kept(fill[at - 1] ?? 0, fill[at] ?? 0, from, to);
    shares[fill.length] = high === null && from <= (fill.at(-1) ?? 0) ? 1 : 0;
    return shares;
  }

  private kept(left: number, right: number, from: number, to: number): number {
    if (left >= from && right <= to) return 1;
    if (right <= from || left >= to) return 0;
    const [least, most] = [Math.max(left, from), Math.min(right, to)];
    if (!this.view.whole) return (most - least) / (right - left);
    const all = Math.ceil(right) - Math.ceil(left);
    return all > 0 ? (Math.ceil(most) - Math.ceil(least)) / all : 0;
  }
}
