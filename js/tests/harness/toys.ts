// Toy events for the harness: plausible shapes, no physics.
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
  { name: "fatjet0.mass", unit: "GeV", low: 0, high: 200, bins: 40, grab: 100 },
  { name: "fatjet0.tau21", unit: "", low: 0, high: 1, bins: 40, grab: 100 },
  { name: "jet0,jet1.delta_r", unit: "", low: 0, high: 5, bins: 40, grab: 100 },
  { name: "met", unit: "GeV", low: 0, high: 600, bins: 40, grab: 100 },
  { name: "fatjet0.pt", unit: "GeV", low: 150, high: 900, bins: 40, grab: 100 },
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
    ],
    qcd: [
      () => decay(45),
      () => normal(0.58, 0.16),
      () => normal(3.1, 0.6),
      () => decay(55),
      () => decay(90, 200),
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

export type Cuts = Record<string, { low: number | null; high: number | null }>;

export const edges = (low: number, high: number, n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => low + ((high - low) * i) / n);

const masks = new Map<string, boolean[]>();

/** Which events pass all cuts, but those on one observable. */
export function passing(toy: Toy, cuts: Cuts, but: string | null = null): boolean[] {
  const key = `${toy.label} ${but} ${JSON.stringify(cuts)}`;
  const known = masks.get(key);
  if (known) return known;
  const n = toy.columns[VIEWS[0]?.name ?? ""]?.length ?? 0;
  const mask = new Array<boolean>(n).fill(true);
  for (const [name, { low, high }] of Object.entries(cuts)) {
    if (name === but) continue;
    const [from, to] = [low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY];
    toy.columns[name]?.forEach((x, i) => {
      if (!(x > from && x < to)) mask[i] = false;
    });
  }
  masks.set(key, mask);
  return mask;
}

export function contents(toy: Toy, view: ToyView, mask: boolean[]): number[] {
  const found = new Array<number>(view.bins).fill(0);
  toy.columns[view.name]?.forEach((x, i) => {
    const bin = Math.floor(((x - view.low) / (view.high - view.low)) * view.bins);
    if (mask[i] && bin >= 0 && bin < view.bins) found[bin] = (found[bin] ?? 0) + toy.weight;
  });
  return found;
}

export const asimov = (s: number, b: number) =>
  b > 0 ? Math.sqrt(2 * ((s + b) * Math.log(1 + s / b) - s)) : 0;
