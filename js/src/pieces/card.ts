import type { Below, Side } from "../shared/boardstate";
import { h, write } from "../shared/dom";
import { BELOW, type Curve, type Ratio, Under } from "./below";
import type { Display, Layer } from "./heaps";
import { Histogram, LEFT, RIGHT, TALL } from "./histogram";
import { Sheet } from "./sheet";
import { Threshold, type ThresholdEvents } from "./threshold";

const WIDTH = 240;
const KNOB = 20;
const LETTER = 6.5;

export interface Frame {
  edges: number[];
  places: number[];
  /** Drags stop at the edges of bins only. */
  snap: boolean;
  below: Below;
}
export interface Stand {
  place: number;
  /** Text of the threshold, empty where there is none. */
  label: string;
  /** ≥, >, < or ≤. */
  sign: string;
  /** What a screen reader says. */
  spoken: string;
}

/** A histogram with a handle at each end, and a panel below it. */
export class Card {
  readonly root: HTMLElement;
  readonly handles: Record<Side, Threshold>;
  readonly window: Threshold;
  /** Room for what can be done with the view. */
  readonly tools = h("span", { class: "hml-card-tools" });
  private readonly sheet = new Sheet();
  private readonly histogram = new Histogram(this.sheet);
  private readonly under = new Under(this.sheet, TALL);
  private readonly plot = h("div", { class: "hml-plot" });
  private readonly labels: Record<Side, HTMLElement>;
  private readonly note: HTMLElement = h("div", {
    class: "hml-note",
    // Only where it is read: a page looks for its rules whenever a title changes.
    onpointerenter: () => this.note.setAttribute("title", this.note.textContent ?? ""),
  });
  private readonly observer: ResizeObserver | null;
  private readonly flips: Record<Side, boolean | null> = { low: null, high: null };
  private pixels: number[] = [];
  private borders: number[] = [];
  private width = WIDTH;

  constructor(
    readonly name: string,
    unit: string,
    events: ThresholdEvents,
    private readonly resized: () => void,
  ) {
    this.histogram.unit = unit;
    this.handles = {
      low: new Threshold("low", `${name}: keep what is above`, events),
      high: new Threshold("high", `${name}: keep what is below`, events),
    };
    this.window = new Threshold("window", `${name}: move the window`, events);
    const label = (side: Side) =>
      h("span", { class: `hml-value hml-${side}`, "aria-hidden": "true" });
    this.labels = { low: label("low"), high: label("high") };
    for (const side of ["low", "high"] as const) this.handles[side].root.append(this.labels[side]);
    const handles = [this.window.root, this.handles.low.root, this.handles.high.root];
    this.plot.append(this.sheet.canvas, this.histogram.svg, this.under.svg, ...handles);
    const title = h(
      "h4",
      {},
      h("span", { class: "hml-name", title: name }, name),
      this.histogram.caption,
      this.tools,
    );
    const parts = [title, this.plot, this.note];
    this.root = h("section", { class: "hml-card", "aria-label": name }, ...parts);
    this.observer =
      typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.resize());
    this.observer?.observe(this.plot);
  }

  /** Take a view's ranges; draw() and place() follow. */
  frame({ edges, places, snap, below }: Frame): void {
    this.width = this.plot.clientWidth || WIDTH;
    this.under.svg.classList.toggle("hml-absent", below === "none");
    this.sheet.frame(this.width, TALL + (below === "none" ? 0 : BELOW));
    this.histogram.frame(edges, this.width);
    const { x } = this.histogram;
    this.borders = edges.map(x);
    this.pixels = places.map((place) => this.clamp(x(place)));
    const bins = new Set(edges);
    const all = [...places.keys()];
    const edge = all.filter((at) => bins.has(places[at] ?? 0));
    const stops = snap && edge.length > 1 ? ends(edge, all.length) : all;
    for (const handle of [this.handles.low, this.handles.high, this.window])
      handle.scale({ places, pixels: this.pixels, stops });
    this.under.frame(this.width);
    this.flips.low = null;
    this.flips.high = null;
  }

  rescale(): void {
    this.histogram.rescale();
  }

  draw(layers: Layer[], display: Display): void {
    this.histogram.draw(layers, display);
  }

  /** Put both handles, and the window between them if there are two thresholds. */
  place(low: Stand, high: Stand, window: string): void {
    const both = low.label !== "" && high.label !== "";
    const width = (this.pixels[high.place] ?? 0) - (this.pixels[low.place] ?? 0);
    // between two thresholds there may be no room for a word; then it reaches over the border of the card
    const inside = !both || width > 2 * KNOB + LETTER * (high.label.length + low.label.length + 4);
    this.put("low", low, inside);
    this.put("high", high, inside);
    this.window.place(low.place, window, both, width);
    if (this.window.root.hidden === both) this.window.root.hidden = !both;
  }

  /** The significance against the threshold, by place. */
  significance(curve: Omit<Curve, "pixels"> | null): void {
    this.under.significance(curve && { ...curve, pixels: this.pixels });
  }

  ratio(ratio: Omit<Ratio, "borders">): void {
    this.under.ratio({ ...ratio, borders: this.borders });
  }

  say(text: string): void {
    write(this.note, text);
  }

  block(why: string): void {
    for (const handle of [this.handles.low, this.handles.high, this.window]) handle.block(why);
  }

  grabbed(yes: boolean): void {
    this.root.classList.toggle("hml-active", yes);
  }

  dispose(): void {
    this.observer?.disconnect();
    for (const handle of [this.handles.low, this.handles.high, this.window]) handle.dispose();
  }

  private put(side: Side, { place, label, sign, spoken }: Stand, inside: boolean): void {
    this.handles[side].place(place, spoken, label !== "");
    write(this.labels[side], label && `${sign} ${label}`);
    const at = this.pixels[place] ?? 0;
    const room = KNOB + LETTER * (label.length + 2);
    const flip = inside && (side === "low" ? at < room : at > this.width - room);
    if (this.flips[side] !== flip) this.labels[side].classList.toggle("hml-flip", flip);
    this.flips[side] = flip;
  }

  private clamp(x: number): number {
    return Math.max(LEFT, Math.min(this.width - RIGHT, x));
  }

  private resize(): void {
    if (this.plot.clientWidth > 0 && this.plot.clientWidth !== this.width) this.resized();
  }
}

/** Stops with both ends among them. */
function ends(stops: number[], count: number): number[] {
  return [...new Set([0, ...stops, count - 1])];
}
