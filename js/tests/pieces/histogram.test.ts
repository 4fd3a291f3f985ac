import { expect, test } from "vitest";
import type { Layer } from "../../src/pieces/heaps";
import { HEIGHT, Histogram, TALL, TOP } from "../../src/pieces/histogram";
import { garwood, outline, type Pen, ribbon } from "../../src/pieces/paths";
import { Sheet } from "../../src/pieces/sheet";
import { styles } from "../../src/pieces/styles";
import { type Drawn, drawing } from "../pen";

const FLOOR = TOP + HEIGHT;
const layer = (kind: Layer["kind"], values: number[], flows = [0, 0]): Layer => {
  const after = [flows[0] ?? 0, ...values, flows[1] ?? 0, 0];
  return { kind, style: kind === "signal" ? 0 : 2, after, before: after, squares: [] };
};
let sheet: Sheet;
function made(n = 2): Histogram {
  sheet = new Sheet();
  const histogram = new Histogram(sheet);
  sheet.frame(248, TALL);
  histogram.frame(
    Array.from({ length: n + 1 }, (_, i) => i),
    248,
  );
  return histogram;
}
/** Heights above the axis of the tops of a shape, from the lower flow to the upper one. */
function heights(shape: Drawn | undefined, n = 2): number[] {
  const left = [29, 38, 40, 138, 236, 238].slice(0, n + 4);
  const found = new Array<number>(left.length).fill(0);
  const corners = shape?.corners ?? [];
  for (let at = 1; at < corners.length; at += 1) {
    const [from, to] = [corners[at - 1], corners[at]];
    if (!from || !to || from.y !== to.y) continue;
    if (to.x < from.x) break;
    left.forEach((start, bin) => {
      const inside = start >= Math.floor(from.x) && start < to.x;
      if (inside) found[bin] = Math.round(10 * (FLOOR - to.y)) / 10;
    });
  }
  return found;
}
const drawn = () => drawing(sheet.canvas);
const inner = (alpha: number) =>
  drawn()
    .filled.filter((shape) => shape.alpha === alpha)
    .map((shape) => heights(shape).slice(2, 4));
const full = HEIGHT / 1.08;
const near = (values: number[][], wanted: number[][]) =>
  values.forEach((row, at) => {
    row.forEach((value, bin) => {
      expect(value).toBeCloseTo(wanted[at]?.[bin] ?? -1, 0);
    });
  });

/** Corners of what is drawn, as text. */
function traced(draw: (pen: Pen) => unknown): string {
  let path = "";
  const put = (letter: string) => (x: number, y: number) => {
    path += `${letter}${x} ${y}`;
  };
  draw({
    moveTo: put("M"),
    lineTo: put("L"),
    arc: put("A"),
    closePath: () => {
      path += "Z";
    },
  });
  return path;
}

test("an outline steps from bin to bin", () => {
  const y = (value: number) => 10 - value;
  expect(traced((pen) => outline(pen, [0, 10, 20], [1, 2], [0, 0], y))).toBe(
    "M0 10L0 9L10 9L10 8L20 8L20 10",
  );
  expect(traced((pen) => outline(pen, [0, 10, 20], [2, 2], [1, 1], y))).toBe(
    "M0 9L0 8L20 8L20 9L0 9Z",
  );
  const values = new Float64Array([2, 0]);
  expect(traced((pen) => ribbon(pen, [0, 10, 20], values, [1, 0], y))).toBe(
    "M0 9L0 7L10 7L10 10L20 10L20 10L10 10L10 9L0 9Z",
  );
  expect(traced((pen) => ribbon(pen, [0, 10], new Float64Array([2]), [0], y))).toBe("");
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
  near(inner(1), [
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
  near(inner(0.16), [
    [(full * 2) / 3, 0],
    [full / 3, full],
  ]);
});

test("a flow that is higher than all bins ends at the top and does not set the axis", () => {
  const histogram = made();
  histogram.draw([layer("background", [1, 2], [0, 50])], { how: "overlaid", log: false });
  const found = heights(drawn().filled[0]);
  expect(found[5]).toBe(HEIGHT);
  expect(found[3]).toBeCloseTo(full, 0);
});

test("the axis grows while a handle moves, and shrinks only when most of it is left over", () => {
  const histogram = made();
  const display = { how: "overlaid", log: false } as const;
  histogram.draw([layer("background", [4, 2])], display);
  histogram.draw([layer("background", [2, 2])], display);
  near(inner(0.16), [[full / 2, full / 2]]);
  histogram.draw([layer("background", [1, 1])], display);
  near(inner(0.16), [[full, full]]);
  histogram.draw([layer("background", [2, 2])], display);
  near(inner(0.16), [[full / 1.1, full / 1.1]]);
});

test("the axis has room for uncertainties, of samples and of a stack", () => {
  const histogram = made();
  const doubted = { ...layer("background", [4, 1]), squares: [0, 16, 0, 0, 0] };
  const highest = () =>
    Math.min(...drawn().filled.flatMap(({ corners }) => corners.map(({ y }) => y)));
  for (const how of ["overlaid", "stacked"] as const) {
    histogram.draw([doubted], { how, log: false });
    near(inner(how === "stacked" ? 1 : 0.16).slice(0, 1), [[full / 2, full / 8]]);
    expect(highest()).toBeCloseTo(FLOOR - full, 0);
  }
});

test("a logarithmic axis has powers of ten", () => {
  const histogram = made();
  histogram.draw([layer("background", [1e4, 1e2])], { how: "stacked", log: true });
  const texts = [...histogram.svg.querySelectorAll("[text-anchor=end]")].map((t) => t.textContent);
  expect(texts.filter(Boolean)).toEqual(["100", "1000", "10⁴"]);
});

test("data are points, never part of the stack, and negative contents have no height", () => {
  const histogram = made();
  histogram.draw([layer("background", [2, -1]), layer("data", [4, 0])], {
    how: "stacked",
    log: false,
  });
  near(inner(1).slice(0, 1), [[full / 2, 0]]);
  const [points] = drawn().filled.slice(-1);
  expect(points?.corners).toHaveLength(1);
  expect(points?.corners[0]?.y).toBeCloseTo(FLOOR - full, 0);
});

test("each sample of data has its points", () => {
  const histogram = made();
  histogram.draw([layer("background", [2, 2]), layer("data", [4, 0]), layer("data", [3, 1])], {
    how: "stacked",
    log: false,
  });
  const points = drawn().filled.slice(-2);
  expect(points.map(({ corners }) => corners.length)).toEqual([1, 2]);
});

test("what the own cuts take away is faded, and nothing is where nothing is taken", () => {
  const histogram = made();
  const cut = { ...layer("background", [2, 2]), after: [0, 0, 2, 0, 0] };
  histogram.draw([cut], { how: "stacked", log: false });
  near(inner(0.3), [[full, full]]);
  near(inner(1), [[0, full]]);
  histogram.draw([layer("background", [2, 2])], { how: "stacked", log: false });
  expect(inner(0.3)).toEqual([]);
});
