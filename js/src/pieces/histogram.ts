import { max } from "d3-array";
import { format } from "d3-format";
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { s, unique } from "../shared/dom";

export interface Series {
  label: string;
  signal: boolean;
  /** Which colour and hatch; see styleOf. */
  style: number;
  /** What is left, a number a bin. */
  values: ArrayLike<number>;
  /** What there was before the observable's own cuts; drawn faded behind. */
  before: ArrayLike<number>;
  /** Area that counts as one where shapes are compared. */
  area: number;
}
export interface Display {
  shapes: boolean;
  log: boolean;
}

export const TOP = 14;
export const HEIGHT = 96;
export const MARGIN = 10;
const AXIS = 18;
const DECADES = 4;
const STYLES = 8;

/** Signals are plain, backgrounds hatched: 0, 1 for signals, from 2 on for backgrounds. */
export function styleOf(signal: boolean, rank: number): number {
  return signal ? rank % 2 : 2 + (rank % (STYLES - 2));
}

/** Styles of classes in their order. */
export function styles(classes: { is_signal: boolean }[]): number[] {
  const ranks = { true: 0, false: 0 };
  return classes.map((one) => {
    const key = String(one.is_signal) as "true" | "false";
    ranks[key] += 1;
    return styleOf(one.is_signal, ranks[key] - 1);
  });
}

/** The hatches of a drawing, and the fill of a style. */
export class Hatches {
  private readonly id = unique("hatch");
  readonly defs = s("defs", {});
  private readonly made = new Set<number>();

  fill(style: number): string {
    if (style < 2) return `var(--hml-s${style})`;
    if (!this.made.has(style)) this.defs.append(this.pattern(style));
    this.made.add(style);
    return `url(#${this.id}-${style})`;
  }

  private pattern(style: number): SVGPatternElement {
    const turn = [45, -45, 0, 90, 20, -20][style - 2] ?? 45;
    return s(
      "pattern",
      {
        id: `${this.id}-${style}`,
        width: 5,
        height: 5,
        patternUnits: "userSpaceOnUse",
        patternTransform: `rotate(${turn})`,
      },
      s("rect", { width: 5, height: 5, style: `fill:var(--hml-s${style})` }),
      s("path", { d: "M0 0V5", style: "stroke:var(--hml-bg);stroke-width:2.2;opacity:.55" }),
    );
  }
}

/** A small picture of a style, for legends. */
export function swatch(style: number): SVGSVGElement {
  const hatches = new Hatches();
  const rect = s("rect", { width: 14, height: 10, rx: 2, style: `fill:${hatches.fill(style)}` });
  return s(
    "svg",
    { class: "hml-swatch", width: 14, height: 10, "aria-hidden": "true" },
    hatches.defs,
    rect,
  );
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Outline of bins between two rows of heights. */
export function steps(
  x: ArrayLike<number>,
  top: ArrayLike<number>,
  base: ArrayLike<number>,
): string {
  const n = top.length;
  let path = `M${round(x[0] ?? 0)} ${round(base[0] ?? 0)}`;
  for (let i = 0; i < n; i += 1) path += `V${round(top[i] ?? 0)}H${round(x[i + 1] ?? 0)}`;
  for (let i = n - 1; i >= 0; i -= 1) path += `V${round(base[i] ?? 0)}H${round(x[i] ?? 0)}`;
  return `${path}Z`;
}

interface Shape {
  faded: SVGPathElement;
  solid: SVGPathElement;
}

/** Draws what it is given: classes as stacked yields or as shapes of equal area. */
export class Histogram {
  readonly svg = s("svg", { class: "hml-histogram", "aria-hidden": "true" });
  readonly x: ScaleLinear<number, number> = scaleLinear();
  private readonly hatches = new Hatches();
  private readonly faded = s("g", { class: "hml-faded" });
  private readonly solid = s("g", { class: "hml-solid" });
  private readonly axis = s("g", { class: "hml-axis" });
  private readonly top = s("text", { class: "hml-top", x: MARGIN, y: TOP - 3 });
  private shapes: Shape[] = [];
  private px = new Float64Array(0);
  private peak = 0;

  constructor() {
    this.svg.append(this.hatches.defs, this.faded, this.solid, this.axis, this.top);
    this.svg.setAttribute("height", String(TOP + HEIGHT + AXIS));
  }

  /** Prepare for a range and a width in pixels; only where these change. */
  frame(edges: number[], width: number): void {
    const range: [number, number] = [MARGIN, Math.max(MARGIN + 1, width - MARGIN)];
    this.x.domain([edges[0] ?? 0, edges.at(-1) ?? 1]).range(range);
    this.px = Float64Array.from(edges, (edge) => this.x(edge));
    this.svg.setAttribute("width", String(width));
    this.svg.setAttribute("viewBox", `0 0 ${width} ${TOP + HEIGHT + AXIS}`);
    this.drawAxis(width);
  }

  /** Let the next drawing choose the height of the axis anew. */
  rescale(): void {
    this.peak = 0;
  }

  draw(series: Series[], display: Display): void {
    this.adjust(series, display);
    const ordered = [...series.keys()].sort(
      (a, b) => Number(series[a]?.signal) - Number(series[b]?.signal),
    );
    const scaled = series.map((one) => scale(one, display));
    const y = this.height(scaled, ordered, display);
    this.stack(ordered, scaled, y, display, "before", "faded");
    this.stack(ordered, scaled, y, display, "values", "solid");
  }

  private stack(
    ordered: number[],
    scaled: Scaled[],
    y: (value: number) => number,
    display: Display,
    what: "values" | "before",
    layer: "solid" | "faded",
  ): void {
    const bins = this.px.length - 1;
    let sums = new Float64Array(bins);
    for (const at of ordered) {
      const values = scaled[at]?.[what] ?? sums;
      const base = display.shapes ? new Float64Array(bins) : sums;
      const tops = Float64Array.from(values, (value, bin) => value + (base[bin] ?? 0));
      this.shapes[at]?.[layer].setAttribute("d", steps(this.px, tops.map(y), base.map(y)));
      if (!display.shapes) sums = tops;
    }
  }

  /** The highest bin sets the scale; it grows during a drag but never shrinks, so that nothing trembles. */
  private height(
    scaled: Scaled[],
    ordered: number[],
    { shapes, log }: Display,
  ): (v: number) => number {
    const bins = this.px.length - 1;
    let peak = 0;
    for (let bin = 0; bin < bins; bin += 1) {
      for (const what of ["before", "values"] as const) {
        const heights = ordered.map((at) => scaled[at]?.[what][bin] ?? 0);
        const high = shapes ? (max(heights) ?? 0) : heights.reduce((a, b) => a + b, 0);
        peak = Math.max(peak, high);
      }
    }
    this.peak = Math.max(this.peak, peak) || 1;
    this.top.textContent = shapes ? "" : format(".2~g")(this.peak).replace("e+", "e");
    const floor = this.peak / 10 ** DECADES;
    const share = log
      ? (v: number) => (v > floor ? Math.log(v / floor) / Math.log(this.peak / floor) : 0)
      : (v: number) => v / this.peak;
    return (v) => TOP + HEIGHT - HEIGHT * Math.max(0, share(v));
  }

  /** As many paths as there are classes, in their styles, signals in front. */
  private adjust(series: Series[], display: Display): void {
    const key = (one: Series) => `${one.style}`;
    const same = this.shapes.length === series.length;
    if (!same || series.some((one, at) => this.shapes[at]?.solid.dataset.style !== key(one))) {
      const path = (one: Series) =>
        s("path", {
          "data-style": key(one),
          style: `fill:${this.hatches.fill(one.style)};stroke:var(--hml-s${one.style})`,
        });
      this.shapes = series.map((one) => ({ faded: path(one), solid: path(one) }));
      const front = (a: number) => Number(series[a]?.signal);
      const order = [...series.keys()].sort((a, b) => front(a) - front(b));
      this.faded.replaceChildren(...order.flatMap((at) => this.shapes[at]?.faded ?? []));
      this.solid.replaceChildren(...order.flatMap((at) => this.shapes[at]?.solid ?? []));
    }
    this.svg.classList.toggle("hml-overlaid", display.shapes);
  }

  private drawAxis(width: number): void {
    const y = TOP + HEIGHT;
    const count = Math.max(3, Math.floor(width / 62));
    const ticks = this.x.ticks(count);
    const text = this.x.tickFormat(count);
    this.axis.replaceChildren(
      s("path", { d: `M${MARGIN} ${y + 0.5}H${width - MARGIN}` }),
      ...ticks.map((tick) => s("path", { d: `M${round(this.x(tick))} ${y}v4` })),
      ...ticks.map((tick) =>
        s(
          "text",
          { x: round(this.x(tick)), y: y + 15, "text-anchor": anchor(this.x(tick), width) },
          text(tick).replace("−", "-"),
        ),
      ),
    );
  }
}

function anchor(x: number, width: number): string {
  if (x < MARGIN + 8) return "start";
  return x > width - MARGIN - 8 ? "end" : "middle";
}

interface Scaled {
  values: ArrayLike<number>;
  before: ArrayLike<number>;
}

function scale(one: Series, { shapes }: Display): Scaled {
  const factor = shapes && one.area > 0 ? 1 / one.area : 1;
  const times = (numbers: ArrayLike<number>) => Float64Array.from(numbers, (v) => v * factor);
  return { values: times(one.values), before: times(one.before) };
}
