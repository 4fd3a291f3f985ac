import { bisectCenter, bisectLeft, bisectRight } from "d3-array";
import type { Side } from "../shared/boardstate";
import { h } from "../shared/dom";
import { KEYS, REST } from "./nudge";

/** What can be dragged: a threshold, or the window between two. */
export type Part = Side | "window";

export interface ThresholdEvents {
  /** A pointer or the focus is near: what it needs may be fetched. */
  near(part: Part): void;
  grab(part: Part): void;
  /** The threshold stands at a place; called at most once a frame. */
  move(part: Part, place: number): void;
  commit(part: Part, place: number): void;
  cancel(part: Part): void;
  /** Leftmost and rightmost place that it may stand at. */
  limits(part: Part): [number, number];
}

/** The scale of a handle: pixels of all places, and where drags and keys stop. */
export interface Track {
  places: number[];
  pixels: number[];
  stops: number[];
}

/** A handle on a histogram: dragged, or moved with the keys; it tells of places, never of pixels. */
export class Threshold {
  readonly root: HTMLElement;
  private track: Track = { places: [], pixels: [], stops: [] };
  private at = 0;
  private from = 0;
  private mode: "rest" | "drag" | "keys" = "rest";
  private pointer = 0;
  private offset = 0;
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private blocked = false;
  private shown = "";

  constructor(
    private readonly part: Part,
    label: string,
    private readonly events: ThresholdEvents,
  ) {
    const knob = h("span", { class: "hml-knob", "aria-hidden": "true" });
    this.root = h(
      "div",
      {
        class: `hml-threshold hml-${part}`,
        role: "slider",
        tabIndex: 0,
        "aria-label": label,
        "aria-orientation": "horizontal",
        onpointerenter: () => events.near(part),
        onfocus: () => events.near(part),
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

  /** Where each place is, in pixels of the histogram. */
  scale(track: Track): void {
    this.track = track;
    this.shown = "";
    this.root.setAttribute("aria-valuemin", String(track.places[0] ?? 0));
    this.root.setAttribute("aria-valuemax", String(track.places.at(-1) ?? 1));
  }

  /** Put the handle at a place; a window is so many pixels wide. */
  place(at: number, text: string, cut: boolean, width = 0): void {
    this.at = at;
    const look = `${this.track.pixels[at] ?? 0} ${cut} ${width}`;
    if (look !== this.shown) {
      this.root.style.transform = `translateX(${Math.round((this.track.pixels[at] ?? 0) * 2) / 2}px)`;
      if (this.part === "window") this.root.style.width = `${Math.max(0, width)}px`;
      this.root.setAttribute("aria-valuenow", String(this.track.places[at] ?? 0));
      this.root.classList.toggle("hml-cut", cut);
    }
    this.shown = look;
    if (this.root.getAttribute("aria-valuetext") !== text)
      this.root.setAttribute("aria-valuetext", text);
  }

  /** It cannot be moved, and why; empty: it can. */
  block(why: string): void {
    this.blocked = why !== "";
    this.root.setAttribute("aria-disabled", String(this.blocked));
    this.root.title = why;
  }

  dispose(): void {
    clearTimeout(this.timer);
    if (this.frame !== null) cancelAnimationFrame(this.frame);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || this.mode === "drag" || this.blocked) return;
    event.preventDefault();
    if (this.mode === "rest") this.from = this.at;
    clearTimeout(this.timer);
    this.mode = "drag";
    this.root.focus({ preventScroll: true });
    this.root.setPointerCapture?.(event.pointerId);
    this.offset = event.clientX - (this.track.pixels[this.at] ?? 0);
    this.pointer = event.clientX;
    this.events.grab(this.part);
  }

  private drag(event: PointerEvent): void {
    if (this.mode !== "drag") return;
    this.pointer = event.clientX;
    this.frame ??= requestAnimationFrame(() => this.follow());
  }

  private follow(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    if (this.mode !== "drag") return;
    const { stops, pixels } = this.track;
    const wanted = this.pointer - this.offset;
    // A hand that has not left the place does not move to the next stop.
    if (Math.abs(wanted - (pixels[this.at] ?? 0)) < 1) return;
    const nearest = bisectCenter(
      stops.map((stop) => pixels[stop] ?? 0),
      wanted,
    );
    this.go(stops[nearest] ?? this.at);
  }

  private go(wanted: number): void {
    const [least, most] = this.events.limits(this.part);
    const place = Math.max(least, Math.min(most, wanted));
    if (place === this.at) return;
    this.at = place;
    this.events.move(this.part, place);
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
    else if (event.key in KEYS && this.mode !== "drag" && !this.blocked)
      this.step(KEYS[event.key] ?? 0, event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** So many stops further; `fine`: places, where drags stop at bins only. */
  private step(by: number, fine: boolean): void {
    if (this.mode === "rest") {
      this.from = this.at;
      this.mode = "keys";
      this.events.grab(this.part);
    }
    const stops = fine ? [...this.track.places.keys()] : this.track.stops;
    // From between two stops the first step leads to the next of them.
    const here = by > 0 ? bisectRight(stops, this.at) - 1 : bisectLeft(stops, this.at);
    this.go(stops[Math.max(0, Math.min(stops.length - 1, here + by))] ?? this.at);
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
    if (this.at === this.from) this.events.cancel(this.part);
    else this.events.commit(this.part, this.at);
  }

  private cancel(): void {
    clearTimeout(this.timer);
    if (this.mode === "rest") return;
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    this.mode = "rest";
    this.events.cancel(this.part);
  }
}
