// Toy events for the harness: plausible shapes, no physics.
import type { ToyColumn, ToySample } from "./board";

export interface Toy {
  label: string;
  weight: number;
  columns: Record<string, Float64Array>;
}
export interface ToyView {
  name: string;
  unit: string;
  low: number;
  high: number;
  bins: number;
  grab: number;
}

export const VIEWS: ToyView[] = [
  { name: "fatjet0.mass", unit: "GeV", low: 0, high: 200, bins: 40, grab: 200 },
  { name: "fatjet0.tau21", unit: "", low: 0, high: 1, bins: 40, grab: 200 },
  { name: "jet0,jet1.delta_r", unit: "", low: 0, high: 5, bins: 40, grab: 200 },
  { name: "met", unit: "GeV", low: 0, high: 600, bins: 40, grab: 200 },
  { name: "fatjet0.pt", unit: "GeV", low: 150, high: 900, bins: 40, grab: 200 },
  { name: "mlp.score", unit: "", low: 0, high: 1, bins: 40, grab: 200 },
];

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

export function toys(): Toy[] {
  const random = generator(7);
  const normal = (mean: number, width: number) =>
    mean + width * Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const decay = (scale: number, from = 0) => from - scale * Math.log(random());
  const shapes: Record<string, (() => number)[]> = {
    zz: [
      () => (random() < 0.8 ? normal(91, 9) : decay(60)),
      () => normal(0.3, 0.12),
      () => (random() < 0.6 ? normal(0.9, 0.4) : normal(3, 0.5)),
      () => normal(260, 80),
      () => decay(120, 200),
      () => Math.max(0, 1 - decay(0.12)),
    ],
    qcd: [
      () => decay(45),
      () => normal(0.58, 0.16),
      () => normal(3.1, 0.6),
      () => decay(55),
      () => decay(90, 200),
      () => Math.min(1, decay(0.14)),
    ],
  };
  return Object.entries(shapes).map(([label, makers], at) => ({
    label,
    weight: at === 0 ? 6e-5 : 22,
    columns: Object.fromEntries(
      makers.map((make, i) => [
        VIEWS[i]?.name ?? "",
        Float64Array.from({ length: at === 0 ? 1432 : 1610 }, make),
      ]),
    ),
  }));
}

export const edges = (low: number, high: number, n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => +(low + ((high - low) * i) / n).toFixed(6));

export const COLUMNS: ToyColumn[] = VIEWS.map(({ name, unit, low, high, bins, grab }) => ({
  name,
  unit,
  edges: edges(low, high, bins),
  places: edges(low, high, grab),
}));

const GENERATED = 2000;

/** Samples of a scenario: "filled", or "alone" without background, or "observed" with data, or "odd" with what hardly ever happens. */
export function samples(scenario: string): ToySample[] {
  const simulated = toys().map(({ label, weight, columns }, at): ToySample => {
    const n = Object.values(columns)[0]?.length ?? 0;
    const kind = at === 0 ? "signal" : "background";
    const weights = new Float64Array(n).fill(weight);
    return { name: label, kind, generated: GENERATED, weights, columns };
  });
  if (scenario === "alone") return simulated.slice(0, 1);
  if (scenario === "observed") return observed(simulated);
  return scenario === "odd" ? odd(simulated) : simulated;
}

/** Another background, and data that look like the backgrounds. */
function observed([zz, qcd]: ToySample[]): ToySample[] {
  if (!zz || !qcd) return [];
  const random = generator(11);
  const wjets = { ...qcd, name: "wjets", weights: qcd.weights.map((w) => 0.3 * w) };
  wjets.columns = Object.fromEntries(
    Object.entries(qcd.columns).map(([name, x]) => [
      name,
      x.map((v) => v * (0.7 + 0.3 * random())),
    ]),
  );
  const light = { ...qcd, weights: qcd.weights.map(() => 4e-6) };
  const small = { ...wjets, weights: wjets.weights.map(() => 2e-6) };
  const taken = [...qcd.weights.keys()].filter(() => random() < 0.42);
  const columns = Object.fromEntries(
    Object.entries(qcd.columns).map(([name, x]) => [
      name,
      Float64Array.from(taken, (i) => (x[i] ?? 0) * (0.97 + 0.06 * random())),
    ]),
  );
  const data: ToySample = {
    name: "data",
    kind: "data",
    generated: 0,
    weights: new Float64Array(taken.length).fill(1),
    columns,
  };
  return [zz, light, small, data];
}

/** Negative weights, missing values, a constant column and one without any value. */
function odd([zz, qcd]: ToySample[]): ToySample[] {
  if (!zz || !qcd) return [];
  const random = generator(5);
  const change = (sample: ToySample): ToySample => ({
    ...sample,
    weights: sample.weights.map((w) => (random() < 0.2 ? -w : w)),
    columns: {
      ...sample.columns,
      "fatjet0.tau21": (sample.columns["fatjet0.tau21"] ?? new Float64Array()).map(
        () => Number.NaN,
      ),
      met: (sample.columns.met ?? new Float64Array()).map(() => 100),
      "fatjet0.pt": (sample.columns["fatjet0.pt"] ?? new Float64Array()).map((x) =>
        random() < 0.1 ? Number.NaN : x,
      ),
    },
  });
  const one: ToySample = {
    ...zz,
    weights: zz.weights.slice(0, 1),
    columns: Object.fromEntries(
      Object.entries(zz.columns).map(([name, x]) => [name, x.slice(0, 1)]),
    ),
  };
  return [change(one), change(qcd)];
}

export function contents(toy: Toy, view: ToyView): number[] {
  const found = new Array<number>(view.bins).fill(0);
  for (const x of toy.columns[view.name] ?? []) {
    const bin = Math.floor(((x - view.low) / (view.high - view.low)) * view.bins);
    if (bin >= 0 && bin < view.bins) found[bin] = (found[bin] ?? 0) + toy.weight;
  }
  return found;
}
