import { format } from "d3-format";
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { h, s, write } from "../shared/dom";
import { Heights } from "./axis";
import {
  type Band,
  bands,
  type Display,
  extremes,
  type Heap,
  type Layer,
  type Outline,
  pile,
  scale,
  spread,
} from "./heaps";
import { bars, dots, outline, ribbon } from "./paths";
import type { Sheet } from "./sheet";

export const TOP = 18;
export const HEIGHT = 118;
export const LEFT = 40;
export const RIGHT = 12;
/** With the horizontal axis. */
export const TALL = TOP + HEIGHT + 18;
const FLOW = 7;
const MARKS = 5;

/** Draws what it is given: samples as stacks, over one another, or with equal areas; data as points. */
export class Histogram {
  /** What is written and hardly changes; words on a canvas would have the page laid out for each. */
  readonly svg = s("svg", { class: "hml-axis", "aria-hidden": "true" });
  private readonly axis = s("g", {});
  private readonly ruler = s("path", {});
  private readonly marks = Array.from({ length: MARKS }, () =>
    s("text", { x: LEFT - FLOW - 5, "text-anchor": "end" }),
  );
  private readonly power = s("text", { x: 0, y: TOP - 8 });
  readonly x: ScaleLinear<number, number> = scaleLinear();
  /** What stands on the vertical axis. */
  readonly caption = h("span", { class: "hml-unit" });
  private readonly heights = new Heights(TOP, TOP + HEIGHT);
  private look = "";
  /** Borders of the lower flow, a gap, the bins, a gap, the upper flow. */
  private px = new Float64Array(0);
  private per = "";
  unit = "";

  /** What changes with the events is drawn on a sheet: a page lays nothing out for it. */
  constructor(private readonly sheet: Sheet) {
    this.svg.setAttribute("height", String(TALL));
    this.svg.append(this.axis, this.ruler, ...this.marks, this.power);
  }

  /** Prepare for a range on a sheet that has its width, in pixels; only where these change. */
  frame(edges: number[], width: number): void {
    const [left, right] = [LEFT, Math.max(LEFT + 1, width - RIGHT)];
    this.x.domain([edges[0] ?? 0, edges.at(-1) ?? 1]).range([left, right]);
    const flows = [right + 2, right + 2 + FLOW];
    const borders = [left - 2 - FLOW, left - 2, ...edges.map(this.x), ...flows];
    this.px = Float64Array.from(borders, this.sheet.snap);
    this.per = perBin(edges, this.unit);
    this.svg.setAttribute("width", String(width));
    this.drawAxis(left, right);
    this.heights.forget();
  }

  /** Let the next drawing choose the height of the axis anew. */
  rescale(): void {
    this.heights.forget();
  }

  draw(layers: Layer[], display: Display): void {
    const look = `${display.how} ${layers.map(({ style }) => style).join(" ")}`;
    if (look !== this.look) this.heights.forget();
    this.look = look;
    const heaps = pile(layers, display, this.bins);
    const data = layers.filter(({ kind }) => kind === "data");
    const scaled = data.map((layer) => spread(layer.after, scale(layer, display), this.bins));
    const rows = heaps.flatMap(({ before, after }) => [before?.tops ?? after.tops, after.tops]);
    const doubts = bands(heaps, display.how === "stacked");
    const ends = doubts.map(({ tops, errors }) => tops.map((top, bin) => top + (errors[bin] ?? 0)));
    const [peak, least] = extremes([...rows, ...ends, ...scaled]);
    // The highest bin sets the axis, with its uncertainty; a flow that is higher ends at its top.
    if (this.heights.fit(peak, least < peak ? least : 0, display.log)) this.drawScale(display);
    const pen = this.sheet.start(0, TALL);
    if (pen) this.paint(pen, heaps, doubts, data, display);
  }

  private paint(
    pen: CanvasRenderingContext2D,
    heaps: Heap[],
    doubts: Band[],
    data: Layer[],
    display: Display,
  ): void {
    const stacked = display.how === "stacked";
    this.shade(pen, display.hidden ?? []);
    for (const { layer, before } of heaps)
      if (before) this.fill(pen, layer, before, stacked, stacked ? 0.3 : 0.05, 0.3);
    if (!stacked) this.doubt(pen, doubts);
    for (const { layer, after } of heaps)
      this.fill(pen, layer, after, stacked, stacked ? 1 : 0.16, 1);
    if (stacked) this.doubt(pen, doubts);
    for (const layer of data) this.points(pen, layer, scale(layer, display));
  }

  private get bins(): number {
    return this.px.length - 5;
  }

  private readonly y = (value: number): number => this.sheet.snap(this.heights.y(value));

  private shade(pen: CanvasRenderingContext2D, windows: [number, number][]): void {
    const [left, right] = this.x.range() as [number, number];
    const inside = (value: number) => Math.max(left, Math.min(right, this.x(value)));
    pen.fillStyle = this.sheet.colour("--hml-line");
    for (const [low, high] of windows)
      pen.fillRect(inside(low), TOP, inside(high) - inside(low), HEIGHT);
  }

  private fill(
    pen: CanvasRenderingContext2D,
    { style }: Layer,
    { tops, bases }: Outline,
    stacked: boolean,
    area: number,
    line: number,
  ): void {
    const { colour, dashes } = this.sheet.ink(style);
    pen.beginPath();
    outline(pen, this.px, tops, bases, this.y);
    pen.fillStyle = colour;
    pen.globalAlpha = area;
    pen.fill();
    if (stacked) return;
    pen.globalAlpha = line;
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.setLineDash(dashes);
    pen.stroke();
  }

  private doubt(pen: CanvasRenderingContext2D, doubts: Band[]): void {
    for (const { tops, errors, style } of doubts) {
      pen.beginPath();
      if (!ribbon(pen, this.px, tops, errors, this.y)) continue;
      pen.fillStyle = style === null ? this.sheet.hatching(pen) : this.sheet.ink(style).colour;
      pen.globalAlpha = style === null ? 1 : 0.3;
      pen.fill();
    }
  }

  private points(pen: CanvasRenderingContext2D, layer: Layer, factor: number): void {
    const counts = spread(layer.after, 1, this.bins);
    const ink = this.sheet.colour("--hml-ink");
    Object.assign(pen, { globalAlpha: 1, fillStyle: ink, strokeStyle: ink, lineWidth: 1 });
    pen.setLineDash([]);
    pen.beginPath();
    dots(pen, this.px, counts, factor, this.y);
    pen.fill();
    pen.beginPath();
    bars(pen, this.px, counts, factor, this.y);
    pen.stroke();
  }

  private drawScale({ how }: Display): void {
    const { marks, power } = this.heights.ticks();
    const x = LEFT - FLOW - 3.5;
    const lines = marks.map(({ at }) => `M${x} ${at.toFixed(1)}h3`).join("");
    this.ruler.setAttribute("d", `M${x} ${TOP}V${TOP + HEIGHT}${lines}`);
    this.marks.forEach((mark, at) => {
      write(mark, marks[at]?.text ?? "");
      mark.setAttribute("y", String(Math.round((marks[at]?.at ?? 0) + 3.5)));
    });
    write(this.power, power);
    write(this.caption, `${how === "normalised" ? "share" : "events"}${this.per}`);
    this.caption.title = this.caption.textContent ?? "";
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

function perBin(edges: number[], unit: string): string {
  const widths = edges.slice(1).map((edge, at) => edge - (edges[at] ?? 0));
  const [first = 0] = widths;
  const even = widths.every((width) => Math.abs(width - first) < 1e-6 * Math.abs(first));
  return even && first > 0 ? ` / ${format(".3~g")(first)}${unit ? ` ${unit}` : ""}` : " / bin";
}
