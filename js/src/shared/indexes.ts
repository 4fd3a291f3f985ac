import type { IndexValue } from "./boardstate";
import { doubles, floats, type Reply } from "./kernel";
import { accumulate, between, span, type Window } from "./window";

export interface Yields {
  events: Float64Array;
  sums: Float64Array;
  squares: Float64Array;
}

/** What every histogram would hold, wherever the thresholds of one observable stand. */
export class Index {
  private readonly blocks = new Map<string, Float64Array>();
  private readonly flow: Float64Array;
  private readonly slices: number;
  private readonly samples: number;

  constructor(
    readonly value: IndexValue,
    buffers: DataView[],
  ) {
    const { places, rows, views } = value;
    this.slices = places.length + 2;
    const flow = buffers[0] ? doubles(buffers[0]) : new Float64Array(0);
    this.samples = flow.length / (rows * 3 * this.slices);
    this.flow = accumulate(flow, this.slices);
    views.forEach((name, k) => {
      const block = buffers[k + 1] ? floats(buffers[k + 1] as DataView) : new Float32Array(0);
      const width = block.length / (2 * this.samples * this.slices);
      if (width > 0) this.blocks.set(name, accumulate(block, this.slices, width));
    });
  }

  get rows(): number {
    return this.value.rows;
  }

  /** What a row of the cutflow would hold, a number a sample. */
  yields(row: number, window: Window): Yields {
    const { samples, slices } = this;
    const range = span(window, slices);
    const take = (quantity: number) =>
      Float64Array.from({ length: samples }, (_, sample) => {
        const at = (row * 3 + quantity) * samples + sample;
        return between(this.flow, at, range, slices, 1)[0] ?? 0;
      });
    return { events: take(0), sums: take(1), squares: take(2) };
  }

  /** The slices of one sample, all other cuts applied: below the places, between them, above, missing. */
  slicesOf(quantity: "sums" | "squares", sample: number): Float64Array {
    const row = ((this.rows - 1) * 3 + (quantity === "sums" ? 1 : 2)) * this.samples + sample;
    const base = row * (this.slices + 1);
    return Float64Array.from(
      { length: this.slices },
      (_, at) => (this.flow[base + at + 1] ?? 0) - (this.flow[base + at] ?? 0),
    );
  }

  /** Fill bins of another view for one sample, null where there are none: (F + 3,). */
  contents(
    view: string,
    quantity: "sums" | "squares",
    sample: number,
    window: Window,
  ): Float64Array | null {
    const block = this.blocks.get(view);
    if (!block) return null;
    const width = block.length / (2 * this.samples * (this.slices + 1));
    const row = (quantity === "sums" ? 0 : this.samples) + sample;
    return between(block, row, span(window, this.slices), this.slices, width);
  }
}

type Ask = (observable: string) => Promise<Reply<IndexValue>>;

/** Fetches the index of each observable, one at a time, and forgets them when the cuts have changed. */
export class Indexes {
  onarrival: (observable: string) => void = () => {};
  onfailure: (error: unknown, observable: string) => void = () => {};
  onprogress: () => void = () => {};
  private readonly held = new Map<string, Index>();
  private wanted: { observable?: string; work: () => Promise<void> }[] = [];
  private generation = 0;
  private fetching = false;
  private paused = true;

  constructor(private readonly ask: Ask) {}

  /** Whether every threshold can be dragged without waiting. */
  get complete(): boolean {
    return this.wanted.length === 0 && !this.fetching;
  }

  get(observable: string): Index | null {
    return this.held.get(observable) ?? null;
  }

  /** The cuts have changed: nothing that is held is true any more. */
  reset(observables: string[]): void {
    this.generation += 1;
    this.held.clear();
    this.wanted = observables.map((observable) => ({
      observable,
      work: () => this.fetch(observable),
    }));
    void this.next();
  }

  /** Ask for something else when its turn comes; never, where the cuts have changed before. */
  turn<T>(ask: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.wanted.push({ work: () => ask().then(resolve, reject) });
      void this.next();
    });
  }

  /** Fetch this one before the others. */
  prefer(observable: string): void {
    const at = this.wanted.findIndex((one) => one.observable === observable);
    if (at > 0) this.wanted.unshift(...this.wanted.splice(at, 1));
  }

  /** Nothing is asked while a handle is held, nor while nobody looks. */
  pause(paused: boolean): void {
    this.paused = paused;
    void this.next();
  }

  private async next(): Promise<void> {
    const [first] = this.wanted;
    if (this.paused || this.fetching || !first) return;
    this.wanted.shift();
    this.fetching = true;
    await first.work();
    this.fetching = false;
    this.onprogress();
    void this.next();
  }

  private async fetch(observable: string): Promise<void> {
    const generation = this.generation;
    try {
      const { value, buffers } = await this.ask(observable);
      if (generation !== this.generation) return;
      this.held.set(observable, new Index(value, buffers));
      this.onarrival(observable);
    } catch (error) {
      if (generation === this.generation) this.onfailure(error, observable);
    }
  }
}
