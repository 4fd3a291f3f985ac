import { ticks } from "d3-array";
import { decade, number, ten } from "../shared/numbers";

const SHRINK = 0.4;
const DECADES = 10;

export interface Tick {
  at: number;
  text: string;
}

/** The vertical axis: it grows at once and shrinks only when most is left over, so that nothing trembles. */
export class Heights {
  private top = 0;
  private bottom = 0;
  private log = false;

  /** `high` and `low` in pixels, of the largest and of the smallest value. */
  constructor(
    private readonly high: number,
    private readonly low: number,
  ) {}

  /** Choose anew at the next fit. */
  forget(): void {
    this.top = 0;
  }

  /** Make room for a peak; whether the axis has changed. */
  fit(peak: number, least: number, log: boolean): boolean {
    const wanted = peak > 0 ? peak * (log ? 3 : 1.08) : 1;
    const kept = log === this.log && wanted <= this.top && wanted > this.top * SHRINK;
    const deep = log && least > 0 && least < this.bottom && this.bottom > this.top / 10 ** DECADES;
    if (kept && !deep) return false;
    this.log = log;
    // Some room above, or a growing peak would write the axis anew with each move.
    if (!kept) this.top = this.top > 0 && wanted > this.top ? 1.1 * wanted : wanted;
    const floor = this.top / 10 ** DECADES;
    this.bottom = log ? Math.max(floor, Math.min(least > 0 ? least / 2 : floor, this.top / 20)) : 0;
    return true;
  }

  y(value: number): number {
    const { top, bottom, log } = this;
    let share = value / top;
    if (log) share = value > bottom ? Math.log(value / bottom) / Math.log(top / bottom) : 0;
    return this.low - (this.low - this.high) * Math.max(0, Math.min(1, share));
  }

  /** At most five marks, and the power of ten that stands in front of them. */
  ticks(): { marks: Tick[]; power: string } {
    if (this.log) return { marks: this.decades(), power: "" };
    const exponent = Math.floor(Math.log10(this.top));
    const power = exponent >= 4 || exponent < -2 ? exponent : 0;
    const marks = ticks(0, this.top, 3).map((value) => ({
      at: this.y(value),
      text: number(value / 10 ** power, 3),
    }));
    return { marks: marks.slice(0, 5), power: power ? `×${ten(power)}` : "" };
  }

  private decades(): Tick[] {
    const first = Math.ceil(Math.log10(this.bottom));
    const last = Math.floor(Math.log10(this.top));
    const step = Math.max(1, Math.ceil((last - first + 1) / 4));
    const powers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    return powers
      .filter((power) => (power - first) % step === 0)
      .slice(0, 5)
      .map((power) => ({ at: this.y(10 ** power), text: decade(power) }));
  }
}
