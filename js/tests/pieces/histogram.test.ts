import { expect, test } from "vitest";
import { Histogram, type Series, steps, styles } from "../../src/pieces/histogram";

const series = (signal: boolean, values: number[]): Series => ({
  label: "a",
  signal,
  style: signal ? 0 : 2,
  values,
  before: values,
  area: 4,
});
const tops = (histogram: Histogram, layer: string) =>
  [...histogram.svg.querySelectorAll(`.hml-${layer} path`)].map((path) =>
    [...(path.getAttribute("d") ?? "").matchAll(/V([\d.]+)/g)].slice(0, 2).map((m) => Number(m[1])),
  );

test("steps draws an outline between two rows of heights", () => {
  expect(steps([0, 10, 20], [1, 2], [5, 5])).toBe("M0 5V1H10V2H20V5H10V5H0Z");
});

test("signals and backgrounds have styles of their own", () => {
  const classes = [true, false, false, true].map((is_signal) => ({ is_signal }));
  expect(styles(classes)).toEqual([0, 2, 3, 1]);
});

test("yields are stacked with the signal on top", () => {
  const histogram = new Histogram();
  histogram.frame([0, 1, 2], 220);
  histogram.draw([series(true, [1, 3]), series(false, [3, 1])], { shapes: false, log: false });
  // The axis ends at y = 110 and is 96 high for the highest stack, 4.
  expect(tops(histogram, "solid")).toEqual([
    [38, 86],
    [14, 14],
  ]);
});

test("shapes lie over one another, scaled by their areas", () => {
  const histogram = new Histogram();
  histogram.frame([0, 1, 2], 220);
  histogram.draw([series(true, [1, 3]), series(false, [4, 0])], { shapes: true, log: false });
  expect(tops(histogram, "solid")).toEqual([
    [14, 110],
    [86, 38],
  ]);
});

test("a logarithmic axis reaches over four decades", () => {
  const histogram = new Histogram();
  histogram.frame([0, 1, 2], 220);
  histogram.draw([series(false, [1e4, 1e2])], { shapes: false, log: true });
  expect(tops(histogram, "solid")).toEqual([[14, 62]]);
});

test("the scale grows while a handle moves, and shrinks only when asked", () => {
  const histogram = new Histogram();
  histogram.frame([0, 1, 2], 220);
  const display = { shapes: false, log: false };
  histogram.draw([series(false, [4, 2])], display);
  histogram.draw([series(false, [2, 2])], display);
  expect(tops(histogram, "solid")).toEqual([[62, 62]]);
  histogram.rescale();
  histogram.draw([series(false, [2, 2])], display);
  expect(tops(histogram, "solid")).toEqual([[14, 14]]);
});
