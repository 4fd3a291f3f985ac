import { bisectCenter } from "d3-array";
import { h } from "../shared/dom";
import type { Side } from "../shared/state";

export interface ThresholdEvents {
  /** A pointer or the focus is near: what it needs may be fetched. */
  near(side: Side): void;
  grab(side: Side): void;
  /** The threshold stands at an edge; called at most once a frame. */
  move(side: Side, edge: number): void;
  commit(side: Side, edge: number): void;
  cancel(side: Side): void;
  /** Leftmost and rightmost edge that it may stand at. */
  limits(side: Side): [number, number];
}

const REST = 600;
const PAGE = 10;
const KEYS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -PAGE,
  PageUp: PAGE,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** A handle on a histogram: dragged, or moved with the keys; it tells of edges, never of pixels. */
export class Threshold {
  readonly root: HTMLElement;
  private pixels: number[] = [];
  private edge = 0;
  private from = 0;
  private mode: "rest" | "drag" | "keys" = "rest";
  private pointer = 0;
  private offset = 0;
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly side: Side,
    label: string,
    private readonly events: ThresholdEvents,
  ) {
    const knob = h("span", { class: "hml-knob", "aria-hidden": "true" });
    this.root = h(
      "div",
      {
        class: `hml-threshold hml-${side}`,
        role: "slider",
        tabIndex: 0,
        "aria-label": label,
        "aria-orientation": "horizontal",
        onpointerenter: () => events.near(side),
        onfocus: () => events.near(side),
        onblur: () => this.settle(),
        onpointerdown: (event: PointerEvent) => this.down(event),
        onpointermove: (event: PointerEvent) => this.drag(event),
        onpointerup: (event: PointerEvent) => this.up(event),
        onpointercancel: () => this.cancel(),
        onlostpointercapture: () => this.mode === "drag" && this.cancel(),
        onkeydown: (event: KeyboardEvent) => this.key(event),
      },
      knob,
    );
  }

  get moving(): boolean {
    return this.mode !== "rest";
  }

  /** Where each edge is, in pixels of the histogram. */
  scale(pixels: number[]): void {
    this.pixels = pixels;
    this.root.setAttribute("aria-valuemin", "0");
    this.root.setAttribute("aria-valuemax", String(pixels.length - 1));
  }

  /** Put the handle at an edge; `at` in pixels where an exact value lies between edges. */
  place(edge: number, at: number | null, text: string, cut: boolean): void {
    this.edge = edge;
    this.root.style.transform = `translateX(${Math.round((at ?? this.pixels[edge] ?? 0) * 2) / 2}px)`;
    this.root.setAttribute("aria-valuenow", String(edge));
    this.root.setAttribute("aria-valuetext", text);
    this.root.classList.toggle("hml-cut", cut);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || this.mode === "drag") return;
    event.preventDefault();
    if (this.mode === "rest") this.from = this.edge;
    clearTimeout(this.timer);
    this.mode = "drag";
    this.root.focus({ preventScroll: true });
    this.root.setPointerCapture?.(event.pointerId);
    this.offset = event.clientX - (this.pixels[this.edge] ?? 0);
    this.pointer = event.clientX;
    this.events.grab(this.side);
  }

  private drag(event: PointerEvent): void {
    if (this.mode !== "drag") return;
    this.pointer = event.clientX;
    this.frame ??= requestAnimationFrame(() => this.follow());
  }

  private follow(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    if (this.mode === "drag") this.go(bisectCenter(this.pixels, this.pointer - this.offset));
  }

  private go(wanted: number): void {
    const [least, most] = this.events.limits(this.side);
    const edge = Math.max(least, Math.min(most, wanted));
    if (edge === this.edge) return;
    this.edge = edge;
    this.events.move(this.side, edge);
  }

  private up(event: PointerEvent): void {
    if (this.mode !== "drag") return;
    this.pointer = event.clientX;
    this.follow();
    this.finish();
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.moving) this.cancel();
    else if (event.key === "Enter") this.settle();
    else if (event.key in KEYS && this.mode !== "drag") this.step(KEYS[event.key] ?? 0);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private step(by: number): void {
    if (this.mode === "rest") {
      this.from = this.edge;
      this.mode = "keys";
      this.events.grab(this.side);
    }
    this.go(Math.max(-1, Math.min(this.pixels.length, this.edge + by)));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), REST);
  }

  /** End a movement by keys. */
  private settle(): void {
    if (this.mode === "keys") this.finish();
  }

  private finish(): void {
    clearTimeout(this.timer);
    this.mode = "rest";
    if (this.edge === this.from) this.events.cancel(this.side);
    else this.events.commit(this.side, this.edge);
  }

  private cancel(): void {
    clearTimeout(this.timer);
    if (this.mode === "rest") return;
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    this.mode = "rest";
    this.events.cancel(this.side);
  }

  dispose(): void {
    clearTimeout(this.timer);
    if (this.frame !== null) cancelAnimationFrame(this.frame);
  }
}
