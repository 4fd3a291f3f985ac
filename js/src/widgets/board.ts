import { bisectCenter } from "d3-array";
import { Card } from "../pieces/card";
import type { Part } from "../pieces/threshold";
import type { BoardState, Bound, FlowRow, Side } from "../shared/boardstate";
import { fill, h } from "../shared/dom";
import type { Index } from "../shared/indexes";
import {
  flow,
  type Move,
  operator,
  rangeOf,
  type Sight,
  sight,
  windowOf,
} from "../shared/snapshot";
import { themed } from "../shared/theme";
import type { Range, Window } from "../shared/window";
import { paint, type Scene } from "./painting";

/** Thresholds that are held, with what is known of them. */
export interface Held extends Move {
  part: Part;
  /** Null while the kernel has not sent it. */
  index: Index | null;
}
/** One threshold at a value; null takes it away. */
export interface Shift {
  observable: string;
  side: Side;
  value: number | null;
}
export interface BoardEvents {
  index(observable: string): Index | null;
  near(observable: string): void;
  /** Handles are held; null: let go, everything is as it was. */
  hold(held: Held | null): void;
  /** Resolves when it has happened, or never will. */
  commit(shifts: Shift[]): Promise<unknown>;
  select(observable: string): void;
}

/** The live histograms: while a handle moves, every histogram is arithmetic with what is already here. */
export class Board implements Scene {
  readonly root = h("div", { class: "hml-board" });
  /** Nobody counts anew: what is dragged stays until another observable is. */
  still = false;
  /** Handles without an index cannot be moved, and why. */
  locked = "";
  /** The observable that was touched last. */
  selected: string | null = null;
  state: BoardState | null = null;
  held: Held | null = null;
  readonly parts = new Map<string, Part>();
  private waits = false;
  private counted: { held: Held; rows: FlowRow[] } | null = null;
  private sights = new Map<string, Sight>();
  private readonly cards = new Map<string, Card>();
  private readonly unthemed = themed(() => this.redraw());
  /** Windows that were committed and are not in the state yet. */
  private readonly pending = new Map<string, Range>();

  constructor(readonly events: BoardEvents) {}

  get moving(): boolean {
    return this.held !== null && !this.waits;
  }

  /** Show a new state. A handle that is being moved stays in the hand. */
  update(state: BoardState): void {
    const held = this.held;
    this.state = state;
    if (!this.moving || !state.views.some(({ name }) => name === held?.observable)) {
      this.held = null;
      this.waits = false;
    }
    this.sights = new Map(state.views.map((view) => [view.name, sight(view)]));
    this.adjust(state);
    this.redraw(true);
  }

  redraw(anew = false): void {
    for (const [name, card] of this.cards) {
      const seen = this.sights.get(name);
      if (!seen || !this.state) continue;
      const { snap, below } = this.state.layout;
      card.block(this.index(name) ? "" : this.locked);
      card.frame({ edges: seen.view.edges, places: seen.places, snap, below });
      if (anew) card.rescale();
      paint(this, seen, card);
    }
  }

  select(observable: string): void {
    this.selected = observable;
    for (const [name, card] of this.cards) card.grabbed(name === observable);
    this.events.select(observable);
  }

  card(observable: string): Card | undefined {
    return this.cards.get(observable);
  }

  dispose(): void {
    this.unthemed();
    for (const card of this.cards.values()) card.dispose();
  }

  /** Put thresholds of one observable at the places next to some values, as if they had been dragged. */
  put(shifts: Shift[]): void {
    const [{ observable, side: first } = { observable: "", side: "low" as Side }] = shifts;
    const seen = this.sights.get(observable);
    if (!seen) return;
    this.grab(observable, first);
    const window = { ...this.window(seen) };
    for (const { side, value } of shifts)
      window[side] = value === null ? null : bisectCenter(seen.places, value);
    this.hold(observable, first, window);
    this.commit(observable);
  }

  /** What stands at the ends of a view, wherever its handles are. */
  bounds(name: string): Record<Side, Bound | null> {
    const seen = this.sights.get(name);
    if (!seen) return { low: null, high: null };
    const window = this.window(seen);
    const bound = (side: Side): Bound | null => {
      const at = window[side];
      if (at === null) return null;
      const [value = 0, text = ""] = [seen.places[at], seen.labels[at]];
      return { value, text, operator: operator(side, seen.strict.has(at)) };
    };
    return { low: bound("low"), high: bound("high") };
  }

  /** Where the thresholds of a view stand: in the hand, on their way to the kernel, or as they are. */
  window(seen: Sight): Window {
    const { name } = seen.view;
    if (this.held?.observable === name) return this.held.window;
    const wanted = this.pending.get(name);
    if (!wanted) return windowOf(seen);
    const at = (value: number | null) => (value === null ? null : bisectCenter(seen.places, value));
    return { low: at(wanted.low), high: at(wanted.high) };
  }

  /** Another commit is on its way: what is known of this observable does not hold it. */
  stale(observable: string): boolean {
    return [...this.pending.keys()].some((name) => name !== observable);
  }

  /** Arithmetic with other places than those of the handles would be wrong without a sign of it. */
  index(observable: string): Index | null {
    const index = this.events.index(observable);
    const places = this.sights.get(observable)?.places ?? [];
    if (index?.value.places.length !== places.length) return null;
    return index.value.places.every((place, at) => place === places[at]) ? index : null;
  }

  /** The cutflow as it is or would be. */
  cutflow(): FlowRow[] {
    const { state, held } = this;
    if (!state) return [];
    if (!held?.index) return state.cutflow;
    if (this.counted?.held !== held) this.counted = { held, rows: flow(state, held, held.index) };
    return this.counted.rows;
  }

  private adjust(state: BoardState): void {
    const names = state.views.map((view) => view.name);
    if (names.join("\n") === [...this.cards.keys()].join("\n")) return;
    const kept = new Map(this.cards);
    this.cards.clear();
    for (const view of state.views)
      this.cards.set(view.name, kept.get(view.name) ?? this.make(view.name, view.unit));
    for (const [name, card] of kept) if (!this.cards.has(name)) card.dispose();
    fill(this.root, ...[...this.cards.values()].map((card) => card.root));
    if (!this.selected || !this.cards.has(this.selected)) this.selected = names[0] ?? null;
    if (this.selected) this.select(this.selected);
  }

  private make(name: string, unit: string): Card {
    const events = {
      near: () => this.events.near(name),
      grab: (part: Part) => this.grab(name, part),
      move: (part: Part, place: number) => this.move(name, part, place),
      commit: () => this.commit(name),
      cancel: () => this.release(),
      limits: (part: Part) => this.limits(name, part),
    };
    const card = new Card(name, unit, events, () => this.redraw());
    const choose = () => this.selected !== name && this.select(name);
    card.root.addEventListener("focusin", choose);
    card.root.addEventListener("pointerdown", choose);
    return card;
  }

  /** Show the cuts as they are. */
  private release(): void {
    this.held = null;
    this.waits = false;
    this.events.hold(null);
    this.redraw();
  }

  private grab(name: string, part: Part): void {
    const seen = this.sights.get(name);
    if (!seen) return;
    this.parts.set(name, part);
    if (this.still)
      for (const other of this.pending.keys()) if (other !== name) this.pending.delete(other);
    if (this.selected !== name) this.select(name);
    this.hold(name, part, this.window(seen));
  }

  private move(name: string, part: Part, place: number): void {
    const seen = this.sights.get(name);
    if (!seen) return;
    const { low, high } = this.window(seen);
    const width = (high ?? 0) - (low ?? 0);
    const last = seen.places.length - 1;
    if (part === "low") this.hold(name, part, { low: place === 0 ? null : place, high });
    else if (part === "high") this.hold(name, part, { low, high: place === last ? null : place });
    else this.hold(name, part, { low: place, high: place + width });
  }

  private hold(observable: string, part: Part, window: Window): void {
    this.waits = false;
    const index = this.stale(observable) ? null : this.index(observable);
    this.held = { observable, part, window, index };
    for (const [name, card] of this.cards) {
      const seen = this.sights.get(name);
      if (seen) paint(this, seen, card);
    }
    this.events.hold(this.held);
  }

  private commit(name: string): void {
    const { held } = this;
    const seen = this.sights.get(name);
    if (!held || !seen) return;
    const was = windowOf(seen);
    const sides = (["low", "high"] as const).filter((side) => held.window[side] !== was[side]);
    const wanted = rangeOf(seen, held.window);
    // What was seen while dragging stays until the kernel has the new cuts.
    this.waits = true;
    this.pending.set(name, wanted);
    const shifts = sides.map((side) => ({ observable: name, side, value: wanted[side] }));
    void this.events.commit(shifts).then(() => {
      if (this.pending.get(name) === wanted) this.pending.delete(name);
      if (this.waits) this.release();
      else this.redraw();
    });
  }

  private limits(name: string, part: Part): [number, number] {
    const seen = this.sights.get(name);
    if (!seen) return [0, 0];
    const last = seen.places.length - 1;
    const { low, high } = this.window(seen);
    if (part === "low") return [0, (high ?? last) - 1];
    if (part === "high") return [(low ?? 0) + 1, last];
    return [0, last - ((high ?? last) - (low ?? 0))];
  }
}
