import { expect, test } from "vitest";
import { HEIGHT, Histogram, type Layer, TOP } from "../../src/pieces/histogram";
import { garwood, outline, ribbon } from "../../src/pieces/paths";
import { styles } from "../../src/pieces/styles";

const FLOOR = TOP + HEIGHT;
const layer = (kind: Layer["kind"], values: number[], flows = [0, 0]): Layer => {
  const after = [flows[0] ?? 0, ...values, flows[1] ?? 0, 0];
  return { kind, style: kind === "signal" ? 0 : 2, after, before: after, squares: [] };
};
function made(n = 2): Histogram {
  const histogram = new Histogram();
  histogram.frame(
    Array.from({ length: n + 1 }, (_, i) => i),
    248,
  );
  return histogram;
}
/** Heights above the axis of the tops of a path, from the lower flow to the upper one. */
function heights(path: Element | null | undefined, n = 2): number[] {
  const left = [29, 38, 40, 138, 236, 238].slice(0, n + 4);
  const found = new Array<number>(left.length).fill(0);
  let [x, y] = [0, FLOOR];
  const steps = [...(path?.getAttribute("d") ?? "").matchAll(/([MVH])([\d.]+)(?: ([\d.]+))?/g)];
  for (const [, letter, value, second] of steps) {
    const from = x;
    if (letter === "V") y = Number(value);
    else x = Number(value);
    if (letter === "M") y = Number(second);
    if (letter !== "H") continue;
    if (x < from) break;
    left.forEach((start, bin) => {
      const inside = start >= Math.floor(from) && start < x;
      if (inside) found[bin] = Math.round(10 * (FLOOR - y)) / 10;
    });
  }
  return found;
}
const inner = (histogram: Histogram, layer: string) =>
  [...histogram.svg.querySelectorAll(`.hml-${layer} path`)].map((path) =>
    heights(path).slice(2, 4),
  );
const full = HEIGHT / 1.08;
const near = (values: number[][], wanted: number[][]) =>
  values.forEach((row, at) => {
    row.forEach((value, bin) => {
      expect(value).toBeCloseTo(wanted[at]?.[bin] ?? -1, 0);
    });
  });

test("an outline steps from bin to bin", () => {
  const y = (value: number) => 10 - value;
  expect(outline([0, 10, 20], [1, 2], [0, 0], y)).toBe("M0 10H0V9H10V8H20V10");
  expect(outline([0, 10, 20], [2, 2], [1, 1], y)).toBe("M0 9H0V8H20H20V9H0Z");
  expect(ribbon([0, 10, 20], new Float64Array([2, 0]), [1, 0], y)).toBe(
    "M0 9H0V7H10V10H20H20V10H10V9H0Z",
  );
  expect(ribbon([0, 10], new Float64Array([2]), [0], y)).toBe("");
});

test("counts have Garwood intervals", () => {
  // Review of Particle Physics, Statistics, table 40.3 at 68.27 %.
  const exact: [number, number, number][] = [
    [0, 0, 1.841],
    [1, 0.173, 3.3],
    [4, 2.086, 7.163],
    [10, 6.891, 14.267],
  ];
  for (const [n, low, high] of exact) {
    const [from, to] = garwood(n);
    expect(Math.abs(from - low)).toBeLessThan(0.02);
    expect(Math.abs(to - high)).toBeLessThan(0.02);
  }
});

test("signals, backgrounds and data have styles of their own", () => {
  const kinds = ["signal", "background", "background", "signal", "data"] as const;
  expect(styles(kinds.map((kind) => ({ kind })))).toEqual([0, 2, 3, 1, -1]);
});

test("yields are stacked with the signal on top", () => {
  const histogram = made();
  histogram.draw([layer("signal", [1, 3]), layer("background", [3, 1])], {
    how: "stacked",
    log: false,
  });
  near(inner(histogram, "solid"), [
    [(full * 3) / 4, full / 4],
    [full, full],
  ]);
  expect(histogram.caption.textContent).toBe("events / 1");
});

test("shapes lie over one another, scaled by their areas, flows included", () => {
  const histogram = made();
  histogram.draw([layer("signal", [1, 3]), layer("background", [4, 0], [0, 4])], {
    how: "normalised",
    log: false,
  });
  near(inner(histogram, "solid"), [
    [(full * 2) / 3, 0],
    [full / 3, full],
  ]);
});

test("a flow that is higher than all bins ends at the top and does not set the axis", () => {
  const histogram = made();
  histogram.draw([layer("background", [1, 2], [0, 50])], { how: "overlaid", log: false });
  const found = heights(histogram.svg.querySelector(".hml-solid path"));
  expect(found[5]).toBe(HEIGHT);
  expect(found[3]).toBeCloseTo(full, 0);
});

test("the axis grows while a handle moves, and shrinks only when most of it is left over", () => {
  const histogram = made();
  const display = { how: "overlaid", log: false } as const;
  histogram.draw([layer("background", [4, 2])], display);
  histogram.draw([layer("background", [2, 2])], display);
  near(inner(histogram, "solid"), [[full / 2, full / 2]]);
  histogram.draw([layer("background", [1, 1])], display);
  near(inner(histogram, "solid"), [[full, full]]);
  histogram.draw([layer("background", [2, 2])], display);
  near(inner(histogram, "solid"), [[full / 1.1, full / 1.1]]);
});

test("a logarithmic axis has powers of ten", () => {
  const histogram = made();
  histogram.draw([layer("background", [1e4, 1e2])], { how: "stacked", log: true });
  const texts = [...histogram.svg.querySelectorAll(".hml-scale text")].map((t) => t.textContent);
  expect(texts.filter(Boolean)).toEqual(["100", "1000", "10⁴"]);
});

test("data are points, never part of the stack, and negative contents have no height", () => {
  const histogram = made();
  histogram.draw([layer("background", [2, -1]), layer("data", [4, 0])], {
    how: "stacked",
    log: false,
  });
  near(inner(histogram, "solid").slice(0, 1), [[full / 2, 0]]);
  const points = histogram.svg.querySelector(".hml-points")?.getAttribute("d") ?? "";
  expect(points.match(/a1.8/g)).toHaveLength(2);
  expect(points).not.toContain("NaN");
});

test("what the own cuts take away is faded, and nothing is where nothing is taken", () => {
  const histogram = made();
  const cut = { ...layer("background", [2, 2]), after: [0, 0, 2, 0, 0] };
  histogram.draw([cut], { how: "stacked", log: false });
  near(inner(histogram, "faded"), [[full, full]]);
  near(inner(histogram, "solid"), [[0, full]]);
  histogram.draw([layer("background", [2, 2])], { how: "stacked", log: false });
  expect(histogram.svg.querySelector(".hml-faded path")?.getAttribute("d")).toBe("");
});
