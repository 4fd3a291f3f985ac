// Outlines of binned numbers, as the `d` of one path.
const round = (value: number) => Math.round(value * 10) / 10;
const R = 1.8;

type Y = (value: number) => number;

/** Outline of bins between two rows of values. */
export function outline(
  x: ArrayLike<number>,
  tops: ArrayLike<number>,
  bases: ArrayLike<number>,
  y: Y,
): string {
  const n = tops.length;
  let path = `M${round(x[0] ?? 0)} ${round(y(bases[0] ?? 0))}`;
  let last = Number.NaN;
  const go = (height: number, to: number) => {
    const here = round(height);
    if (here !== last) path += `V${here}`;
    last = here;
    path += `H${round(to)}`;
  };
  for (let i = 0; i < n; i += 1) go(y(tops[i] ?? 0), x[i + 1] ?? 0);
  const flat = Array.prototype.every.call(bases, (base: number) => base === 0);
  if (flat) return `${path}V${round(y(0))}`;
  for (let i = n - 1; i >= 0; i -= 1) go(y(bases[i] ?? 0), x[i] ?? 0);
  return `${path}Z`;
}

/** Boxes of one error above and below each bin. */
export function ribbon(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  errors: ArrayLike<number>,
  y: Y,
): string {
  let path = "";
  for (let i = 0; i < values.length; i += 1) {
    const [value, error] = [values[i] ?? 0, errors[i] ?? 0];
    if (!(error > 0)) continue;
    const [top, bottom] = [round(y(value + error)), round(y(value - error))];
    if (top < bottom)
      path += `M${round(x[i] ?? 0)} ${top}H${round(x[i + 1] ?? 0)}V${bottom}H${round(x[i] ?? 0)}Z`;
  }
  return path;
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
