import { extent, range } from "d3-array";
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { fill, h, s, write } from "../shared/dom";
import { decade } from "../shared/numbers";

export interface Line {
  label: string;
  /** Colour and dash, by rank. */
  style: number;
  dashed?: boolean;
  points: [number, number][];
  /** With errors it is drawn as points with bars. */
  errors?: number[];
  /** Whether it stands behind the others. */
  faint?: boolean;
  /** It can be hidden by its entry in the legend, which tells of a press. */
  toggle?: { hidden: boolean; press(): void };
}
/** What is said around the lines, where that changes. */
export interface Words {
  x?: string;
  y?: string;
  /** In place of lines; a line break begins a second line. */
  empty?: string;
}
export interface CurveOptions {
  x: string;
  y: string;
  domain?: { x: [number, number]; y?: [number, number] };
  /** Whole numbers along x, such as epochs. */
  whole?: boolean;
  /** A logarithmic y axis. */
  log?: boolean;
  empty: string;
}
type Scale = ScaleContinuousNumeric<number, number>;

const SIZE = { height: 172, left: 47, right: 10, top: 8, bottom: 32 };

/** Lines in a frame with axes; drawn anew with each call. */
export class Curve {
  private readonly svg = s("svg", { class: "hml-lines", height: SIZE.height, role: "img" });
  private readonly legend = h("div", { class: "hml-legend" });
  private readonly hint = h("span", { class: "hml-muted" });
  /** What stands on the drawing goes in here. */
  readonly plot = h("div", { class: "hml-plot" }, this.svg);
  readonly root: HTMLElement;
  private lines: Line[] = [];
  private marks: number[] = [];
  private readonly words: Required<Words>;
  private readonly observer: ResizeObserver | null;

  /** `scaled` is told where along x the numbers stand, whenever that has changed. */
  constructor(
    title: string,
    private readonly options: CurveOptions,
    private readonly scaled: (x: Scale) => void = () => {},
    name: HTMLElement = h("span", { class: "hml-name" }, title),
  ) {
    const head = h("h4", {}, name, this.hint);
    this.root = h(
      "section",
      { class: "hml-card", "aria-label": title },
      head,
      this.plot,
      this.legend,
    );
    const { x, y, empty } = options;
    this.words = { x, y, empty };
    this.svg.setAttribute("aria-label", title);
    this.observer =
      typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.redraw());
    this.observer?.observe(this.plot);
  }

  /** `marks` are places along x. */
  draw(lines: Line[], hint = "", words: Words = {}, marks: number[] = []): void {
    const all = lines.filter(({ points }) => points.length > 0);
    this.lines = all.filter(({ toggle }) => !toggle?.hidden);
    this.marks = marks;
    Object.assign(this.words, words);
    write(this.hint, hint);
    this.hint.title = hint;
    fill(this.legend, ...all.map(entry));
    this.redraw();
  }

  dispose(): void {
    this.observer?.disconnect();
  }

  redraw(): void {
    const width = this.plot.clientWidth || 320;
    this.svg.setAttribute("width", String(width));
    const { x, y } = this.scales(width);
    this.scaled(x);
    if (this.lines.length === 0) {
      const at = { class: "hml-none", x: width / 2, "text-anchor": "middle" };
      const texts = this.words.empty.split("\n");
      const said = texts.map((text, i) => s("text", { ...at, y: SIZE.height / 2 + 14 * i }, text));
      fill(this.svg, ...said);
      return;
    }
    const path = line<[number, number]>()
      .x((p) => round(x(p[0])))
      .y((p) => round(y(p[1])));
    const marks = this.lines.map((one) =>
      one.errors
        ? s("path", { class: "hml-marks", d: bars(one, x, y), style: look(one) })
        : one.points.length === 1
          ? s("circle", {
              cx: x(one.points[0]?.[0] ?? 0),
              cy: y(one.points[0]?.[1] ?? 0),
              r: 2.5,
              style: `fill:var(--hml-s${one.style})`,
            })
          : s("path", {
              class: one.faint ? "hml-line hml-faint" : "hml-line",
              d: path(one.points),
              style: look(one),
            }),
    );
    const places = this.marks.map((place) =>
      s("path", {
        class: "hml-place",
        d: `M${round(x(place))} ${SIZE.top}V${SIZE.height - SIZE.bottom}`,
      }),
    );
    fill(this.svg, ...this.axes(x, y, width), ...places, ...marks);
  }

  private scales(width: number) {
    const all = this.lines.flatMap(({ points }) => points);
    const span = (at: 0 | 1): [number, number] => {
      const [low = 0, high = 1] = extent(all, (point) => point[at]);
      return low === high ? [low - 0.5, high + 0.5] : [low, high];
    };
    const { domain, log } = this.options;
    const upright: [number, number] = [SIZE.height - SIZE.bottom, SIZE.top];
    const x = scaleLinear(domain?.x ?? span(0), [SIZE.left, width - SIZE.right]);
    const y = (log ? scaleLog : scaleLinear)(domain?.y ?? span(1), upright);
    return { x, y: domain?.y ? y : y.nice(4) };
  }

  private axes(x: Scale, y: Scale, width: number): SVGElement[] {
    const bottom = SIZE.height - SIZE.bottom;
    const ticks = x.ticks(5).filter((tick) => !this.options.whole || Number.isInteger(tick));
    const marks = this.options.log ? decades(y) : y.ticks(4);
    const upright = this.options.log
      ? (tick: number) => decade(Math.round(Math.log10(tick)))
      : y.tickFormat(4);
    const text = (attributes: Record<string, string | number>, words: string) =>
      s("text", attributes, words.replace("−", "-"));
    return [
      s("path", {
        class: "hml-frame",
        d: `M${SIZE.left} ${SIZE.top}V${bottom}H${width - SIZE.right}`,
      }),
      ...marks.map((tick) =>
        s("path", {
          class: "hml-grid",
          d: `M${SIZE.left} ${round(y(tick))}H${width - SIZE.right}`,
        }),
      ),
      ...marks.map((tick) =>
        text({ x: SIZE.left - 5, y: y(tick) + 3, "text-anchor": "end" }, upright(tick)),
      ),
      ...ticks.map((tick) =>
        text({ x: x(tick), y: bottom + 13, "text-anchor": "middle" }, x.tickFormat(5)(tick)),
      ),
      text(
        { x: (SIZE.left + width) / 2, y: SIZE.height - 5, "text-anchor": "middle" },
        this.words.x,
      ),
      text(
        {
          class: "hml-ylabel",
          transform: `translate(10 ${bottom / 2}) rotate(-90)`,
          "text-anchor": "middle",
        },
        this.words.y,
      ),
    ];
  }
}

/** The powers of ten, at most five of them. */
function decades(y: Scale): number[] {
  const [low = 1, high = 1] = y.domain().map(Math.log10);
  const step = Math.max(1, Math.ceil((high - low) / 4));
  return range(Math.ceil(low), Math.floor(high) + 1, step).map((power) => 10 ** power);
}

/** A short line at each point, crossed by its error. */
function bars({ points, errors = [] }: Line, x: Scale, y: Scale): string {
  const [bottom = 0, top = 0] = y.range();
  const inside = (value: number) => round(Math.min(bottom, Math.max(top, y(value))));
  return points
    .map(([at, value], i) => {
      const [error = 0, middle] = [errors[i], round(x(at))];
      const cross = `M${round(middle - 3)} ${inside(value)}h6`;
      return `${cross}M${middle} ${inside(value - error)}V${inside(value + error)}`;
    })
    .join("");
}

/** A line of the legend; a button where the line can be hidden. */
function entry(one: Line): HTMLElement {
  const { label, toggle } = one;
  if (!toggle) return h("span", {}, sample(one), ` ${label}`);
  return h(
    "button",
    {
      type: "button",
      class: toggle.hidden ? "hml-key hml-off" : "hml-key",
      "aria-pressed": String(!toggle.hidden),
      "data-key": `legend ${label}`,
      title: toggle.hidden ? `show ${label}` : `hide ${label}`,
      onclick: toggle.press,
    },
    sample(one),
    ` ${label}`,
  );
}

const round = (value: number) => Math.round(value * 10) / 10;
const look = (one: Line) =>
  `stroke:var(--hml-s${one.style});stroke-dasharray:${one.dashed ? "5 3" : "none"}`;

function sample(one: Line): SVGSVGElement {
  const shape = one.errors
    ? { class: "hml-marks", d: "M5 5h8M9 0V10" }
    : { class: "hml-line", d: "M0 5H18" };
  const path = s("path", { ...shape, style: look(one) });
  return s("svg", { class: "hml-swatch", width: 18, height: 10, "aria-hidden": "true" }, path);
}
