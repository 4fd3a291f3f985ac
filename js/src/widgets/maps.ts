import { type Box, MapCard, type MapLayer } from "../pieces/map";
import { styles } from "../pieces/styles";
import type { BoardMap, BoardState, FlowRow, Side } from "../shared/boardstate";
import { fill, h } from "../shared/dom";
import { floats, type Reply, reason } from "../shared/kernel";
import type { Shift } from "./board";

/** Along each axis, the flows at both ends. */
const WIDTH = 50;
const SIDES: Side[] = ["low", "high"];

export interface MapsEvents {
  ask(x: string, y: string): Promise<Reply>;
  /** What is in a box that is held; null: let go. */
  hold(row: FlowRow | null): void;
  commit(shifts: Shift[]): Promise<void>;
  remove(x: string, y: string): void;
}
interface Shown {
  map: BoardMap;
  card: MapCard;
  /** (3, samples, 50, 50): events, sums, squares. */
  block: Float32Array | null;
}
const keyOf = ({ x, y }: { x: string; y: string }) => JSON.stringify([x, y]);

/** The 2-D views under the histograms. */
export class Maps {
  readonly root = h("div", { class: "hml-board hml-maps" });
  private state: BoardState | null = null;
  private version = 0;
  private readonly shown = new Map<string, Shown>();

  constructor(private readonly events: MapsEvents) {}

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
        { name: x, unit: unit(x), edges: xedges },
        { name: y, unit: unit(y), edges: yedges },
      );
      const note = block ? "" : "the kernel has not counted this one yet";
      card.draw(this.layers(block), this.box(map), note);
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
    return new MapCard(x, y, {
      near: () => {},
      hold: (box) => this.hold(one(), box),
      commit: (box) => this.commit(one(), box),
      cancel: () => this.events.hold(null),
      remove: () => this.events.remove(x, y),
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
  private layers(block: Float32Array | null): MapLayer[] {
    const { state } = this;
    if (!state || !block) return [];
    const looks = styles(state.samples);
    const m = state.samples.length;
    return state.samples.map(({ name, kind }, at) => {
      const scale = kind === "data" ? 1 : state.scale;
      const contents = new Float64Array((WIDTH - 2) ** 2);
      for (let bin = 0; bin < contents.length; bin += 1) {
        const x = Math.floor(bin / (WIDTH - 2)) + 1;
        const y = (bin % (WIDTH - 2)) + 1;
        contents[bin] = (block[((m + at) * WIDTH + x) * WIDTH + y] ?? 0) * scale;
      }
      return { label: name, kind, style: looks[at] ?? 0, contents };
    });
  }

  /** The thresholds on an observable that are on, on the board or not. */
  private bound(name: string, side: Side): number | null {
    const { state } = this;
    const view = state?.views.find((one) => one.name === name);
    if (view) return view[side]?.value ?? null;
    return (
      state?.cuts.find((cut) => cut.on && cut.observable === name && cut.side === side)?.value ??
      null
    );
  }

  private box({ x, y }: BoardMap): Box {
    const along = (name: string): [number | null, number | null] => [
      this.bound(name, "low"),
      this.bound(name, "high"),
    ];
    return { x: along(x), y: along(y) };
  }

  /** Bins whose middle is in the box; exact where it ends at edges of bins. */
  private hold(one: Shown | undefined, box: Box): void {
    const { state } = this;
    if (!one?.block || !state) return;
    const { block, map } = one;
    const xs = inside(map.xedges, box.x);
    const ys = inside(map.yedges, box.y);
    const m = state.samples.length;
    const add = (quantity: number) =>
      state.samples.map((_, at) => {
        const base = (quantity * m + at) * WIDTH * WIDTH;
        let sum = 0;
        for (const x of xs) for (const y of ys) sum += block[base + x * WIDTH + y] ?? 0;
        return sum;
      });
    this.events.hold({ label: "box", events: add(0), sums: add(1), squares: add(2) });
  }

  private commit(one: Shown | undefined, box: Box): void {
    if (!one) return;
    const was = this.box(one.map);
    const shifts = (["x", "y"] as const).flatMap((along) =>
      SIDES.flatMap((side, at): Shift[] => {
        const value = box[along][at] ?? null;
        return value === was[along][at] ? [] : [{ observable: one.map[along], side, value }];
      }),
    );
    void this.events.commit(shifts).then(() => {
      this.events.hold(null);
      this.redraw();
    });
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
