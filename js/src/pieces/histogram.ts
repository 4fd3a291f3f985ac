import { format } from "d3-format";
import { type ScaleLinear, scaleLinear } from "d3-scale";
import type { How, Kind } from "../shared/boardstate";
import { h, s, unique, write } from "../shared/dom";
import { Heights } from "./axis";
import { bars, dots, outline, ribbon } from "./paths";

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
}

export const TOP = 18;
export const HEIGHT = 118;
export const LEFT = 40;
export const RIGHT = 12;
const AXIS = 18;
const FLOW = 7;
const MARKS = 5;

interface Shape {
  faded: SVGPathElement;
  solid: SVGPathElement;
  /** Statistical uncertainty where samples are not stacked. */
  doubt: SVGPathElement;
}
/** Heights of one sample, from the lower flow to the upper one. */
interface Heap {
  tops: Float64Array;
  bases: Float64Array;
}

/** Draws what it is given: samples as stacks, over one another, or with equal areas; data as points. */
export class Histogram {
  readonly svg = s("svg", { class: "hml-histogram", "aria-hidden": "true" });
  readonly x: ScaleLinear<number, number> = scaleLinear();
  private readonly heights = new Heights(TOP, TOP + HEIGHT);
  private readonly hatch = unique("hatch");
  private readonly faded = s("g", { class: "hml-faded" });
  private readonly solid = s("g", { class: "hml-solid" });
  private readonly doubts = s("g", {});
  private readonly band = s("path", { class: "hml-band", fill: `url(#${this.hatch})` });
  private readonly points = s("path", { class: "hml-points" });
  private readonly axis = s("g", { class: "hml-axis" });
  private readonly ruler = s("path", {});
  private readonly marks = Array.from({ length: MARKS }, () =>
    s("text", { x: LEFT - FLOW - 5, "text-anchor": "end" }),
  );
  /** What stands on the vertical axis. */
  readonly caption = h("span", { class: "hml-unit" });
  private readonly power = s("text", { class: "hml-power", x: 0, y: TOP - 8 });
  private shapes: Shape[] = [];
  private look = "";
  /** Borders of the lower flow, a gap, the bins, a gap, the upper flow. */
  private px = new Float64Array(0);
  private per = "";
  unit = "";

  constructor() {
    const lines = s("path", { d: "M0 4L4 0M-1 1L1 -1M3 5L5 3" });
    const pattern = { id: this.hatch, width: 4, height: 4, patternUnits: "userSpaceOnUse" };
    const defs = s("defs", {}, s("pattern", { class: "hml-hatch", ...pattern }, lines));
    const scale = s("g", { class: "hml-axis hml-scale" }, this.ruler, ...this.marks, this.power);
    this.svg.append(
      defs,
      this.faded,
      this.doubts,
      this.solid,
      this.band,
      this.points,
      this.axis,
      scale,
    );
    this.svg.setAttribute("height", String(TOP + HEIGHT + AXIS));
  }

  /** Prepare for a range and a width in pixels; only where these change. */
  frame(edges: number[], width: number): void {
    const [left, right] = [LEFT, Math.max(LEFT + 1, width - RIGHT)];
    this.x.domain([edges[0] ?? 0, edges.at(-1) ?? 1]).range([left, right]);
    const flows = [right + 2, right + 2 + FLOW];
    this.px = Float64Array.from([left - 2 - FLOW, left - 2, ...edges.map(this.x), ...flows]);
    this.per = perBin(edges, this.unit);
    this.svg.setAttribute("width", String(width));
    this.svg.setAttribute("viewBox", `0 0 ${width} ${TOP + HEIGHT + AXIS}`);
    this.drawAxis(left, right);
    this.heights.forget();
  }

  /** Let the next drawing choose the height of the axis anew. */
  rescale(): void {
    this.heights.forget();
  }

  draw(layers: Layer[], display: Display): void {
    this.adjust(layers, display.how);
    const scales = layers.map((layer) => (display.how === "normalised" ? share(layer) : 1));
    const simulated = order(layers).filter((at) => layers[at]?.kind !== "data");
    const heaps = (what: "after" | "before") => this.pile(layers, simulated, scales, what, display);
    const [before, after] = [heaps("before"), heaps("after")];
    this.fit([...before.values(), ...after.values()], this.data(layers, scales), display);
    const y = (value: number) => this.heights.y(value);
    for (const at of simulated) {
      const [was, is, shape] = [before.get(at), after.get(at), this.shapes[at]];
      if (!was || !is || !shape) continue;
      const cut = layers[at]?.before !== layers[at]?.after;
      put(shape.faded, cut ? outline(this.px, was.tops, was.bases, y) : "");
      put(shape.solid, outline(this.px, is.tops, is.bases, y));
      const errors = () => this.errors(layers[at], scales[at] ?? 1);
      put(shape.doubt, display.how === "stacked" ? "" : ribbon(this.px, is.tops, errors(), y));
    }
    put(this.band, display.how === "stacked" ? this.doubt(layers, after) : "");
    this.drawData(layers, scales);
  }

  /** Samples one upon the other, or each on the ground. */
  private pile(
    layers: Layer[],
    simulated: number[],
    scales: number[],
    what: "after" | "before",
    { how }: Display,
  ): Map<number, Heap> {
    const heaps = new Map<number, Heap>();
    let ground = new Float64Array(this.px.length - 1);
    for (const at of simulated) {
      const contents = this.spread(layers[at]?.[what] ?? [], scales[at] ?? 1);
      const bases = how === "stacked" ? ground : new Float64Array(contents.length);
      const tops = contents.map((value, bin) => value + (bases[bin] ?? 0));
      heaps.set(at, { tops, bases });
      ground = tops;
    }
    return heaps;
  }

  /** Contents with the flows at both sides and the gaps between; what is missing has no place on the axis. */
  private spread(contents: ArrayLike<number>, scale: number): Float64Array {
    const bins = this.px.length - 5;
    const found = new Float64Array(bins + 4);
    found[0] = (contents[0] ?? 0) * scale;
    for (let bin = 0; bin < bins; bin += 1) found[bin + 2] = (contents[bin + 1] ?? 0) * scale;
    found[bins + 3] = (contents[bins + 1] ?? 0) * scale;
    return found;
  }

  private data(layers: Layer[], scales: number[]): Float64Array | null {
    const at = layers.findIndex(({ kind }) => kind === "data");
    const layer = layers[at];
    return layer ? this.spread(layer.after, scales[at] ?? 1) : null;
  }

  /** The highest bin sets the axis; a flow that is higher ends at its top. */
  private fit(heaps: Heap[], data: Float64Array | null, { log }: Display): void {
    const rows = heaps.map(({ tops }) => tops);
    if (data) rows.push(data);
    const [peak, least] = extremes(rows);
    if (this.heights.fit(peak, least < peak ? least : 0, log)) this.drawScale();
  }

  private errors(layer: Layer | undefined, scale: number): Float64Array {
    return this.spread(layer?.squares ?? [], scale ** 2).map((square) => Math.sqrt(square));
  }

  /** Statistical uncertainty of all backgrounds in a stack. */
  private doubt(layers: Layer[], heaps: Map<number, Heap>): string {
    const backgrounds = [...heaps.keys()].filter((at) => layers[at]?.kind === "background");
    const top = heaps.get(backgrounds.at(-1) ?? -1)?.tops;
    if (!top) return "";
    const total = new Float64Array(top.length);
    for (const at of backgrounds)
      this.errors(layers[at], 1).forEach((error, bin) => {
        total[bin] = Math.hypot(total[bin] ?? 0, error);
      });
    return ribbon(this.px, top, total, (value) => this.heights.y(value));
  }

  private drawData(layers: Layer[], scales: number[]): void {
    const at = layers.findIndex(({ kind }) => kind === "data");
    const layer = layers[at];
    if (!layer) {
      put(this.points, "");
      return;
    }
    const y = (value: number) => this.heights.y(value);
    const counts = this.spread(layer.after, 1);
    const scale = scales[at] ?? 1;
    put(this.points, dots(this.px, counts, scale, y) + bars(this.px, counts, scale, y));
  }

  /** As many paths as there are samples, in their styles, signals in front. */
  private adjust(layers: Layer[], how: How): void {
    const look = `${how} ${layers.map(({ style }) => style).join(" ")}`;
    if (look === this.look) return;
    this.look = look;
    this.heights.forget();
    const path = (layer: Layer) => s("path", { "data-style": layer.style });
    this.shapes = layers.map((layer) => ({
      faded: path(layer),
      solid: path(layer),
      doubt: s("path", { class: "hml-doubt", "data-style": layer.style }),
    }));
    const front = order(layers);
    this.faded.replaceChildren(...front.flatMap((at) => this.shapes[at]?.faded ?? []));
    const solid = front.flatMap((at) => this.shapes[at] ?? []);
    this.solid.replaceChildren(...solid.map((shape) => shape.solid));
    this.doubts.replaceChildren(...solid.map((shape) => shape.doubt));
    this.svg.classList.toggle("hml-overlaid", how !== "stacked");
  }

  private drawScale(): void {
    const { marks, power } = this.heights.ticks();
    const x = LEFT - FLOW - 3.5;
    const lines = marks.map(({ at }) => `M${x} ${at.toFixed(1)}h3`).join("");
    put(this.ruler, `M${x} ${TOP}V${TOP + HEIGHT}${lines}`);
    this.marks.forEach((mark, at) => {
      write(mark, marks[at]?.text ?? "");
      mark.setAttribute("y", String(Math.round((marks[at]?.at ?? 0) + 3.5)));
    });
    const what = this.look.startsWith("normalised") ? "share" : "events";
    write(this.caption, `${what}${this.per}`);
    this.caption.title = this.caption.textContent ?? "";
    write(this.power, power);
  }

  private drawAxis(left: number, right: number): void {
    const y = TOP + HEIGHT;
    const count = Math.max(3, Math.floor((right - left) / 48));
    const ticks = this.x.ticks(count);
    const text = this.x.tickFormat(count);
    const place = (tick: number) => Math.round(this.x(tick) * 10) / 10;
    this.axis.replaceChildren(
      s("path", { d: `M${left} ${y + 0.5}H${right}` }),
      s("path", { d: ticks.map((tick) => `M${place(tick)} ${y}v-4`).join("") }),
      ...ticks.map((tick) =>
        s(
          "text",
          { x: place(tick), y: y + 14, "text-anchor": "middle" },
          text(tick).replace("−", "-"),
        ),
      ),
    );
  }
}

/** Largest and smallest content above zero, flows left out. */
function extremes(rows: Float64Array[]): [number, number] {
  let [peak, least] = [0, Number.POSITIVE_INFINITY];
  for (const row of rows)
    for (let bin = 2; bin < row.length - 2; bin += 1) {
      const value = row[bin] ?? 0;
      peak = Math.max(peak, value);
      if (value > 0) least = Math.min(least, value);
    }
  return [peak, least];
}

/** Backgrounds first, then signals, data last. */
function order(layers: Layer[]): number[] {
  const rank = { background: 0, signal: 1, data: 2 };
  return [...layers.keys()].sort(
    (a, b) => rank[layers[a]?.kind ?? "data"] - rank[layers[b]?.kind ?? "data"],
  );
}

/** What makes the area one; missing values have none. */
function share({ before }: Layer): number {
  let area = 0;
  for (let at = 0; at < before.length - 1; at += 1) area += before[at] ?? 0;
  return area > 0 ? 1 / area : 0;
}

function perBin(edges: number[], unit: string): string {
  const widths = edges.slice(1).map((edge, at) => edge - (edges[at] ?? 0));
  const [first = 0] = widths;
  const even = widths.every((width) => Math.abs(width - first) < 1e-6 * Math.abs(first));
  return even && first > 0 ? ` / ${format(".3~g")(first)}${unit ? ` ${unit}` : ""}` : " / bin";
}

function put(path: SVGPathElement, d: string): void {
  if (path.getAttribute("d") !== d) path.setAttribute("d", d);
}
