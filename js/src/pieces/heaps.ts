import type { How, Kind } from "../shared/boardstate";

/** One sample in the bins of a histogram: below, the bins, above, missing; all in expected events. */
export interface Layer {
  kind: Kind;
  style: number;
  /** What is left. */
  after: ArrayLike<number>;
  /** What there was before the observable's own cuts; drawn faded behind. */
  before: ArrayLike<number>;
  /** Variances of `after`. */
  squares: ArrayLike<number>;
}
export interface Display {
  how: How;
  log: boolean;
  /** Windows in which data are blinded. */
  hidden?: [number, number][];
}

/** A sample with what makes it comparable, and its heights from the lower flow to the upper one. */
export interface Heap {
  layer: Layer;
  scale: number;
  after: Outline;
  /** Null where no cut of its own takes anything away. */
  before: Outline | null;
}
export interface Outline {
  tops: Float64Array;
  bases: Float64Array;
}

/** Statistical uncertainty of one sample, or of all backgrounds in a stack: around heights, in the colour of a style. */
export interface Band {
  tops: Float64Array;
  errors: Float64Array;
  style: number | null;
}

/** Samples one upon the other, or each on the ground; backgrounds first, then signals. */
export function pile(layers: Layer[], display: Display, bins: number): Heap[] {
  const simulated = layers.filter(({ kind }) => kind !== "data");
  const rank = ({ kind }: Layer) => (kind === "signal" ? 1 : 0);
  const ground = { after: spread([], 1, bins), before: spread([], 1, bins) };
  const stacked = display.how === "stacked";
  const put = (contents: Float64Array, what: "after" | "before"): Outline => {
    const bases = stacked ? ground[what] : new Float64Array(contents.length);
    const tops = contents.map((value, bin) => value + (bases[bin] ?? 0));
    if (stacked) ground[what] = tops;
    return { tops, bases };
  };
  return simulated
    .sort((one, other) => rank(one) - rank(other))
    .map((layer) => {
      const factor = scale(layer, display);
      const after = put(spread(layer.after, factor, bins), "after");
      const before = put(spread(layer.before, factor, bins), "before");
      return {
        layer,
        scale: factor,
        after,
        before: layer.before === layer.after ? null : before,
      };
    });
}

/** Contents with the flows at both sides and the gaps between; what is missing has no place on the axis. */
export function spread(contents: ArrayLike<number>, factor: number, bins: number): Float64Array {
  const found = new Float64Array(bins + 4);
  found[0] = (contents[0] ?? 0) * factor;
  for (let bin = 0; bin < bins; bin += 1) found[bin + 2] = (contents[bin + 1] ?? 0) * factor;
  found[bins + 3] = (contents[bins + 1] ?? 0) * factor;
  return found;
}

function errorsOf({ layer, scale, after }: Heap): Float64Array {
  return spread(layer.squares, scale ** 2, after.tops.length - 4).map((square) =>
    Math.sqrt(square),
  );
}

/** Bands of every sample, or of all backgrounds in a stack. */
export function bands(heaps: Heap[], stacked: boolean): Band[] {
  if (!stacked)
    return heaps.map((heap) => ({
      tops: heap.after.tops,
      errors: errorsOf(heap),
      style: heap.layer.style,
    }));
  const backgrounds = heaps.filter(({ layer }) => layer.kind === "background");
  const tops = backgrounds.at(-1)?.after.tops;
  if (!tops) return [];
  const errors = new Float64Array(tops.length);
  for (const heap of backgrounds)
    errorsOf(heap).forEach((error, bin) => {
      errors[bin] = Math.hypot(errors[bin] ?? 0, error);
    });
  return [{ tops, errors, style: null }];
}

/** Largest and smallest content above zero, flows left out. */
export function extremes(rows: Float64Array[]): [number, number] {
  let [peak, least] = [0, Number.POSITIVE_INFINITY];
  for (const row of rows)
    for (let bin = 2; bin < row.length - 2; bin += 1) {
      const value = row[bin] ?? 0;
      peak = Math.max(peak, value);
      if (value > 0) least = Math.min(least, value);
    }
  return [peak, least];
}

/** What makes the area of a normalised sample one; missing values have none. */
export function scale({ before }: Layer, { how }: Display): number {
  if (how !== "normalised") return 1;
  let area = 0;
  for (let at = 0; at < before.length - 1; at += 1) area += before[at] ?? 0;
  return area > 0 ? 1 / area : 0;
}
