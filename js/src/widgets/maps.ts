import type { Own } from "../pieces/box";
import { type Box, MapCard, type MapLayer } from "../pieces/map";
import { styles } from "../pieces/styles";
import type { BoardMap, BoardState, FlowRow, Operator, Side } from "../shared/boardstate";
import { fill, h } from "../shared/dom";
import { floats, type Reply, reason } from "../shared/kernel";
import type { Pending, Shift } from "./pending";

const SIDES: Side[] = ["low", "high"];

export interface MapsEvents {
  ask(x: string, y: string): Promise<Reply>;
  /** What is in a box that is held; null: let go. */
  hold(row: FlowRow | null): void;
  commit(shifts: Shift[]): Promise<void>;
  remove?(x: string, y: string): void;
}
interface Shown {
  map: BoardMap;
  card: MapCard;
  /** (3, samples, x bins, y bins), the flows at both ends among them: events, sums, squares. */
  block: Float32Array | null;
}
const keyOf = ({ x, y }: { x: string; y: string }) => JSON.stringify([x, y]);

/** The 2-D views under the histograms. */
export class Maps {
  readonly root = h("div", { class: "hml-board hml-maps" });
  private state: BoardState | null = null;
  private version = 0;
  private readonly shown = new Map<string, Shown>();
  /** Whose box was put last. */
  private last: Shown | undefined;

  constructor(
    private readonly events: MapsEvents,
    private readonly pending: Pending,
    /** Why a box cannot be moved whose bins are not known; empty: they are on their way. */
    private readonly locked = "",
  ) {}

  /** `fresh`: what was counted before is not true any more. */
  update(state: BoardState, fresh: boolean): void {
    this.state = state;
    this.adjust(state.maps);
    if (fresh) {
      this.version += 1;
      for (const one of this.shown.values()) void this.fetch(one);
    }
    this.redraw();
  }

  redraw(): void {
    const unit = (name: string) =>
      this.state?.views.find((view) => view.name === name)?.unit ??
      this.state?.catalogue.find((one) => one.name === name)?.unit ??
      "";
    for (const { map, card, block } of this.shown.values()) {
      if (card.moving) continue;
      const { x, y, xedges, yedges } = map;
      card.frame(
        { name: x, unit: unit(x), edges: xedges, own: this.own(x) },
        { name: y, unit: unit(y), edges: yedges, own: this.own(y) },
      );
      card.block(block ? "" : this.locked);
      const note = block ? "" : this.locked || "the kernel has not counted this one yet";
      card.draw(block ? this.layers(map, block) : [], this.box(map), note);
    }
  }

  dispose(): void {
    for (const { card } of this.shown.values()) card.dispose();
    this.shown.clear();
  }

  private adjust(maps: BoardMap[]): void {
    const wanted = new Set(maps.map(keyOf));
    for (const [key, { card }] of this.shown) {
      if (wanted.has(key)) continue;
      card.dispose();
      this.shown.delete(key);
    }
    for (const map of maps) {
      const known = this.shown.get(keyOf(map));
      if (known) known.map = map;
      else this.shown.set(keyOf(map), { map, card: this.make(map), block: null });
    }
    const roots = maps.map((map) => this.shown.get(keyOf(map))?.card.root);
    if (
      roots.some((root, at) => root !== this.root.children[at]) ||
      roots.length !== this.root.childElementCount
    )
      fill(this.root, ...roots);
    this.root.hidden = maps.length === 0;
  }

  private make({ x, y }: BoardMap): MapCard {
    const one = () => this.shown.get(keyOf({ x, y }));
    const { remove } = this.events;
    return new MapCard(x, y, {
      hold: (box) => this.events.hold(this.inside(one(), box)),
      commit: (box) => void this.commit(one(), box),
      cancel: () => this.events.hold(this.waiting()),
      ...(remove && { remove: () => remove(x, y) }),
    });
  }

  private async fetch(one: Shown): Promise<void> {
    const { version } = this;
    try {
      const { buffers } = await this.events.ask(one.map.x, one.map.y);
      if (version !== this.version || !buffers[0]) return;
      one.block = floats(buffers[0]);
      this.redraw();
    } catch (error) {
      if (version === this.version) one.card.draw([], this.box(one.map), reason(error));
    }
  }

  /** Expected events without the flows, for each sample. */
  private layers({ xedges, yedges }: BoardMap, block: Float32Array): MapLayer[] {
    const { state } = this;
    if (!state) return [];
    const looks = styles(state.samples);
    const [n, m] = [state.samples.length, yedges.length - 1];
    const [high, wide] = [yedges.length + 1, xedges.length + 1];
    return state.samples.map(({ name, kind }, at) => {
      const scale = kind === "data" ? 1 : state.scale;
      const contents = new Float64Array((wide - 2) * m);
      for (let bin = 0; bin < contents.length; bin += 1) {
        const [x, y] = [Math.floor(bin / m) + 1, (bin % m) + 1];
        contents[bin] = (block[((n + at) * wide + x) * high + y] ?? 0) * scale;
      }
      return { label: name, kind, style: looks[at] ?? 0, contents };
    });
  }

  /** The thresholds on an observable that are on, on the board or not. */
  private bound(name: string, side: Side): Own | null {
    const { state } = this;
    const view = state?.views.find((one) => one.name === name);
    if (view) return view[side];
    const own = state?.cuts.find(
      (cut) => cut.on && cut.observable === name && cut.side === side && cut.value !== null,
    );
    const operator = own?.text.match(/[<>]=?/)?.[0] as Operator | undefined;
    return own?.value != null && operator ? { value: own.value, operator } : null;
  }

  private own(name: string): [Own | null, Own | null] {
    return [this.bound(name, "low"), this.bound(name, "high")];
  }

  private box({ x, y }: BoardMap): Box {
    const at = (name: string, side: Side) => {
      const waits = this.pending.of(name, side);
      return waits ? waits.value : (this.bound(name, side)?.value ?? null);
    };
    const along = (name: string): [number | null, number | null] => [
      at(name, "low"),
      at(name, "high"),
    ];
    return { x: along(x), y: along(y) };
  }

  /** Bins whose middle is in the box; exact where it ends at edges of bins. */
  private inside(one: Shown | undefined, box: Box): FlowRow | null {
    const { state } = this;
    if (!one?.block || !state) return null;
    const { block, map } = one;
    const [xs, ys] = [inside(map.xedges, box.x), inside(map.yedges, box.y)];
    const [wide, high] = [map.xedges.length + 1, map.yedges.length + 1];
    const m = state.samples.length;
    const add = (quantity: number) =>
      state.samples.map((_, at) => {
        const base = (quantity * m + at) * wide * high;
        let sum = 0;
        for (const x of xs) for (const y of ys) sum += block[base + x * high + y] ?? 0;
        return sum;
      });
    return { label: "box", events: add(0), sums: add(1), squares: add(2) };
  }

  /** What is in the box that was put last, while it is not in the state. */
  private waiting(): FlowRow | null {
    const { last } = this;
    const names = [last?.map.x, last?.map.y];
    const waits = this.pending.shifts.some(({ observable }) => names.includes(observable));
    return last && waits ? this.inside(last, this.box(last.map)) : null;
  }

  private async commit(one: Shown | undefined, box: Box): Promise<void> {
    if (!one) return;
    this.last = one;
    const was = this.box(one.map);
    const shifts = (["x", "y"] as const).flatMap((along) =>
      SIDES.flatMap((side, at): Shift[] => {
        const observable = one.map[along];
        const value = box[along][at] ?? null;
        const same = value === was[along][at] && !this.pending.of(observable, side);
        return same ? [] : [{ observable, side, value }];
      }),
    );
    await this.events.commit(shifts);
    this.events.hold(this.waiting());
  }
}

/** Bins along an axis, flows among them, that a range keeps. */
function inside(edges: number[], [low, high]: [number | null, number | null]): number[] {
  const [from, to] = [low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY];
  const ends = [Number.NEGATIVE_INFINITY, ...edges, Number.POSITIVE_INFINITY];
  return [...Array(edges.length + 1).keys()].filter((bin) => {
    const [left = 0, right = 0] = [ends[bin], ends[bin + 1]];
    const finite = Number.isFinite(left) && Number.isFinite(right);
    const middle = finite ? (left + right) / 2 : Number.isFinite(left) ? left : right - 1e-9;
    return middle >= from && middle < to;
  });
}
