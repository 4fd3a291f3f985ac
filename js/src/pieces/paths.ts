// Outlines of binned numbers, as the `d` of one path.
const round = (value: number) => Math.round(value * 10) / 10;
const R = 1.8;

type Y = (value: number) => number;

/** Steps along bins: as few corners as they have, for every one is parsed again with each move. */
function steps(x: ArrayLike<number>, values: ArrayLike<number>, y: Y, back: boolean): string {
  const n = values.length;
  let path = "";
  let last = Number.NaN;
  for (let k = 0; k < n; k += 1) {
    const at = back ? n - 1 - k : k;
    const height = round(y(values[at] ?? 0));
    if (height === last) continue;
    path += `H${round(x[back ? at + 1 : at] ?? 0)}V${height}`;
    last = height;
  }
  return `${path}H${round(x[back ? 0 : n] ?? 0)}`;
}

/** Outline of bins between two rows of values. */
export function outline(
  x: ArrayLike<number>,
  tops: ArrayLike<number>,
  bases: ArrayLike<number>,
  y: Y,
): string {
  const start = `M${round(x[0] ?? 0)} ${round(y(bases[0] ?? 0))}`;
  const path = start + steps(x, tops, y, false);
  const flat = Array.prototype.every.call(bases, (base: number) => base === 0);
  return flat ? `${path}V${round(y(0))}` : `${path}${steps(x, bases, y, true)}Z`;
}

/** One error above and below each bin. */
export function ribbon(
  x: ArrayLike<number>,
  values: Float64Array,
  errors: ArrayLike<number>,
  y: Y,
): string {
  if (!Array.prototype.some.call(errors, (error: number) => error > 0)) return "";
  const tops = values.map((value, at) => value + (errors[at] ?? 0));
  return outline(
    x,
    tops,
    values.map((value, at) => value - (errors[at] ?? 0)),
    y,
  );
}

/** A point in the middle of each bin that holds something. */
export function dots(x: ArrayLike<number>, counts: ArrayLike<number>, scale: number, y: Y): string {
  let path = "";
  for (let i = 0; i < counts.length; i += 1) {
    const n = counts[i] ?? 0;
    if (n > 0) path += dot(middle(x, i), y(n * scale));
  }
  return path;
}

export const dot = (x: number, y: number) =>
  `M${round(x - R)} ${round(y)}a${R} ${R} 0 1 0 ${2 * R} 0a${R} ${R} 0 1 0 ${-2 * R} 0`;

/** Central 68 % intervals of counts, as Garwood has them, by the approximation of Wilson and Hilferty. */
export function bars(x: ArrayLike<number>, counts: ArrayLike<number>, scale: number, y: Y): string {
  let path = "";
  for (let i = 0; i < counts.length; i += 1) {
    const n = counts[i] ?? 0;
    if (!(n > 0)) continue;
    const [low, high] = garwood(n);
    path += `M${round(middle(x, i))} ${round(y(high * scale))}V${round(y(low * scale))}`;
  }
  return path;
}

/** https://en.wikipedia.org/wiki/Poisson_distribution#Confidence_interval */
export function garwood(n: number): [number, number] {
  const bound = (k: number, z: number) => k * (1 - 1 / (9 * k) + z / (3 * Math.sqrt(k))) ** 3;
  return [n > 0 ? Math.max(0, bound(n, -1)) : 0, bound(n + 1, 1)];
}

export const middle = (x: ArrayLike<number>, i: number) => ((x[i] ?? 0) + (x[i + 1] ?? 0)) / 2;
