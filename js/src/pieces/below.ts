import { s, write } from "../shared/dom";
import { number } from "../shared/numbers";
import { LEFT, RIGHT } from "./histogram";
import { dot, middle } from "./paths";
import type { Sheet } from "./sheet";

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
  private readonly axis = s("path", {});
  private readonly label = s("text", { x: 1, y: TOP - 4 });
  private readonly most = s("text", { y: TOP - 4, "text-anchor": "end" });
  private readonly top = s("text", { x: LEFT - 6, y: TOP + 7, "text-anchor": "end" });
  private readonly zero = s("text", { x: LEFT - 6, y: TOP + HEIGHT, "text-anchor": "end" }, "0");
  readonly svg = s(
    "svg",
    { class: "hml-axis hml-strip", "aria-hidden": "true", height: BELOW },
    ...[this.axis, this.label, this.most, this.top, this.zero],
  );
  private width = 0;
  private peak = 0;
  private drawn: Curve | null | undefined;

  /** On a part of a sheet that begins at `from`. */
  constructor(
    private readonly sheet: Sheet,
    private readonly from: number,
  ) {}

  frame(width: number): void {
    this.width = width;
    this.svg.setAttribute("width", String(width));
    this.most.setAttribute("x", String(width - RIGHT));
    const [x, y] = [LEFT + 0.5, TOP + HEIGHT + 0.5];
    this.axis.setAttribute("d", `M${x} ${TOP}V${y}H${width - RIGHT}`);
    this.drawn = undefined;
  }

  /** The significance against the threshold; without a curve the panel keeps its place. */
  significance(curve: Curve | null): void {
    if (this.drawn !== undefined && same(curve, this.drawn)) return;
    this.drawn = curve;
    this.svg.classList.toggle("hml-stale", curve?.stale ?? true);
    for (const node of [this.top, this.most]) write(node, "");
    if (!curve) {
      write(this.label, "Z");
      this.sheet.start(this.from, BELOW);
      return;
    }
    const { values, at, why } = curve;
    this.peak = Math.max(0, ...values.map((value) => value ?? 0));
    const best = this.peak > 0 ? values.indexOf(this.peak) : -1;
    const here = values[at] ?? null;
    write(this.label, here === null ? `Z: ${why}` : `Z ${number(here, 2)}`);
    if (best >= 0) write(this.most, this.words(curve, best));
    this.draw(curve, best);
  }

  private draw({ values, pixels, at, stale }: Curve, best: number): void {
    const pen = this.sheet.start(this.from, BELOW);
    if (!pen) return;
    pen.globalAlpha = stale ? 0.3 : 1;
    const brand = this.sheet.colour("--hml-brand");
    Object.assign(pen, { strokeStyle: brand, fillStyle: brand, lineWidth: 1, lineJoin: "round" });
    const x = Math.round(pixels[best] ?? 0) + 0.5;
    pen.setLineDash([2, 2]);
    if (best >= 0) this.line(pen, [x, TOP + 1], [x, TOP + HEIGHT]);
    pen.setLineDash([]);
    pen.lineWidth = 1.4;
    pen.beginPath();
    values.forEach((value, place) => {
      if (value === null) return;
      const from = place > 0 && values[place - 1] !== null;
      pen[from ? "lineTo" : "moveTo"](pixels[place] ?? 0, this.y(value));
    });
    pen.stroke();
    pen.beginPath();
    const here = values[at] ?? null;
    if (here !== null) dot(pen, pixels[at] ?? 0, this.y(here));
    pen.fill();
  }

  ratio({ label, values, errors, borders, one }: Ratio): void {
    this.drawn = undefined;
    const tops = values.map((value, at) => (value ?? 0) + (one ? 0 : (errors[at] ?? 0)));
    this.peak = one ? 2 : Math.max(0, ...tops);
    // beside the axis there is no room for a number of many characters
    write(this.label, one || !this.peak ? label : `${label}, up to ${number(this.peak, 2)}`);
    write(this.top, one ? number(this.peak, 2) : "");
    write(this.most, "");
    this.svg.classList.remove("hml-stale");
    const pen = this.sheet.start(this.from, BELOW);
    if (!pen) return;
    pen.setLineDash([]);
    Object.assign(pen, { strokeStyle: this.sheet.colour("--hml-line"), lineWidth: 1 });
    if (one) this.line(pen, [LEFT, this.y(1)], [this.width - RIGHT, this.y(1)]);
    const ink = this.sheet.colour("--hml-ink");
    Object.assign(pen, { strokeStyle: ink, fillStyle: ink });
    values.forEach((value, at) => {
      if (value === null || value > 4 * this.peak) return;
      const [x, error] = [middle(borders, at), errors[at] ?? 0];
      pen.beginPath();
      dot(pen, x, this.y(value));
      pen.fill();
      this.line(pen, [x, this.y(value + error)], [x, this.y(value - error)]);
    });
  }

  private line(pen: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }

  /** The best in as many words as there is room for. */
  private words({ values, label }: Curve, bestAt: number): string {
    const where = label(bestAt);
    const text = `best ${number(values[bestAt] ?? 0, 2)} ${where}`;
    const room = (this.width - RIGHT) / 5.9 - (this.label.textContent?.length ?? 0);
    if (text.length < room) return text;
    return where.length + 5 < room ? `best ${where}` : "";
  }

  private y(value: number): number {
    const share = this.peak > 0 ? Math.max(0, Math.min(1, value / this.peak)) : 0;
    return TOP + HEIGHT - (HEIGHT - 3) * share;
  }
}

/** Nothing has moved since it was drawn. */
function same(one: Curve | null, other: Curve | null): boolean {
  if (!one || !other) return one === other;
  const { values, at, why, stale } = one;
  return values === other.values && at === other.at && why === other.why && stale === other.stale;
}
