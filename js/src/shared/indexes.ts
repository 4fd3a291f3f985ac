import { floats, type Kernel } from "./kernel";
import type { IndexValue, Side } from "./state";

/** What every histogram would hold, for each place that one threshold can stand at. */
export class Index {
  private readonly blocks = new Map<string, Float32Array>();
  private readonly edges: number;

  constructor(
    readonly value: IndexValue,
    buffers: DataView[],
  ) {
    this.edges = value.z.text.length;
    value.views.forEach((name, at) => {
      const buffer = buffers[at];
      if (buffer) this.blocks.set(name, floats(buffer));
    });
  }

  /** Contents of a histogram's bins for one class if the threshold stood at an edge: (V,), not a copy. */
  slice(view: string, label: string, edge: number): Float32Array | null {
    const block = this.blocks.get(view);
    const at = this.value.classes.indexOf(label);
    if (!block || at < 0) return null;
    const bins = block.length / (this.value.classes.length * this.edges);
    const begin = (at * this.edges + edge) * bins;
    return block.subarray(begin, begin + bins);
  }
}

type Pair = [string, Side];
const keyOf = (observable: string, side: Side) => `${side} ${observable}`;

/** Fetches the index of each threshold, one at a time, and forgets them when the cuts have changed. */
export class Indexes {
  onarrival: (observable: string, side: Side) => void = () => {};
  onfailure: (error: unknown) => void = () => {};
  onprogress: () => void = () => {};
  private readonly held = new Map<string, Index>();
  private wanted: Pair[] = [];
  private generation = 0;
  private fetching = false;
  private paused = true;

  constructor(private readonly kernel: Kernel) {}

  /** Whether every threshold can be dragged without waiting. */
  get complete(): boolean {
    return this.wanted.length === 0 && !this.fetching;
  }

  get(observable: string, side: Side): Index | null {
    return this.held.get(keyOf(observable, side)) ?? null;
  }

  /** The cuts have changed: nothing that is held is true any more. */
  reset(observables: string[]): void {
    this.generation += 1;
    this.held.clear();
    this.wanted = observables.flatMap((name): Pair[] => [
      [name, "low"],
      [name, "high"],
    ]);
    void this.next();
  }

  /** Fetch this one before the others. */
  prefer(observable: string, side: Side): void {
    const at = this.wanted.findIndex(([name, end]) => name === observable && end === side);
    if (at > 0) this.wanted.unshift(...this.wanted.splice(at, 1));
  }

  /** Nothing is asked while a handle is held, nor while nobody looks. */
  pause(paused: boolean): void {
    this.paused = paused;
    void this.next();
  }

  private async next(): Promise<void> {
    const pair = this.wanted[0];
    if (this.paused || this.fetching || !pair) return;
    this.wanted.shift();
    this.fetching = true;
    const generation = this.generation;
    const [observable, side] = pair;
    try {
      const values = { observable, side };
      const reply = await this.kernel.request<IndexValue>("cuts", "index", values);
      if (generation === this.generation) {
        this.held.set(keyOf(observable, side), new Index(reply.value, reply.buffers));
        this.onarrival(observable, side);
      }
    } catch (error) {
      if (generation === this.generation) this.onfailure(error);
    }
    this.fetching = false;
    this.onprogress();
    void this.next();
  }
}
