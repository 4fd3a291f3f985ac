// One card of the board, drawn from the state and from what is in the hand.
import type { Card, Stand } from "../pieces/card";
import type { Layer } from "../pieces/heaps";
import { styles } from "../pieces/styles";
import type { Part } from "../pieces/threshold";
import type { BoardState, FlowRow, Side } from "../shared/boardstate";
import type { Index } from "../shared/indexes";
import { count, number } from "../shared/numbers";
import {
  below,
  type Contents,
  contents,
  curve,
  estimate,
  type Move,
  operator,
  SIGNS,
  type Sight,
  WORDS,
} from "../shared/snapshot";
import type { Window } from "../shared/window";

/** What a card is drawn from. */
export interface Scene {
  state: BoardState | null;
  /** The thresholds that are in the hand. */
  held: (Move & { index: Index | null }) | null;
  /** The handle of each observable that was used last. */
  parts: Map<string, Part>;
  window(seen: Sight): Window;
  index(observable: string): Index | null;
  /** What is known of an observable does not hold all that was committed. */
  stale(observable: string): boolean;
  cutflow(): FlowRow[];
}

export function paint(scene: Scene, seen: Sight, card: Card): void {
  const { state, held } = scene;
  if (!state) return;
  const [low, high] = [stand(scene, seen, "low"), stand(scene, seen, "high")];
  const both = low.label && high.label;
  card.place(low, high, both ? `${low.spoken}; ${words(high.sign)} ${high.label}` : "");
  const source = held?.index ? { index: held.index, move: held } : null;
  const found = contents(seen, seen.view.sums.length, scene.window(seen), source);
  const known = state.luminosity !== null;
  const { hidden } = seen.view;
  const { how, log } = state.layout;
  card.draw(layers(state, seen, found), { how, log, hidden });
  if (below(state) === "significance") significance(scene, seen, card);
  if (below(state) === "ratio" && known) card.ratio(ratio(state, found));
  card.say(note(scene, seen, found));
}

/** Where a handle stands, and what it says. */
function stand(scene: Scene, seen: Sight, side: Side): Stand {
  const { places, labels } = seen;
  const at = scene.window(seen)[side];
  const rest = side === "low" ? 0 : places.length - 1;
  const label = at === null ? "" : (labels[at] ?? "");
  const sign = signAt(seen, side, at);
  return { place: at ?? rest, label, sign, spoken: spoken(scene, seen, side, label) };
}

const signAt = ({ strict }: Sight, side: Side, at: number | null) =>
  SIGNS[operator(side, at !== null && strict.has(at))];

/** The sign of a threshold as it is spoken. */
const words = (sign: string) => WORDS[sign] ?? sign;

function spoken(scene: Scene, seen: Sight, side: Side, label: string): string {
  const { name, unit } = seen.view;
  if (!label) return side === "low" ? `${name}: no lower threshold` : `${name}: no upper threshold`;
  const sign = signAt(seen, side, scene.window(seen)[side]);
  const where = `${name} ${words(sign)} ${label} ${unit}`.trim();
  const { held } = scene;
  // Only who holds a handle hears the count; the others are silent until it is let go.
  if (held && held.observable !== name) return where;
  return [where, left(scene)].filter(Boolean).join(", ");
}

/** How many signal events are left. */
function left(scene: Scene): string {
  const { state } = scene;
  const rows = scene.cutflow();
  if (!state?.samples.some(({ kind }) => kind === "signal")) return "";
  const sum = (row: (number | null)[] | undefined) =>
    state.samples.reduce((n, { kind }, at) => n + (kind === "signal" ? (row?.[at] ?? 0) : 0), 0);
  const plain = (n: number) => count(n).replaceAll("\u202f", ",");
  return `${plain(sum(rows.at(-1)?.events))} of ${plain(sum(rows[0]?.events))} signal events`;
}

function layers(state: BoardState, { view }: Sight, found: Contents): Layer[] {
  const { before, after, squares } = found;
  const looks = styles(state.samples);
  return state.samples.map(({ kind }, sample) => {
    const at = view.apart ? (state.compared[sample] ?? sample) : sample;
    const scale = kind === "data" ? 1 : state.scale;
    const times = (numbers: Float64Array | undefined, factor: number) =>
      (numbers ?? new Float64Array(0)).map((value) => value * factor);
    const was = times(before[at], scale);
    const is = after[at] === before[at] ? was : times(after[at], scale);
    return {
      kind,
      style: looks[sample] ?? 0,
      before: was,
      after: is,
      squares: times(squares[at], scale ** 2),
    };
  });
}

interface Drawn {
  key: string;
  index: Index;
  values: (number | null)[];
}
const curves = new WeakMap<Card, Map<Part, Drawn>>();

/** Counted anew only where something else than the handle itself has changed. */
function curveOf(scene: Scene, card: Card, index: Index, part: Part, now: Window): Drawn["values"] {
  const { state } = scene;
  if (!state) return [];
  const others = { low: now.high, high: now.low, window: (now.high ?? 0) - (now.low ?? 0) };
  const key = `${part} ${others[part]} ${state.scale} ${state.uncertainty} ${state.floor}`;
  const known = curves.get(card) ?? new Map<Part, Drawn>();
  const drawn = known.get(part);
  if (drawn?.key === key && drawn.index === index) return drawn.values;
  const values = curve(state, index, at(part, now, index.value.places.length - 1));
  curves.set(card, known.set(part, { key, index, values }));
  return values;
}

/** Why there is no significance, in the room of a card. */
function why(state: BoardState, index: Index, window: Window): string {
  const { value, effective, reason } = estimate(state, index.yields(index.rows - 1, window));
  if (value !== null || !reason) return "";
  if (reason.includes("signal")) return "the signal is below 0";
  return effective === 0 ? "no background event left" : "too few background events";
}

function significance(scene: Scene, seen: Sight, card: Card): void {
  const { state, held } = scene;
  const { name } = seen.view;
  const index = scene.index(name);
  if (!index || !state || state.luminosity === null || scene.stale(name)) {
    card.significance(null);
    return;
  }
  const now = scene.window(seen);
  const of = (part: Part) => curveOf(scene, card, index, part, now);
  const part = partOf(scene, name, now) ?? better(of);
  const side = part === "high" ? "high" : "low";
  const { labels } = seen;
  const rest = side === "high" ? labels.length - 1 : 0;
  const values = of(part);
  const alone = values.every((value, place) => value === null || place === rest);
  card.significance({
    values,
    at: now[side] ?? rest,
    label: (place) => {
      if (place !== rest || part === "window")
        return `at ${signAt(seen, side, place)} ${labels[place] ?? ""}`;
      return alone ? "uncut: else too few events" : "without it";
    },
    why: why(state, index, now),
    stale: held !== null && held.observable !== name,
  });
}

/** What the significance is drawn against: the handle that is held, or was used last and still stands. */
function partOf({ parts, held }: Scene, name: string, { low, high }: Window): Part | null {
  const last = parts.get(name);
  const stands = { low: low !== null, high: high !== null, window: low !== null && high !== null };
  if (last && (stands[last] || held?.observable === name)) return last;
  if (stands.low) return "low";
  return stands.high ? "high" : null;
}

/** The side on which a threshold is worth more. */
function better(curve: (part: Part) => (number | null)[]): Part {
  const [low = 0, high = 0] = (["low", "high"] as const).map((part) =>
    Math.max(...curve(part).map((value) => value ?? 0)),
  );
  return high > low ? "high" : "low";
}

/** The window that a handle at a place makes, the other one as it is. */
function at(part: Part, now: Window, last: number): (place: number) => Window {
  const width = (now.high ?? 0) - (now.low ?? 0);
  const { low, high } = now;
  if (part === "low") return (place) => ({ low: place === 0 ? null : place, high });
  if (part === "high") return (place) => ({ low, high: place === last ? null : place });
  return (place) => ({ low: place, high: Math.min(last, place + width) });
}

/** Data over background where there are data, otherwise signal over background; both without what is blinded in data. */
function ratio(state: BoardState, { after, squares }: Contents) {
  const data = state.samples.some(({ kind }) => kind === "data");
  const bins = (after[0]?.length ?? 3) - 3;
  const add = (kind: string, of: Float64Array[], factor: number, bin: number) =>
    state.samples.reduce(
      (sum, one, m) =>
        sum + (one.kind === kind ? (of[state.compared[m] ?? m]?.[bin + 1] ?? 0) * factor : 0),
      0,
    );
  const values: (number | null)[] = [];
  const errors: number[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const b = add("background", after, state.scale, bin);
    const b2 = add("background", squares, state.scale ** 2, bin);
    const [top, factor] = data ? ["data", 1] : ["signal", state.scale];
    const a = add(top as string, after, factor as number, bin);
    const a2 = data ? a : add("signal", squares, state.scale ** 2, bin);
    values.push(b > 0 && a > 0 ? a / b : null);
    const own = a2 / b ** 2;
    errors.push(b > 0 ? Math.sqrt(data ? own : own + (a / b ** 2) ** 2 * b2) : 0);
  }
  return { label: data ? "data / background" : "signal / background", values, errors, one: data };
}

/** What does not show in the bins: shares of the expected events, or of the data where there is nothing else. */
function note(scene: Scene, seen: Sight, { before }: Contents): string {
  const { held, state } = scene;
  if (!state) return "";
  if (held?.observable === seen.view.name && !held.index)
    return "the others follow when the kernel is free";
  let [under, over, missing, all] = [0, 0, 0, 0];
  state.samples.forEach(({ kind }, m) => {
    if (kind === "data" && state.samples.length > 1) return;
    const bins = before[m] ?? [];
    const n = bins.length;
    under += bins[0] ?? 0;
    over += bins[n - 2] ?? 0;
    missing += bins[n - 1] ?? 0;
    for (const content of bins) all += content;
  });
  if (!(all > 0)) return "no event is left here";
  const blind = seen.view.apart
    ? `without what is blinded in data: ${state.blind.join(" or ")}`
    : seen.view.hidden.length > 0
      ? "data are blinded in the shaded window"
      : "";
  const part = (x: number, text: string) => (x > 0 ? `${percent(x / all)} % ${text}` : "");
  const parts = [
    part(under, "below the range"),
    part(over, "above it"),
    part(missing, "without a value"),
  ];
  if (missing / all > 0.999999) return "no event has a value";
  return [blind, ...parts].filter(Boolean).join(" · ");
}

const percent = (share: number) => (share < 1e-4 ? "< 0.01" : number(100 * share, 2));
