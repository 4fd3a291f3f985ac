import { line } from "d3-shape";
import type { Below } from "../shared/boardstate";
import { s, write } from "../shared/dom";
import { number } from "../shared/numbers";
import { LEFT, RIGHT } from "./histogram";
import { dot, middle } from "./paths";

const TOP = 14;
const HEIGHT = 34;
export const BELOW = TOP + HEIGHT + 3;

/** The significance against a threshold. */
export interface Curve {
  values: (number | null)[];
  /** Of the places, in pixels. */
  pixels: number[];
  at: number;
  label(place: number): string;
  /** Why there is none at all, or not here. */
  why: string;
  /** Drawn for thresholds that have moved since. */
  stale: boolean;
}
/** A quotient in each drawn bin; null where there is none. */
export interface Ratio {
  label: string;
  values: (number | null)[];
  errors: number[];
  /** Borders of the bins in pixels. */
  borders: ArrayLike<number>;
  /** One is what is expected, and the axis ends at twice that. */
  one: boolean;
}

/** The panel under a histogram. */
export class Under {
  readonly svg = s("svg", { class: "hml-strip", height: BELOW, "aria-hidden": "true" });
  private readonly axis = s("path", { class: "hml-rule" });
  private readonly one = s("path", { class: "hml-one" });
  private readonly curve = s("path", { class: "hml-curve" });
  private readonly points = s("path", { class: "hml-points" });
  private readonly best = s("path", { class: "hml-best" });
  private readonly here = s("path", { class: "hml-dot" });
  private readonly label = s("text", { x: 1, y: TOP - 4 });
  private readonly value = s("text", { class: "hml-most", y: TOP - 4, "text-anchor": "end" });
  private readonly top = s("text", { x: LEFT - 6, y: TOP + 7, "text-anchor": "end" });
  private readonly zero = s("text", { x: LEFT - 6, y: TOP + HEIGHT, "text-anchor": "end" }, "0");
  private width = 0;
  private drawn: (number | null)[] | null = null;
  private peak = 0;
  private bestAt = -1;

  constructor() {
    const texts = [this.label, this.value, this.top, this.zero];
    this.svg.append(this.axis, this.one, this.curve, this.points, this.best, this.here, ...texts);
  }

  frame(width: number, what: Below): void {
    this.width = width;
    this.drawn = null;
    this.svg.setAttribute("width", String(width));
    this.svg.classList.toggle("hml-absent", what === "none");
    this.value.setAttribute("x", String(width - RIGHT));
    this.axis.setAttribute("d", `M${LEFT} ${TOP}V${TOP + HEIGHT}H${width - RIGHT}`);
    for (const node of [this.one, this.curve, this.points, this.best, this.here]) put(node, "");
    for (const node of [this.label, this.value, this.top]) write(node, "");
  }

  /** The significance against the threshold; without a curve the panel keeps its place. */
  significance(curve: Curve | null): void {
    write(this.label, "Z");
    this.svg.classList.toggle("hml-stale", curve?.stale ?? true);
    if (!curve) {
      for (const node of [this.curve, this.best, this.here]) put(node, "");
      write(this.value, "");
      this.drawn = null;
      return;
    }
    if (curve.values !== this.drawn) this.whole(curve);
    const here = curve.values[curve.at] ?? null;
    const x = curve.pixels[curve.at] ?? 0;
    put(this.here, here === null ? "" : dot(x, this.y(here)));
    const best = this.bestAt < 0 ? null : (curve.values[this.bestAt] ?? null);
    write(this.label, here === null ? `Z: ${curve.why}` : `Z ${number(here, 2)}`);
    write(this.value, best === null ? "" : this.most(best, curve));
  }

  ratio({ label, values, errors, borders, one }: Ratio): void {
    this.svg.classList.remove("hml-stale");
    const tops = values.map((value, at) => (value ?? 0) + (one ? 0 : (errors[at] ?? 0)));
    this.peak = one ? 2 : Math.max(0, ...tops);
    // beside the axis there is no room for a number of many characters
    write(this.label, one || !this.peak ? label : `${label}, up to ${number(this.peak, 2)}`);
    write(this.top, one ? number(this.peak, 2) : "");
    put(this.one, one ? `M${LEFT} ${this.y(1)}H${this.width - RIGHT}` : "");
    let path = "";
    values.forEach((value, at) => {
      if (value === null || value > 4 * this.peak) return;
      const [x, error] = [middle(borders, at), errors[at] ?? 0];
      path += `${dot(x, this.y(value))}M${x.toFixed(1)} ${this.y(value + error)}V${this.y(value - error)}`;
    });
    put(this.points, path);
  }

  /** In as many words as there is room for. */
  private most(best: number, curve: Curve): string {
    const where = curve.label(this.bestAt);
    const text = `best ${number(best, 2)} ${where}`;
    const room = (this.width - RIGHT) / 5.9 - (this.label.textContent?.length ?? 0);
    if (text.length < room) return text;
    return where.length + 5 < room ? `best ${where}` : "";
  }

  private whole({ values, pixels }: Curve): void {
    this.drawn = values;
    this.peak = Math.max(0, ...values.map((value) => value ?? 0));
    this.bestAt = this.peak > 0 ? values.indexOf(this.peak) : -1;
    const path = line<number | null>()
      .defined((value) => value !== null)
      .x((_, at) => Math.round((pixels[at] ?? 0) * 10) / 10)
      .y((value) => this.y(value ?? 0));
    put(this.curve, path(values) ?? "");
    const x = Math.round(pixels[this.bestAt] ?? 0);
    put(this.best, this.bestAt < 0 ? "" : `M${x} ${TOP + 1}V${TOP + HEIGHT}`);
  }

  private y(value: number): number {
    const share = this.peak > 0 ? Math.max(0, Math.min(1, value / this.peak)) : 0;
    return Math.round((TOP + HEIGHT - (HEIGHT - 3) * share) * 10) / 10;
  }
}

function put(path: SVGPathElement, d: string): void {
  if (path.getAttribute("d") !== d) path.setAttribute("d", d);
}
