// Expected significances of counting experiments: the twin of hml_jupyter/metrics/significances.py.
import { general } from "./numbers";

export interface Significance {
  /** Null where it cannot be estimated. */
  value: number | null;
  error: number | null;
  /** Effective number of simulated background events. */
  effective: number;
  /** Why there is no value. */
  reason: string;
}
/** Expected events, and the sums of their squares. */
export interface Expected {
  s: number;
  b: number;
  s2: number;
  b2: number;
}

/** Median expected significance: arXiv:1007.1727, equation 97, with background uncertainty as Cowan (2012), equation 20. */
export function asimov(s: number, b: number, sigma = 0): number {
  if (!(s >= 0 && b >= 0 && sigma >= 0)) return Number.NaN;
  if (s === 0) return 0;
  const variance = sigma ** 2;
  if (b === 0) return variance > 0 ? 0 : Number.POSITIVE_INFINITY;
  const share = variance > 0 ? variance / (variance + b) : 0;
  const best = b + s * share;
  const counting = best * excess((s - s * share) / best);
  const control = variance > 0 ? (b / variance) * best * excess((-s * share) / best) : 0;
  return Math.sqrt(2 * (counting + control));
}

/** (1 + u) ln(1 + u) - u, by its series where the terms would cancel. */
function excess(u: number): number {
  if (Math.abs(u) >= 1e-2) return (1 + u) * Math.log1p(u) - u;
  const series = 1 / 12 - u * (1 / 20 - u * (1 / 30 - u * (1 / 42 - u / 56)));
  return u ** 2 * (1 / 2 - u * (1 / 6 - u * series));
}

/** Asimov significance with the Monte-Carlo error of the background and a relative uncertainty in it. */
export function significance(
  { s, b, s2, b2 }: Expected,
  uncertainty: number,
  floor: number,
): Significance {
  const effective = b2 > 0 && b > 0 ? b ** 2 / b2 : 0;
  // sums of weights may miss the floor by their last digits
  if (effective < floor * (1 - 1e-9) || effective === 0 || s < 0) {
    return { value: null, error: null, effective, reason: why(s, b2, effective, floor) };
  }
  const [shift, lift] = [Math.sqrt(b2), Math.sqrt(s2)];
  const sigma = Math.hypot(shift, uncertainty * b);
  const value = asimov(s, b, sigma);
  const byB = (asimov(s, Math.max(b - shift, 0), sigma) - asimov(s, b + shift, sigma)) / 2;
  const byS = (asimov(s + lift, b, sigma) - asimov(Math.max(s - lift, 0), b, sigma)) / 2;
  return { value, error: Math.hypot(byB, byS), effective, reason: "" };
}

function why(s: number, b2: number, effective: number, floor: number): string {
  if (s < 0) return "cannot be estimated: the signal's weights sum to less than 0";
  if (effective === 0 && b2 > 0)
    return "cannot be estimated: the background's weights do not sum to more than 0";
  if (effective === 0) return "cannot be estimated: no background event is left";
  const n = general(effective, 3);
  return `cannot be estimated: ${n} effective background events, at least ${general(floor, 6)} needed`;
}
