import { bisectCenter, sum } from "d3-array";
import { format } from "d3-format";
import { Card, type Place } from "../pieces/card";
import { type Display, type Series, styles } from "../pieces/histogram";
import { fill, h } from "../shared/dom";
import type { Index } from "../shared/indexes";
import type { CutsState, CutView, Side } from "../shared/state";

export interface Held {
  observable: string;
  side: Side;
  edge: number;
  /** Null while the kernel has not sent it. */
  index: Index | null;
}
export interface BoardEvents {
  index(observable: string, side: Side): Index | null;
  near(observable: string, side: Side): void;
  /** A handle is held at an edge; null: let go, everything is as it was. */
  hold(held: Held | null): void;
  /** Resolves when it has happened, or never will. */
  commit(observable: string, side: Side, value: number | null): Promise<unknown>;
}

/** The live histograms: while a handle moves, every histogram is a slice of what is already here. */
export class Board {
  readonly root = h("div", { class: "hml-board" });
  display: Display = { shapes: true, log: false };
  private state: CutsState | null = null;
  private held: Held | null = null;
  private waits = false;
  private readonly cards = new Map<string, Card>();
  private readonly sides = new Map<string, Side>();
  /** Edges that were committed and are not in the state yet. */
  private readonly pending = new Map<string, { edge: number }>();
  /** The observable that was touched last. */
  selected: string | null = null;

  constructor(private readonly events: BoardEvents) {}

  get moving(): boolean {
    return this.held !== null && !this.waits;
  }

  /** Show a new state. A handle that is being moved stays in the hand. */
  update(state: CutsState): void {
    this.state = state;
    if (this.waits || !state.views.some(({ name }) => name === this.held?.observable)) {
      this.held = null;
      this.waits = false;
    }
    this.adjust(state);
    this.redraw(true);
  }

  redraw(anew = false): void {
    for (const view of this.state?.views ?? []) {
      const card = this.cards.get(view.name);
      if (!card) continue;
      if (anew) card.rescale();
      card.frame(view);
      this.drawCard(view, card);
    }
  }

  /** Show the cuts as they are. */
  private release(): void {
    this.held = null;
    this.waits = false;
    this.events.hold(null);
    this.redraw();
  }

  select(observable: string): void {
    this.selected = observable;
    for (const [name, card] of this.cards) card.grabbed(name === observable);
  }

  dispose(): void {
    for (const card of this.cards.values()) card.dispose();
  }

  private adjust(state: CutsState): void {
    const names = state.views.map((view) => view.name);
    const same = names.length === this.cards.size && names.every((name) => this.cards.has(name));
    if (same) return;
    for (const card of this.cards.values()) card.dispose();
    this.cards.clear();
    for (const view of state.views) this.cards.set(view.name, this.make(view));
    fill(this.root, ...names.map((name) => this.cards.get(name)?.root));
    if (!this.selected || !this.cards.has(this.selected)) this.selected = names[0] ?? null;
    if (this.selected) this.select(this.selected);
  }

  private make(view: CutView): Card {
    const { name, unit } = view;
    const events = {
      near: (side: Side) => this.events.near(name, side),
      grab: (side: Side) => this.grab(name, side),
      move: (side: Side, edge: number) => this.hold(name, side, edge),
      commit: (side: Side, edge: number) => this.commit(name, side, edge),
      cancel: () => this.release(),
      limits: (side: Side) => this.limits(name, side),
    };
    return new Card(name, unit, events, () => this.redraw());
  }

  private view(name: string): CutView | undefined {
    return this.state?.views.find((view) => view.name === name);
  }

  private grab(name: string, side: Side): void {
    this.sides.set(name, side);
    this.select(name);
    const view = this.view(name);
    if (view) this.hold(name, side, this.placeOf(view, side).edge);
  }

  private hold(observable: string, side: Side, edge: number): void {
    this.waits = false;
    this.held = { observable, side, edge, index: this.events.index(observable, side) };
    for (const [name, card] of this.cards) {
      const view = this.view(name);
      if (view) this.drawCard(view, card);
    }
    this.events.hold(this.held);
  }

  private commit(name: string, side: Side, edge: number): void {
    const grab = this.view(name)?.grab;
    if (!grab) return;
    const rest = side === "low" ? 0 : grab.edges.length - 1;
    const value = edge === rest ? null : (grab.edges[edge] ?? null);
    const wanted = { edge };
    // What was seen while dragging stays until the kernel has the new cuts.
    this.waits = true;
    this.pending.set(keyOf(name, side), wanted);
    void this.events.commit(name, side, value).then(() => this.settle(name, side, wanted));
  }

  private settle(name: string, side: Side, wanted: { edge: number }): void {
    const key = keyOf(name, side);
    if (this.pending.get(key) === wanted) this.pending.delete(key);
    if (this.waits) this.release();
    else this.redraw();
  }

  private limits(name: string, side: Side): [number, number] {
    const view = this.view(name);
    if (!view) return [0, 0];
    if (side === "low") return [0, this.placeOf(view, "high").edge - 1];
    return [this.placeOf(view, "low").edge + 1, view.grab.edges.length - 1];
  }

  private placeOf(view: CutView, side: Side): Place {
    const { edges, labels } = view.grab;
    const rest = side === "low" ? 0 : edges.length - 1;
    const { held } = this;
    const mine = held?.observable === view.name && held.side === side;
    const moved = mine ? held : this.pending.get(keyOf(view.name, side));
    if (moved) {
      const label = moved.edge === rest ? "" : (labels[moved.edge] ?? "");
      return { edge: moved.edge, exact: null, label, spoken: this.spoken(view, side, label) };
    }
    const bound = view[side];
    const edge = bound ? bisectCenter(edges, bound.value) : rest;
    const label = bound?.text ?? "";
    return { edge, exact: bound?.value ?? null, label, spoken: this.spoken(view, side, label) };
  }

  private spoken({ name, unit }: CutView, side: Side, label: string): string {
    if (!label) return side === "low" ? `${name}: no lower cut` : `${name}: no upper cut`;
    const where = `${name} ${side === "low" ? "above" : "below"} ${label} ${unit}`.trim();
    return [where, this.left()].filter(Boolean).join(", ");
  }

  /** How many signal events are left, in the cutflow's words. */
  private left(): string {
    const { state, held } = this;
    const signal = state?.classes.find((one) => one.is_signal);
    if (!state || !signal) return "";
    const column = state.cutflow.columns.indexOf(signal.name);
    const of = state.cutflow.rows[0]?.[column];
    const rows = held?.index?.value.cutflow.rows;
    const last = held ? rows?.at(-1)?.[held.edge]?.[column] : state.cutflow.rows.at(-1)?.[column];
    return last && of ? `${last} of ${of} ${signal.name} events` : "";
  }

  private drawCard(view: CutView, card: Card): void {
    const low = this.placeOf(view, "low");
    const high = this.placeOf(view, "high");
    card.place("low", low);
    card.place("high", high);
    card.draw(this.series(view, low, high), this.display);
    const side = this.sides.get(view.name) ?? (view.high && !view.low ? "high" : "low");
    const curve = this.events.index(view.name, side)?.value.z.curve ?? null;
    card.significance(curve, side === "low" ? low.edge : high.edge);
    card.say(this.note(view));
  }

  private series(view: CutView, low: Place, high: Place): Series[] {
    const classes = this.state?.classes ?? [];
    const looks = styles(classes);
    const { held } = this;
    const own = held?.observable === view.name;
    return classes.map(({ name, is_signal }, at) => {
      const before = view.before[name] ?? [];
      const slice = held?.index?.slice(view.name, name, held.edge) ?? null;
      const here = view.values[name] ?? [];
      const guess = own ? inside(view, before, low, high) : here;
      const values = held ? (slice ?? guess) : here;
      const area = sum(before as number[]);
      return { label: name, signal: is_signal, style: looks[at] ?? 0, values, before, area };
    });
  }

  private note(view: CutView): string {
    if (this.held?.observable === view.name && !this.held.index) {
      return "the others follow when the kernel is free";
    }
    const some = (n: number, text: string) => (n ? `${short(n)} ${text}` : "");
    const parts = [
      some(view.underflow, "below"),
      some(view.overflow, "above"),
      some(view.missing, "without a value"),
    ];
    return parts.filter(Boolean).join(" · ");
  }
}

const keyOf = (name: string, side: Side) => `${side} ${name}`;
const short = format(".3~g");

/** The bins between two thresholds; a bin that is cut through counts in proportion. */
function inside(view: CutView, before: number[], low: Place, high: Place): number[] {
  const { edges } = view.grab;
  const from = low.label ? (low.exact ?? edges[low.edge] ?? 0) : Number.NEGATIVE_INFINITY;
  const to = high.label ? (high.exact ?? edges[high.edge] ?? 0) : Number.POSITIVE_INFINITY;
  return before.map((content, bin) => {
    const left = view.edges[bin] ?? 0;
    const right = view.edges[bin + 1] ?? left;
    const kept = Math.max(0, Math.min(right, to) - Math.max(left, from));
    return right > left ? (content * Math.min(kept, right - left)) / (right - left) : 0;
  });
}
