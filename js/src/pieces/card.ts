import { line } from "d3-shape";
import { h, s, write } from "../shared/dom";
import type { CutView, Side } from "../shared/state";
import { type Display, Histogram, MARGIN, type Series } from "./histogram";
import { Threshold, type ThresholdEvents } from "./threshold";

const STRIP = 26;
const WIDTH = 240;
const LABEL = 62;

export interface Place {
  edge: number;
  /** An exact value between the edges; null: the edge itself. */
  exact: number | null;
  /** Text of the threshold, empty where there is no cut. */
  label: string;
  /** What a screen reader says. */
  spoken: string;
}

/** A histogram with a handle at each end, and the significance below it. */
export class Card {
  readonly root: HTMLElement;
  readonly handles: Record<Side, Threshold>;
  private readonly histogram = new Histogram();
  private readonly plot = h("div", { class: "hml-plot" });
  private readonly labels: Record<Side, HTMLElement>;
  private readonly curve = s("path", { class: "hml-curve" });
  private readonly dot = s("circle", { class: "hml-dot hml-away", r: 3 });
  private readonly strip = s("svg", { class: "hml-strip", height: STRIP, "aria-hidden": "true" });
  private readonly note = h("div", { class: "hml-note" });
  private readonly observer: ResizeObserver | null;
  private pixels: number[] = [];
  private width = WIDTH;

  constructor(
    readonly name: string,
    unit: string,
    events: ThresholdEvents,
    private readonly resized: () => void,
  ) {
    this.handles = {
      low: new Threshold("low", `${name}: keep what is above`, events),
      high: new Threshold("high", `${name}: keep what is below`, events),
    };
    const label = (side: Side) =>
      h("span", { class: `hml-value hml-${side}`, "aria-hidden": "true" });
    this.labels = { low: label("low"), high: label("high") };
    const letter = s("text", { x: -1, y: STRIP - 4 }, "Z");
    this.strip.append(letter, this.curve, this.dot);
    this.handles.low.root.append(this.labels.low);
    this.handles.high.root.append(this.labels.high);
    this.plot.append(this.histogram.svg, this.handles.low.root, this.handles.high.root);
    const title = h(
      "h4",
      {},
      h("span", { class: "hml-name", title: name }, name),
      h("span", { class: "hml-unit" }, unit),
    );
    this.root = h(
      "section",
      { class: "hml-card", "aria-label": name },
      title,
      this.plot,
      this.strip,
      this.note,
    );
    this.observer =
      typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.resize());
    this.observer?.observe(this.plot);
  }

  /** Take a view's ranges; draw() and place() follow. */
  frame(view: CutView): void {
    this.width = this.plot.clientWidth || WIDTH;
    this.histogram.frame(view.edges, this.width);
    this.pixels = view.grab.edges.map((edge) => this.clamp(this.histogram.x(edge)));
    this.handles.low.scale(this.pixels);
    this.handles.high.scale(this.pixels);
    this.strip.setAttribute("width", String(this.width));
  }

  rescale(): void {
    this.histogram.rescale();
  }

  draw(series: Series[], display: Display): void {
    this.histogram.draw(series, display);
  }

  place(side: Side, { edge, exact, label, spoken }: Place): void {
    const at = exact === null ? (this.pixels[edge] ?? 0) : this.clamp(this.histogram.x(exact));
    this.handles[side].place(edge, at, spoken, label !== "");
    write(this.labels[side], label && `${side === "low" ? "≥" : "<"} ${label}`);
    const flip = side === "low" ? at < LABEL : at > this.width - LABEL;
    this.labels[side].classList.toggle("hml-flip", flip);
  }

  /** The significance against the threshold; null leaves the place free. */
  significance(curve: (number | null)[] | null, edge: number): void {
    const top = Math.max(0, ...(curve ?? []).map((value) => value ?? 0));
    const y = (value: number) => STRIP - 3 - (STRIP - 8) * (top > 0 ? value / top : 0);
    const path = line<number | null>()
      .defined((value) => value !== null)
      .x((_, at) => Math.round((this.pixels[at] ?? 0) * 10) / 10)
      .y((value) => Math.round(y(value ?? 0) * 10) / 10);
    this.curve.setAttribute("d", path(curve ?? []) ?? "");
    const here = curve?.[edge] ?? null;
    this.dot.classList.toggle("hml-away", here === null);
    this.dot.setAttribute("cx", String(this.pixels[edge] ?? 0));
    this.dot.setAttribute("cy", String(y(here ?? 0)));
  }

  say(text: string): void {
    write(this.note, text);
  }

  grabbed(yes: boolean): void {
    this.root.classList.toggle("hml-active", yes);
  }

  dispose(): void {
    this.observer?.disconnect();
    this.handles.low.dispose();
    this.handles.high.dispose();
  }

  private clamp(x: number): number {
    return Math.max(MARGIN, Math.min(this.width - MARGIN, x));
  }

  private resize(): void {
    if (this.plot.clientWidth > 0 && this.plot.clientWidth !== this.width) this.resized();
  }
}
