import { bisectCenter } from "d3-array";
import { h } from "../shared/dom";
import {
  ALONG,
  type Along,
  type Box,
  cursor,
  type Ends,
  ends,
  type Grip,
  type MapAxis,
  NO_BOX,
  nearSide,
  places,
  type Side,
  same,
  shifted,
  spanned,
  stand,
  told,
  within,
} from "./box";
import { KEYS, REST } from "./nudge";

export interface BoxEvents {
  /** Where the box stands while it moves; at most once a frame. */
  hold(box: Box): void;
  commit(box: Box): void;
  cancel(): void;
}
type Point = Record<Along, number>;
interface Drag extends Grip {
  from: Point;
  to: Point;
}

const REACH = { mouse: 12, touch: 20 };
const STILL = 4;

/** A box over bins, dragged by its sides, its corners or as a whole, or moved with the keys. */
export class BoxControl {
  readonly sliders: Record<Along, [HTMLElement, HTMLElement]>;
  private axes: Record<Along, MapAxis>;
  private pixels: Record<Along, number[]> = { x: [0, 1], y: [1, 0] };
  private start: Box = NO_BOX;
  private shown: Box = NO_BOX;
  private mode: "rest" | "drag" | "keys" = "rest";
  private drag: Drag | null = null;
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private blocked = false;

  constructor(
    private readonly plot: HTMLElement,
    names: Record<Along, string>,
    private readonly events: BoxEvents,
    private readonly show: () => void,
  ) {
    const axis = (along: Along) => ({ name: names[along], unit: "", edges: [0, 1] });
    this.axes = { x: axis("x"), y: axis("y") };
    const both = (along: Along): [HTMLElement, HTMLElement] => [
      this.slider(along, 0),
      this.slider(along, 1),
    ];
    this.sliders = { x: both("x"), y: both("y") };
    const on = (name: string, act: (event: PointerEvent) => void) =>
      plot.addEventListener(name, (event) => act(event as PointerEvent));
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", () => this.mode === "drag" && this.cancel());
    on("lostpointercapture", () => this.mode === "drag" && this.cancel());
  }

  get box(): Box {
    return this.shown;
  }

  get moving(): boolean {
    return this.mode !== "rest";
  }

  /** Take the axes and where their edges are, in pixels of the plot. */
  scale(axes: Record<Along, MapAxis>, pixels: Record<Along, number[]>): void {
    this.axes = axes;
    this.pixels = pixels;
  }

  /** Put the box somewhere; one that moves is left alone. */
  put(box: Box): void {
    if (!this.moving) this.shown = box;
    this.tell();
  }

  /** Where the sides along an axis are, in pixels. */
  ends(along: Along): Ends {
    return ends(this.shown[along], this.axes[along].edges, this.pixels[along]);
  }

  /** It cannot be moved, and why; empty: it can. */
  block(why: string): void {
    this.blocked = why !== "";
    for (const slider of [...this.sliders.x, ...this.sliders.y]) {
      slider.setAttribute("aria-disabled", String(this.blocked));
      slider.title = why;
    }
  }

  dispose(): void {
    this.rest();
  }

  private slider(along: Along, side: Side): HTMLElement {
    const what = side === 0 ? "above" : "below";
    return h(
      "span",
      {
        class: `hml-side-${along}`,
        role: "slider",
        tabIndex: 0,
        "aria-label": `${this.axes[along].name}: keep what is ${what}`,
        "aria-orientation": along === "x" ? "horizontal" : "vertical",
        onblur: () => this.settle(),
        onkeydown: (event: KeyboardEvent) => this.key(event, along, side),
      },
      h("span", { class: "hml-peg" }),
    );
  }

  /** Tell the sliders where they stand, and let the box be drawn. */
  private tell(): void {
    for (const along of ALONG) {
      const { edges } = this.axes[along];
      const now = places(this.shown[along], edges);
      this.sliders[along].forEach((slider, side) => {
        const value = this.shown[along][side as Side] ?? null;
        const spoken = told(this.axes[along], side as Side, value);
        slider.setAttribute("aria-valuemin", "0");
        slider.setAttribute("aria-valuemax", String(edges.length - 1));
        slider.setAttribute("aria-valuenow", String(now[side as Side]));
        slider.setAttribute("aria-valuetext", spoken);
        slider.classList.toggle("hml-stands", value !== null);
      });
    }
    this.show();
  }

  private point(event: PointerEvent): Point {
    const { left, top } = this.plot.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** What of the box is under the pointer. */
  private grip(event: PointerEvent): Grip | null {
    const at = this.point(event);
    const reach = event.pointerType === "touch" ? REACH.touch : REACH.mouse;
    if (this.blocked) return null;
    const [bottom, top] = this.ends("y");
    const [left, right] = this.ends("x");
    const { x: px, y: py } = this.pixels;
    if (!within(at.x, px, reach) || !within(at.y, py, reach)) return null;
    const inside = within(at.x, [left, right], reach) && within(at.y, [top, bottom], reach);
    if (!inside) return { x: [], y: [], draw: true };
    const x = nearSide(at.x, [left, right], reach);
    // Pixels grow downwards, numbers upwards.
    const y = nearSide(-at.y, [-bottom, -top], reach);
    if (x.length || y.length) return { x, y };
    return same(this.shown, NO_BOX) ? { x, y, draw: true } : { x: [0, 1], y: [0, 1] };
  }

  private down(event: PointerEvent): void {
    const grip = this.grip(event);
    if (event.button !== 0 || this.mode === "drag" || !grip) return;
    event.preventDefault();
    this.settle();
    this.start = this.shown;
    this.mode = "drag";
    this.plot.setPointerCapture?.(event.pointerId);
    this.drag = { ...grip, from: this.point(event), to: this.point(event) };
    const [x] = grip.x;
    const slider = x === undefined ? this.sliders.y[grip.y[0] ?? 0] : this.sliders.x[x];
    slider.focus({ preventScroll: true });
  }

  private move(event: PointerEvent): void {
    if (!this.drag) {
      this.plot.style.cursor = cursor(this.grip(event));
      return;
    }
    this.drag.to = this.point(event);
    this.frame ??= requestAnimationFrame(() => this.follow());
  }

  private follow(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    const { drag } = this;
    if (!drag) return;
    // A press that hardly moves draws no box.
    const still = Math.hypot(drag.to.x - drag.from.x, drag.to.y - drag.from.y) < STILL;
    if (drag.draw && still) this.go(this.start);
    else this.go({ x: this.dragged("x", drag), y: this.dragged("y", drag) });
  }

  /** The sides along one axis, with what is held moved. */
  private dragged(along: Along, drag: Drag): Box["x"] {
    const { edges } = this.axes[along];
    const range = this.start[along];
    const px = this.pixels[along];
    const last = px.length - 1;
    // The search wants numbers that grow.
    const turn = along === "x" ? 1 : -1;
    const rising = px.map((at) => turn * at);
    const nearest = (at: number) => bisectCenter(rising, turn * at);
    const { from, to, draw } = drag;
    const over = spanned(nearest(from[along]), nearest(to[along]), last);
    if (draw) return stand([null, null], edges, over);
    const before = places(range, edges);
    const whole = drag[along].length > 1;
    const held = whole ? drag[along].filter((side) => range[side] !== null) : drag[along];
    const [first] = held;
    if (first === undefined) return range;
    const pixel = ends(range, edges, px)[first];
    const by = nearest(pixel + to[along] - from[along]) - before[first];
    return stand(range, edges, shifted(before, held, by, last));
  }

  private up(event: PointerEvent): void {
    if (!this.drag) return;
    this.drag.to = this.point(event);
    this.follow();
    this.finish();
  }

  private key(event: KeyboardEvent, along: Along, side: Side): void {
    if (event.key === "Escape" && this.moving) this.cancel();
    else if (event.key === "Enter") this.settle();
    else if (event.key in KEYS && this.mode !== "drag" && !this.blocked)
      this.step(along, side, KEYS[event.key] ?? 0);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private step(along: Along, side: Side, by: number): void {
    if (this.mode === "rest") this.start = this.shown;
    this.mode = "keys";
    const { edges } = this.axes[along];
    const wanted = shifted(places(this.shown[along], edges), [side], by, edges.length - 1);
    this.go({ ...this.shown, [along]: stand(this.shown[along], edges, wanted) });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), REST);
  }

  private go(box: Box): void {
    if (same(box, this.shown)) return;
    this.shown = box;
    this.tell();
    this.events.hold(box);
  }

  /** End a movement by keys. */
  private settle(): void {
    if (this.mode === "keys") this.finish();
  }

  private finish(): void {
    this.rest();
    if (same(this.shown, this.start)) this.events.cancel();
    else this.events.commit(this.shown);
  }

  private cancel(): void {
    this.rest();
    this.shown = this.start;
    this.tell();
    this.events.cancel();
  }

  private rest(): void {
    clearTimeout(this.timer);
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    this.drag = null;
    this.mode = "rest";
  }
}
