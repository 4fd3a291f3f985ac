import { scaleLinear } from "d3-scale";
import { fill, h, s, write } from "../shared/dom";
import { themed } from "../shared/theme";
import { type Along, type Box, type Ends, type MapAxis, SIDES, type Side, written } from "./box";
import { above, beside } from "./boxlabels";
import { BoxControl, type BoxEvents } from "./mapbox";
import { type Grid, type MapLayer, paint, SHOWN, type Shown } from "./mapcanvas";

export type { Box, MapAxis } from "./box";
export type { MapLayer } from "./mapcanvas";
export interface MapEvents extends BoxEvents {
  /** Offered by a button where it is given. */
  remove?(): void;
}

const WIDTH = 240;
const LEFT = 38;
const RIGHT = 12;
const TOP = 24;
const BOTTOM = 34;
const TALLEST = 280;
const round = (value: number) => Math.round(value * 2) / 2;

/** A 2-D histogram with a box of up to four thresholds. */
export class MapCard {
  readonly root: HTMLElement;
  private readonly canvas = h("canvas", { "aria-hidden": "true" });
  private readonly svg = s("svg", { "aria-hidden": "true" });
  private readonly frameOf = s("g", { class: "hml-axis" });
  private readonly outside = s("path", { class: "hml-outside", "fill-rule": "evenodd" });
  private readonly outline = s("path", { class: "hml-box" });
  private readonly labels = s("g", { class: "hml-sides" });
  private readonly plot = h("div", { class: "hml-map" });
  private readonly note = h("div", { class: "hml-note" });
  private readonly choice = h("select", {
    "aria-label": "what is shown",
    title: "background as shades, signal as squares",
  });
  private readonly control: BoxControl;
  private readonly resizing: ResizeObserver | null;
  private readonly unthemed: () => void;
  private axes: Record<Along, MapAxis> | null = null;
  private grid: Grid = { px: [], py: [], left: LEFT, top: TOP, width: 0, height: 0 };
  private layers: MapLayer[] = [];
  private width = 0;

  constructor(x: string, y: string, events: MapEvents) {
    this.control = new BoxControl(this.plot, { x, y }, events, () => this.place());
    this.svg.append(this.outside, this.frameOf, this.outline, this.labels);
    const { sliders } = this.control;
    this.plot.append(this.canvas, this.svg, ...sliders.x, ...sliders.y);
    this.choice.addEventListener("change", () => this.paint());
    const name = `${y} against ${x}`;
    const remove = events.remove
      ? h("button", {
          type: "button",
          class: "hml-remove",
          "aria-label": `take ${name} away`,
          onclick: () => events.remove?.(),
        })
      : null;
    remove?.append("×");
    const title = h("span", { class: "hml-name", title: name }, name);
    this.root = h(
      "section",
      { class: "hml-card hml-mapcard", "aria-label": name },
      h("h4", {}, title, h("span", { class: "hml-icons" }, this.choice, remove)),
      this.plot,
      this.note,
    );
    this.offer();
    this.resizing =
      typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.resize());
    this.resizing?.observe(this.plot);
    this.unthemed = themed(() => this.paint());
  }

  /** The box is being moved. */
  get moving(): boolean {
    return this.control.moving;
  }

  /** Take the axes; draw() follows. */
  frame(x: MapAxis, y: MapAxis): void {
    this.axes = { x, y };
    this.width = this.plot.clientWidth || WIDTH;
    const width = Math.max(10, this.width - LEFT - RIGHT);
    const height = Math.min(TALLEST, Math.round(width * 0.92));
    const along = ({ edges }: MapAxis, range: [number, number]) =>
      scaleLinear([edges[0] ?? 0, edges.at(-1) ?? 1], range);
    const scales = {
      x: along(x, [LEFT, LEFT + width]),
      y: along(y, [TOP + height, TOP]),
    };
    const px = x.edges.map((edge) => scales.x(edge));
    const py = y.edges.map((edge) => scales.y(edge));
    this.grid = { px, py, left: LEFT, top: TOP, width, height };
    this.control.scale(this.axes, { x: px, y: py });
    this.svg.setAttribute("width", String(this.width));
    this.svg.setAttribute("height", String(TOP + height + BOTTOM));
    this.canvas.style.cssText = `left:${LEFT}px;top:${TOP}px;width:${width}px;height:${height}px`;
    this.drawAxes(scales);
  }

  draw(layers: MapLayer[], box: Box, note = ""): void {
    this.layers = layers;
    this.offer();
    this.paint();
    this.control.put(box);
    write(this.note, note);
    this.note.title = note;
  }

  /** The box cannot be moved, and why; empty: it can. */
  block(why: string): void {
    this.control.block(why);
  }

  dispose(): void {
    this.resizing?.disconnect();
    this.unthemed();
    this.control.dispose();
  }

  private paint(): void {
    if (this.axes) paint(this.canvas, this.grid, this.layers, this.choice.value as Shown);
  }

  /** What can be shown of the layers there are. */
  private offer(): void {
    const there = (kind: MapLayer["kind"]) => this.layers.some((layer) => layer.kind === kind);
    const left = this.layers.length === 0 || there("background") ? [] : ["background", "s/(s+b)"];
    const wanted = SHOWN.filter((one) => !left.includes(one) && (one !== "data" || there("data")));
    // Signal alone looks the same either way.
    this.choice.hidden = wanted.length < 3;
    if (wanted.length === this.choice.options.length) return;
    const { value } = this.choice;
    fill(this.choice, ...wanted.map((one) => h("option", { value: one }, one)));
    this.choice.value = wanted.includes(value as Shown) ? value : "both";
  }

  private drawAxes(scales: Record<Along, ReturnType<typeof scaleLinear<number>>>): void {
    if (!this.axes) return;
    const { x, y } = this.axes;
    const { width, height } = this.grid;
    const bottom = TOP + height;
    const label = ({ name, unit }: MapAxis) => (unit ? `${name} [${unit}]` : name);
    const ticks = (along: Along, count: number) => {
      const write = scales[along].tickFormat(count);
      return scales[along].ticks(count).map((tick) => {
        const at = round(scales[along](tick));
        return { at, text: write(tick).replace("−", "-") };
      });
    };
    const below = ticks("x", Math.max(3, Math.floor(width / 62)));
    const beside = ticks("y", Math.max(3, Math.floor(height / 45)));
    this.frameOf.replaceChildren(
      s("path", { d: `M${LEFT - 0.5} ${TOP}V${bottom + 0.5}H${LEFT + width}` }),
      ...below.map(({ at }) => s("path", { d: `M${at} ${bottom}v4` })),
      ...beside.map(({ at }) => s("path", { d: `M${LEFT} ${at}h-4` })),
      ...below.map(({ at, text }) =>
        s("text", { x: at, y: bottom + 15, "text-anchor": "middle" }, text),
      ),
      ...beside.map(({ at, text }) =>
        s("text", { x: LEFT - 7, y: at + 3.5, "text-anchor": "end" }, text),
      ),
      s("text", { x: 0, y: 11 }, label(y)),
      s("text", { x: LEFT + width, y: bottom + 29, "text-anchor": "end" }, label(x)),
    );
  }

  /** Draw the box where it stands. */
  private place(): void {
    const { width, height } = this.grid;
    const [left, right] = this.control.ends("x").map(round) as [number, number];
    const [bottom, top] = this.control.ends("y").map(round) as [number, number];
    const inside = `M${left} ${top}H${right}V${bottom}H${left}Z`;
    const all = `M${LEFT} ${TOP}h${width}v${height}h${-width}Z`;
    this.outside.setAttribute("d", `${all}${inside}`);
    this.outline.setAttribute("d", inside);
    const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
    const { x, y } = this.control.sliders;
    const put = (node: HTMLElement, at: number, over: number) => {
      node.style.transform = `translate(${round(at)}px, ${round(over)}px)`;
    };
    put(x[0], left, middle.y);
    put(x[1], right, middle.y);
    put(y[0], middle.x, bottom);
    put(y[1], middle.x, top);
    this.plot.classList.toggle("hml-tight", Math.min(right - left, bottom - top) < 26);
    this.drawLabels([left, right], [top, bottom]);
  }

  /** The thresholds in words beside their knobs. */
  private drawLabels(x: Ends, y: Ends): void {
    const { axes } = this;
    if (!axes) return;
    const { width, height } = this.grid;
    const across = { ends: x, frame: [LEFT, LEFT + width] as Ends };
    const upright = { ends: y, frame: [TOP, TOP + height] as Ends };
    const words = (along: Along, side: Side) => {
      const value = this.control.box[along][side];
      if (value === null) return [];
      return [written(axes[along], side, value).join(" ")];
    };
    const texts = SIDES.flatMap((side) => [
      ...words("x", side).map((text) => beside(text, side, across, upright)),
      ...words("y", side).map((text) => above(text, side, across, upright)),
    ]);
    this.labels.replaceChildren(...texts);
  }

  private resize(): void {
    const { clientWidth } = this.plot;
    if (!this.axes || clientWidth === 0 || clientWidth === this.width) return;
    this.frame(this.axes.x, this.axes.y);
    this.paint();
    this.place();
  }
}
