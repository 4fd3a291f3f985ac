// Outlines of binned numbers, drawn with the pen of a canvas.
export type Pen = Pick<CanvasPath, "moveTo" | "lineTo" | "arc" | "closePath">;
const R = 1.8;

type Y = (value: number) => number;
type Borders = ArrayLike<number>;

/** Steps along bins: as few corners as they have. */
function steps(pen: Pen, x: Borders, values: Borders, y: Y, back: boolean): number {
  const n = values.length;
  let last = Number.NaN;
  for (let k = 0; k < n; k += 1) {
    const at = back ? n - 1 - k : k;
    const height = y(values[at] ?? 0);
    if (height === last) continue;
    const border = x[back ? at + 1 : at] ?? 0;
    if (k > 0) pen.lineTo(border, last);
    pen.lineTo(border, height);
    last = height;
  }
  pen.lineTo(x[back ? 0 : n] ?? 0, last);
  return last;
}

/** Outline of bins between two rows of values. */
export function outline(pen: Pen, x: Borders, tops: Borders, bases: Borders, y: Y): void {
  pen.moveTo(x[0] ?? 0, y(bases[0] ?? 0));
  steps(pen, x, tops, y, false);
  const flat = Array.prototype.every.call(bases, (base: number) => base === 0);
  if (flat) {
    pen.lineTo(x[tops.length] ?? 0, y(0));
    return;
  }
  steps(pen, x, bases, y, true);
  pen.closePath();
}

/** One error above and below each bin; whether there is any. */
export function ribbon(pen: Pen, x: Borders, values: Float64Array, errors: Borders, y: Y): boolean {
  if (!Array.prototype.some.call(errors, (error: number) => error > 0)) return false;
  const tops = values.map((value, at) => value + (errors[at] ?? 0));
  const bases = values.map((value, at) => value - (errors[at] ?? 0));
  outline(pen, x, tops, bases, y);
  return true;
}

/** A point in the middle of each bin that holds something. */
export function dots(pen: Pen, x: Borders, counts: Borders, scale: number, y: Y): void {
  filled(x, counts, (at, n) => dot(pen, at, y(n * scale)));
}

export function dot(pen: Pen, x: number, y: number): void {
  pen.moveTo(x + R, y);
  pen.arc(x, y, R, 0, 2 * Math.PI);
}

/** Central 68 % intervals of counts, as Garwood has them, by the approximation of Wilson and Hilferty. */
export function bars(pen: Pen, x: Borders, counts: Borders, scale: number, y: Y): void {
  filled(x, counts, (at, n) => {
    const [low, high] = garwood(n);
    pen.moveTo(at, y(high * scale));
    pen.lineTo(at, y(low * scale));
  });
}

/** Give the middle and the count of each bin that holds something. */
function filled(x: Borders, counts: Borders, each: (at: number, n: number) => void): void {
  for (let i = 0; i < counts.length; i += 1) {
    const n = counts[i] ?? 0;
    if (n > 0) each(middle(x, i), n);
  }
}

/** https://en.wikipedia.org/wiki/Poisson_distribution#Confidence_interval */
export function garwood(n: number): [number, number] {
  const bound = (k: number, z: number) => k * (1 - 1 / (9 * k) + z / (3 * Math.sqrt(k))) ** 3;
  return [n > 0 ? Math.max(0, bound(n, -1)) : 0, bound(n + 1, 1)];
}

export const middle = (x: Borders, i: number) => ((x[i] ?? 0) + (x[i + 1] ?? 0)) / 2;
