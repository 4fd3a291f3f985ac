import { bisectCenter } from "d3-array";
import { Card } from "../pieces/card";
import type { Part } from "../pieces/threshold";
import type { BoardState, Bound, FlowRow, Side } from "../shared/boardstate";
import { fill, h } from "../shared/dom";
import type { Index } from "../shared/indexes";
import {
  below,
  flow,
  type Move,
  operator,
  rangeOf,
  type Sight,
  sight,
  windowOf,
} from "../shared/snapshot";
import { themed } from "../shared/theme";
import type { Window } from "../shared/window";
import { paint, type Scene } from "./painting";
import type { Pending, Shift } from "./pending";

const SIDES: Side[] = ["low", "high"];

/** Thresholds in the hand or on their way to the kernel, with what is known of them. */
export interface Held extends Move {
  /** Which of the two stand elsewhere than in the state. */
  moved: Side[];
  /** Null while the kernel has not sent it. */
  index: Index | null;
}
export interface BoardEvents {
  index(observable: string): Index | null;
  near(observable: string): void;
  /** Handles are held, or wait for the kernel; null: everything is as it was. */
  hold(held: Held | null): void;
  commit(shifts: Shift[]): void;
  select(observable: string): void;
  /** What was dragged of other observables is put back for this one. */
  only(observable: string): void;
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
  /** A handle is in the hand. */
  moving = false;
  readonly parts = new Map<string, Part>();
  private counted: { held: Held; rows: FlowRow[] } | null = null;
  private sights = new Map<string, Sight>();
  private readonly cards = new Map<string, Card>();
  private readonly unthemed = themed(() => this.redraw());

  constructor(
    readonly events: BoardEvents,
    private readonly pending: Pending,
  ) {}

  /** Show a new state. A handle that is being moved stays in the hand. */
  update(state: BoardState): void {
    this.state = state;
    if (!state.views.some(({ name }) => name === this.held?.observable)) this.moving = false;
    this.look(state);
    this.adjust(state);
    this.redraw(true);
  }

  /** Show the cuts as they are, and those on their way to the kernel as they will be. */
  settle(): void {
    if (this.state && !this.moving) this.look(this.state);
    this.redraw();
    if (!this.moving) this.events.hold(this.held);
  }

  redraw(anew = false): void {
    for (const [name, card] of this.cards) {
      const seen = this.sights.get(name);
      if (!seen || !this.state) continue;
      const { snap } = this.state.layout;
      card.block(this.index(name) ? "" : this.locked);
      card.frame({ edges: seen.view.edges, places: seen.places, snap, below: below(this.state) });
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
    this.hold(seen, window);
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
    return this.held?.observable === seen.view.name ? this.held.window : this.wanted(seen);
  }

  /** Another commit is on its way: what is known of this observable does not hold it. */
  stale(observable: string): boolean {
    return this.pending.shifts.some((shift) => shift.observable !== observable);
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
    card.root.addEventListener("pointerdown", choose);
    return card;
  }

  private look(state: BoardState): void {
    const values = (name: string) =>
      SIDES.flatMap((side) => this.pending.of(name, side)?.value ?? []);
    this.sights = new Map(state.views.map((view) => [view.name, sight(view, values(view.name))]));
    if (!this.moving) this.held = this.waiting();
  }

  /** Where the thresholds of a view stand when all that was committed has happened. */
  private wanted(seen: Sight): Window {
    const now = windowOf(seen);
    const at = (side: Side) => {
      const shift = this.pending.of(seen.view.name, side);
      if (!shift) return now[side];
      return shift.value === null ? null : bisectCenter(seen.places, shift.value);
    };
    return { low: at("low"), high: at("high") };
  }

  /** What is on its way to the kernel, where its numbers are known. */
  private waiting(): Held | null {
    const { observable = "" } = this.pending.shifts[0] ?? {};
    const seen = this.sights.get(observable);
    const held = seen && this.holding(seen, this.wanted(seen));
    return held?.index ? held : null;
  }

  private holding(seen: Sight, window: Window): Held {
    const { name: observable } = seen.view;
    const now = windowOf(seen);
    const index = this.stale(observable) ? null : this.index(observable);
    const moved = SIDES.filter((side) => window[side] !== now[side]);
    return { observable, window, index, moved };
  }

  private release(): void {
    this.moving = false;
    this.settle();
  }

  private grab(name: string, part: Part): void {
    const seen = this.sights.get(name);
    if (!seen) return;
    this.parts.set(name, part);
    if (this.still && this.stale(name)) {
      this.pending.clear();
      this.events.only(name);
    }
    if (this.selected !== name) this.select(name);
    this.hold(seen, this.window(seen));
  }

  private move(name: string, part: Part, place: number): void {
    const seen = this.sights.get(name);
    if (!seen) return;
    const { low, high } = this.window(seen);
    const width = (high ?? 0) - (low ?? 0);
    const last = seen.places.length - 1;
    if (part === "low") this.hold(seen, { low: place === 0 ? null : place, high });
    else if (part === "high") this.hold(seen, { low, high: place === last ? null : place });
    else this.hold(seen, { low: place, high: place + width });
  }

  private hold(seen: Sight, window: Window): void {
    this.moving = true;
    this.held = this.holding(seen, window);
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
    const was = this.wanted(seen);
    const range = rangeOf(seen, held.window);
    const changed = SIDES.filter((side) => held.window[side] !== was[side]);
    // The kernel gets what is seen: what waits may be refused, or come in another order.
    const shifts = SIDES.flatMap((side): Shift[] => {
      const waits = this.pending.of(name, side);
      if (changed.includes(side)) return [{ observable: name, side, value: range[side] }];
      return waits ? [waits] : [];
    });
    this.moving = false;
    this.events.commit(changed.length > 0 ? shifts : []);
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
