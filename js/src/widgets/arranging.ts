// What the board shows, as its form has it and as a commit says it.
import type { Arrangement } from "../pieces/layout";
import { moved } from "../pieces/proposal";
import type { Bins } from "../pieces/viewmenu";
import type { BoardState } from "../shared/boardstate";
import type { Shift } from "./board";

export function arrangement({ views, maps, layout }: BoardState): Arrangement {
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
  };
}

/** Values of the commit `layout`. */
export function layoutValues(dataset: string, next: Arrangement): Record<string, unknown> {
  const { observables, maps, how, below, log, snap } = next;
  const given = <T>(pick: (one: Arrangement["observables"][number]) => T | null) =>
    Object.fromEntries(
      observables.flatMap((one) => {
        const value = pick(one);
        return value === null ? [] : [[one.name, value]];
      }),
    );
  return {
    dataset,
    observables: observables.map(({ name }) => name),
    bins: given(({ bins }) => bins),
    ranges: given(({ range }) => range),
    how,
    below,
    log,
    snap,
    maps,
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

export function rebinned(now: Arrangement, name: string, next: Bins): Arrangement {
  const observables = now.observables.map((one) => (one.name === name ? { ...one, ...next } : one));
  return { ...now, observables };
}

export function shifted(now: Arrangement, name: string, by: -1 | 1): Arrangement {
  const from = now.observables.findIndex((one) => one.name === name);
  return { ...now, observables: moved(now.observables, from, from + by) };
}

export function without(now: Arrangement, name: string): Arrangement {
  return { ...now, observables: now.observables.filter((one) => one.name !== name) };
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
    const { how, below, log, snap } = this.next;
    return { ...state, layout: { ...state.layout, how, below, log, snap } };
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
