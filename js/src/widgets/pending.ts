import type { ListedCut } from "../pieces/cutlist";
import type { BoardCut, Side } from "../shared/boardstate";

/** One threshold at a value; null takes it away. */
export interface Shift {
  observable: string;
  side: Side;
  value: number | null;
}

/** Thresholds that were committed and are not in the state yet: of handles, boxes and typed values. */
export class Pending {
  private commits: Shift[][] = [];

  add(shifts: Shift[]): void {
    this.commits.push(shifts);
  }

  done(shifts: Shift[]): void {
    this.commits = this.commits.filter((one) => one !== shifts);
  }

  clear(): void {
    this.commits = [];
  }

  /** The last one of each threshold. */
  get shifts(): Shift[] {
    const all = this.commits.flat().map((one) => [`${one.side} ${one.observable}`, one] as const);
    return [...new Map(all).values()];
  }

  of(observable: string, side: Side): Shift | undefined {
    return this.shifts.find((one) => one.observable === observable && one.side === side);
  }

  /** A list that was changed while thresholds wait, with these where they will stand. */
  over(list: ListedCut[], cuts: BoardCut[]): ListedCut[] {
    return this.shifts.reduce((now, { observable, side, value }) => {
      const text = `${observable} ${side === "low" ? ">=" : "<"} ${value === null ? "" : written(value)}`;
      const next = (on = true) => (value === null ? [] : [{ text, on }]);
      const own = cuts.filter(
        (cut) => cut.on && cut.observable === observable && cut.side === side,
      );
      if (own.length === 0) return now.concat(next());
      const [first, ...others] = own.map((cut) => place(now, cut.text));
      // One that was taken away or written anew meanwhile stays so.
      return now.flatMap((one, at) =>
        at === first ? next(one.on) : others.includes(at) ? [] : [one],
      );
    }, list);
  }
}

/** Where a cut that is on stands in a list, switched off there or not. */
function place(list: ListedCut[], text: string): number {
  const on = list.findIndex((one) => one.on && one.text === text);
  return on < 0 ? list.findIndex((one) => one.text === text) : on;
}

/** As Python writes it. */
const written = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
