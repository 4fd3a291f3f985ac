// What the kernel would say of a board of live histograms, counted event by event.
import type {
  BestValue,
  BoardCut,
  BoardLayout,
  BoardState,
  BoardView,
  Bound,
  FlowRow,
  IndexValue,
  Kind,
  Side,
} from "../../src/shared/boardstate";
import { withError } from "../../src/shared/numbers";
import { estimate, operator } from "../../src/shared/snapshot";

export interface ToySample {
  name: string;
  kind: Kind;
  generated: number;
  /** In pb; of observed data 1 each. */
  weights: Float64Array;
  columns: Record<string, Float64Array>;
}
export interface ToyColumn {
  name: string;
  unit: string;
  edges: number[];
  places: number[];
  whole?: boolean;
}
interface Cut extends BoardCut {
  passes(sample: ToySample, event: number): boolean;
}
type Passes = (sample: ToySample, event: number) => boolean;

const text = (value: number) => String(+value.toFixed(4));
const same = (a: number[], b: number[]) => [...new Set([...a, ...b])].sort((x, y) => x - y);

/** Low <= x < high, at a side. */
const keeps = (side: Side, value: number) => (x: number) =>
  side === "low" ? x >= value : x < value;

export class ToyBoard {
  version = 1;
  luminosity = 139;
  uncertainty = 0.1;
  cuts: Cut[] = [];
  layout: BoardLayout = {
    how: "normalised",
    below: "significance",
    log: false,
    snap: false,
    most_bins: 48,
  };
  maps: [string, string][] = [];

  constructor(
    readonly samples: ToySample[],
    readonly columns: ToyColumn[],
    public shown = columns.map(({ name }) => name),
  ) {}

  get scale(): number {
    return this.luminosity * 1000;
  }

  cut(observable: string, side: Side, value: number, on = true): Cut {
    const keep = keeps(side, value);
    return {
      text: `${observable} ${side === "low" ? ">=" : "<"} ${text(value)}`,
      on,
      observable,
      side,
      value,
      passes: (sample, event) => keep(sample.columns[observable]?.[event] ?? Number.NaN),
    };
  }

  /** Put a threshold where it stands in the list, at the end, or take it away. */
  set(observable: string, side: Side, value: number | null): void {
    const at = this.cuts.findIndex(
      (one) => one.on && one.observable === observable && one.side === side,
    );
    const next = value === null ? [] : [this.cut(observable, side, value)];
    if (at >= 0) this.cuts.splice(at, 1, ...next);
    else this.cuts.push(...next);
    this.version += 1;
  }

  move({
    observable,
    side,
    value,
  }: {
    observable: string;
    side: Side;
    value: number | null;
  }): void {
    this.set(observable, side, value);
  }

  arrange(next: BoardLayout & { observables: string[]; maps: [string, string][] }): void {
    const { observables, maps, how, below, log, snap, bins = {}, ranges = {} } = next;
    this.shown = observables;
    this.maps = maps;
    this.layout = { how, below, log, snap, bins, ranges, most_bins: 48 };
    this.version += 1;
  }

  /** The whole list as texts; only thresholds of the toys can be read. */
  list({ cuts }: { cuts: [string, boolean][] }): void {
    this.cuts = cuts.map(([one, on]) => {
      const [, name = "", sign, value] = one.match(/^(\S+) (>=|<) (\S+)$/) ?? [];
      if (!this.columns.some((column) => column.name === name))
        throw new Error(`unknown observable in '${one}'; near names: fatjet0.mass, met`);
      return this.cut(name, sign === "<" ? "high" : "low", Number(value), on);
    });
    this.version += 1;
  }

  get on(): Cut[] {
    return this.cuts.filter((cut) => cut.on);
  }

  row(label: string, passes: Passes): FlowRow {
    const of = (add: (weight: number) => number) =>
      this.samples.map((sample) => {
        let found = 0;
        for (let i = 0; i < sample.weights.length; i += 1)
          if (passes(sample, i)) found += add(sample.weights[i] ?? 0);
        return found;
      });
    return { label, events: of(() => 1), sums: of((w) => w), squares: of((w) => w * w) };
  }

  cutflow(): FlowRow[] {
    const none = (sample: ToySample, value: number) => (sample.kind === "data" ? null : value);
    const per = (sample: ToySample) => sample.weights[0] ?? 0;
    const generated: FlowRow = {
      label: "generated",
      events: this.samples.map((one) => none(one, one.generated)),
      sums: this.samples.map((one) => none(one, one.generated * per(one))),
      squares: this.samples.map((one) => none(one, one.generated * per(one) ** 2)),
    };
    const rows = [generated, this.row("fatjet.size > 0", () => true)];
    const { on } = this;
    on.forEach((cut, k) => {
      const some = on.slice(0, k + 1);
      rows.push(this.row(cut.text, (sample, i) => some.every((one) => one.passes(sample, i))));
    });
    return rows;
  }

  private column(name: string): ToyColumn {
    const column = this.columns.find((one) => one.name === name);
    if (!column) throw new Error(`there is no column ${name}`);
    return column;
  }

  bound(name: string, side: Side): Bound | null {
    const cut = this.on.find((one) => one.observable === name && one.side === side);
    const [value, sign] = [cut?.value ?? 0, operator(side, false)];
    return cut ? { value, text: text(value), operator: sign } : null;
  }

  own(name: string): number[] {
    return (["low", "high"] as const).flatMap((side) => this.bound(name, side)?.value ?? []);
  }

  /** All cuts that are on but the thresholds on some observables. */
  but(...names: string[]): Passes {
    const others = this.on.filter((cut) => !names.includes(cut.observable ?? ""));
    return (sample, i) => others.every((one) => one.passes(sample, i));
  }

  view(name: string): BoardView {
    const { unit, edges, places, whole = false } = this.column(name);
    const fill = same(edges, this.own(name));
    const count = (power: number) =>
      this.samples.map((sample) => [...this.histogram(sample, name, fill, power, this.but(name))]);
    return {
      name,
      unit,
      edges,
      places,
      labels: places.map(text),
      fill,
      low: this.bound(name, "low"),
      high: this.bound(name, "high"),
      sums: count(1),
      squares: count(2),
      whole,
      hidden: [],
      apart: false,
    };
  }

  private slot(x: number, edges: number[]): number {
    return Number.isNaN(x) ? edges.length + 1 : edges.filter((edge) => edge <= x).length;
  }

  histogram(sample: ToySample, name: string, edges: number[], power: number, passes: Passes) {
    const bins = new Float64Array(edges.length + 2);
    for (let i = 0; i < sample.weights.length; i += 1) {
      if (!passes(sample, i)) continue;
      const slot = this.slot(sample.columns[name]?.[i] ?? Number.NaN, edges);
      bins[slot] = (bins[slot] ?? 0) + (sample.weights[i] ?? 0) ** power;
    }
    return bins;
  }

  code(cuts = this.on.map((cut) => cut.text)): string {
    const list = cuts.map((cut) => `"${cut}"`).join(", ");
    return `selected_2 = hml.select(dataset, [${list}], path="study/data/selected_2")\nselected_2`;
  }

  state(): BoardState {
    return {
      version: this.version,
      counted: `${this.version}`,
      samples: this.samples.map(({ name, kind, weights }) => ({ name, kind, n: weights.length })),
      compared: [...this.samples.keys()],
      blind: [],
      scale: this.scale,
      luminosity: this.luminosity,
      uncertainty: this.uncertainty,
      floor: 10,
      layout: { ...this.layout },
      views: this.shown.map((name) => this.view(name)),
      maps: this.maps.map(([x, y]) => ({ x, y, xedges: this.fine(x), yedges: this.fine(y) })),
      regions: [],
      cuts: this.cuts.map(({ text, on, observable, side, value }) => ({
        text,
        on,
        observable,
        side,
        value,
      })),
      cutflow: this.cutflow(),
      fixed: 2,
      catalogue: this.columns
        .filter(({ name }) => !this.shown.includes(name))
        .map(({ name, unit }) => ({ name, unit })),
      code: this.on.length ? this.code() : null,
      datasets: [
        { target: "dataset", label: "dataset" },
        { target: "selected", label: "selected" },
      ],
      dataset: "dataset",
    };
  }

  private fine(name: string): number[] {
    const { edges } = this.column(name);
    const [low = 0, high = 1] = [edges[0], edges.at(-1)];
    return Array.from({ length: 49 }, (_, i) => low + ((high - low) * i) / 48);
  }

  index(observable: string): [IndexValue, DataView[]] {
    const places = same(this.column(observable).places, this.own(observable));
    const slices = places.length + 2;
    const n = this.on.length;
    const where = (side: Side) => {
      const at = this.on.findIndex((cut) => cut.observable === observable && cut.side === side);
      return at < 0 ? n : at;
    };
    const position = { low: where("low"), high: where("high") };
    const from = Math.min(position.low, position.high);
    const rows = n - from + 1;
    const flow = new Float64Array(rows * 3 * this.samples.length * slices);
    for (let row = 0; row < rows; row += 1) {
      const some = this.on.slice(0, from + row + 1).filter((cut) => cut.observable !== observable);
      this.samples.forEach((sample, m) => {
        for (let power = 0; power < 3; power += 1) {
          const found = this.histogram(sample, observable, places, power, (one, i) =>
            some.every((cut) => cut.passes(one, i)),
          );
          flow.set(found, ((row * 3 + power) * this.samples.length + m) * slices);
        }
      });
    }
    const views = this.shown.filter((name) => name !== observable);
    const blocks = views.map((name) => this.block(observable, places, name));
    const value: IndexValue = {
      observable,
      places,
      labels: places.map(text),
      strict: [],
      position,
      from,
      rows,
      views,
      code: {
        low: this.cells(observable, places, "low"),
        high: this.cells(observable, places, "high"),
      },
    };
    return [value, [new DataView(flow.buffer), ...blocks]];
  }

  private block(observable: string, places: number[], name: string): DataView {
    const fill = this.view(name).fill;
    const slices = places.length + 2;
    const width = fill.length + 2;
    const block = new Float64Array(2 * this.samples.length * slices * width);
    const passes = this.but(observable, name);
    this.samples.forEach((sample, m) => {
      for (let i = 0; i < sample.weights.length; i += 1) {
        if (!passes(sample, i)) continue;
        const slice = this.slot(sample.columns[observable]?.[i] ?? Number.NaN, places);
        const bin = this.slot(sample.columns[name]?.[i] ?? Number.NaN, fill);
        const w = sample.weights[i] ?? 0;
        for (const [q, add] of [w, w * w].entries()) {
          const at = ((q * this.samples.length + m) * slices + slice) * width + bin;
          block[at] = (block[at] ?? 0) + add;
        }
      }
    });
    return new DataView(Float32Array.from(block).buffer);
  }

  private cells(observable: string, places: number[], side: Side): string[] {
    const rest = side === "low" ? 0 : places.length - 1;
    return places.map((place, at) => {
      const copy = new ToyBoard(this.samples, this.columns);
      copy.cuts = [...this.cuts];
      copy.set(observable, side, at === rest ? null : place);
      return copy.code();
    });
  }

  /** The best of the places; the kernel scans all values. */
  find(observable: string, side: Side): BestValue & { side: Side } {
    const places = this.column(observable).places.slice(1, -1);
    const tried = places.map((value) => {
      const keep = keeps(side, value);
      const others = this.but(observable);
      const row = this.row(
        "",
        (sample, i) => others(sample, i) && keep(sample.columns[observable]?.[i] ?? Number.NaN),
      );
      return { place: value, ...estimate(this.state(), row) };
    });
    const top = tried.reduce((a, b) => ((b.value ?? -1) > (a.value ?? -1) ? b : a));
    const { place, value: z, error, effective } = top;
    if (z === null) throw new Error("no threshold leaves 10 effective background events");
    const sign = side === "low" ? "≥" : "<";
    const said = `Z ${withError(z, error)} at ${sign} ${text(place)}, ${Math.round(effective)} effective background events`;
    return { side, value: place, label: text(place), z, error: error ?? 0, text: said };
  }

  box(x: string, y: string): DataView {
    const { xedges = [], yedges = [] } = { xedges: this.fine(x), yedges: this.fine(y) };
    const found = new Float32Array(3 * this.samples.length * 2500);
    const passes = this.but(x, y);
    this.samples.forEach((sample, m) => {
      for (let i = 0; i < sample.weights.length; i += 1) {
        const [a = Number.NaN, b = Number.NaN] = [sample.columns[x]?.[i], sample.columns[y]?.[i]];
        if (!passes(sample, i) || Number.isNaN(a) || Number.isNaN(b)) continue;
        const bin = this.slot(a, xedges) * 50 + this.slot(b, yedges);
        for (let power = 0; power < 3; power += 1) {
          const at = (power * this.samples.length + m) * 2500 + bin;
          found[at] = (found[at] ?? 0) + (sample.weights[i] ?? 0) ** power;
        }
      }
    });
    return new DataView(found.buffer);
  }
}
