// What the board shows, as its form has it and as a commit says it.
import type { Arrangement } from "../pieces/layout";
import type { BoardLayout, BoardState, BoardView } from "../shared/boardstate";
import type { Shift } from "./pending";

export function arrangement(state: BoardState): Arrangement {
  const { views, maps, layout, luminosity, uncertainty } = state;
  const { how, below, log, snap, bins = {}, ranges = {} } = layout;
  return {
    observables: views.map(({ name, unit }) => ({
      name,
      unit,
      bins: bins[name] ?? null,
      range: ranges[name] ?? null,
    })),
    maps: maps.map(({ x, y }) => [x, y]),
    how,
    below,
    log,
    snap,
    luminosity,
    uncertainty,
  };
}

/** Values of the commit `layout`. */
export function layoutValues(
  dataset: string,
  next: Arrangement,
  { bins = {}, ranges = {} }: Pick<BoardLayout, "bins" | "ranges">,
): Record<string, unknown> {
  const { observables, maps, how, below, log, snap, luminosity, uncertainty } = next;
  // Columns that are in a map only keep what they have.
  const apart = maps.flat().filter((name) => observables.every((one) => one.name !== name));
  const given = <T>(
    now: Record<string, T>,
    pick: (one: Arrangement["observables"][number]) => T | null,
  ) => {
    const all = [
      ...apart.map((name) => [name, now[name]] as const),
      ...observables.map((one) => [one.name, pick(one)] as const),
    ];
    return Object.fromEntries(all.filter(([, value]) => value !== null && value !== undefined));
  };
  return {
    dataset,
    observables: observables.map(({ name }) => name),
    bins: given(bins, (one) => one.bins),
    ranges: given(ranges, (one) => one.range),
    how,
    below,
    log,
    snap,
    maps,
    ...(luminosity === null ? {} : { luminosity }),
    uncertainty,
  };
}

/** Thresholds that were moved, for a queue of commits. */
export function inWords(moves: Shift[]): string {
  const words = moves.map(({ observable, side, value }) =>
    value === null
      ? `no ${side} threshold on ${observable}`
      : `${observable} ${side === "low" ? "≥" : "<"} ${value}`,
  );
  return words.join(", ");
}

/** A cut that can be typed: the first histogram from the middle of its places on. */
export function example([view]: Pick<BoardView, "name" | "labels">[]): string {
  const middle = view?.labels[Math.floor(view.labels.length / 2)];
  return view && middle ? `${view.name} >= ${middle}` : "";
}

/** What the board shall look like, from a click until the kernel has said so. */
export class Wish {
  private next: Arrangement | null = null;
  private asked = 0;

  now(state: BoardState): Arrangement {
    return this.next ?? arrangement(state);
  }

  /** The state as it shall look; what has to be counted anew comes from the kernel. */
  over(state: BoardState): BoardState {
    if (!this.next) return state;
    const { how, below, log, snap, luminosity, uncertainty } = this.next;
    const layout = { ...state.layout, how, below, log, snap };
    const scale = state.scale * ((luminosity ?? 1) / (state.luminosity ?? 1));
    return { ...state, layout, luminosity, uncertainty, scale };
  }

  /** Hold to `next` until `work` has ended, and whatever was wished meanwhile. */
  async during(next: Arrangement, work: () => Promise<string>): Promise<string> {
    this.next = next;
    this.asked += 1;
    try {
      return await work();
    } finally {
      this.asked -= 1;
      if (this.asked === 0) this.next = null;
    }
  }
}
