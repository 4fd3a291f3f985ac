import { bisectCenter, bisectRight } from "d3-array";
import type { Bound } from "../shared/boardstate";
import { SIGNS, WORDS } from "../shared/snapshot";

export interface MapAxis {
  name: string;
  unit: string;
  edges: number[];
  /** Thresholds, low and high, as they are written where they stand. */
  own?: [Own | null, Own | null];
}
/** Without a text the value says it. */
export type Own = Pick<Bound, "value" | "operator"> & { text?: string };
/** Low and high along each axis; null: no threshold. */
export interface Box {
  x: [number | null, number | null];
  y: [number | null, number | null];
}
export type Along = "x" | "y";
export type Side = 0 | 1;
export type Ends = [low: number, high: number];
/** What is held: sides along each axis, or nothing of a box that is drawn anew. */
export interface Grip {
  x: Side[];
  y: Side[];
  draw?: boolean;
}

export const ALONG = ["x", "y"] as const;
export const SIDES = [0, 1] as const;
export const clamp = (value: number, low: number, high: number) =>
  Math.max(low, Math.min(high, value));
const SHORT = 8;
export const NO_BOX: Box = { x: [null, null], y: [null, null] };
export const same = (a: Box, b: Box) => JSON.stringify(a) === JSON.stringify(b);

/** In full where that is short, otherwise to a tenth of the bins or finer. */
export function text(value: number, edges: number[]): string {
  const full = Number(value.toPrecision(12));
  if (Math.abs(full - value) <= 1e-12 * Math.abs(value) && String(full).length <= SHORT)
    return String(full);
  const width = ((edges.at(-1) ?? 1) - (edges[0] ?? 0)) / Math.max(1, edges.length - 1);
  const digits = clamp(1 - Math.floor(Math.log10(width)), 0, 12);
  return String(Number(value.toFixed(digits)));
}

/** Where the sides are in pixels; without a threshold at the border of the frame. */
export function ends([low, high]: Box["x"], edges: number[], px: number[]): Ends {
  const pixel = (value: number) => {
    const inside = clamp(value, edges[0] ?? 0, edges.at(-1) ?? 1);
    const bin = clamp(bisectRight(edges, inside) - 1, 0, edges.length - 2);
    const [a = 0, b = 1] = edges.slice(bin, bin + 2);
    const [from = 0, to = 0] = px.slice(bin, bin + 2);
    return from + ((to - from) * (inside - a)) / (b - a);
  };
  return [low === null ? (px[0] ?? 0) : pixel(low), high === null ? (px.at(-1) ?? 0) : pixel(high)];
}

export function within(at: number, px: number[], reach: number): boolean {
  const [from = 0, to = 0] = [px[0], px.at(-1)];
  return at >= Math.min(from, to) - reach && at <= Math.max(from, to) + reach;
}

/** A side as it is read: its sign and its number. */
export function written({ edges, own }: MapAxis, side: Side, value: number): [string, string] {
  const is = own?.[side];
  if (is?.value !== value) return [side === 0 ? "≥" : "<", text(value, edges)];
  return [SIGNS[is.operator], is.text ?? text(value, edges)];
}

/** A side as it is spoken. */
export function told(axis: MapAxis, side: Side, value: number | null): string {
  const { name, unit } = axis;
  if (value === null) return `${name}: no ${side === 0 ? "lower" : "upper"} cut`;
  const [sign, number] = written(axis, side, value);
  return `${name} ${WORDS[sign]} ${number} ${unit}`.trim();
}

/** The edges that the sides are nearest to. */
export function places([low, high]: Box["x"], edges: number[]): Ends {
  return [
    low === null ? 0 : bisectCenter(edges, low),
    high === null ? edges.length - 1 : bisectCenter(edges, high),
  ];
}

/** The sides at other edges; one that did not move keeps its exact value, at the border it is none. */
export function stand(range: Box["x"], edges: number[], wanted: Ends): Box["x"] {
  const before = places(range, edges);
  const value = (side: Side) => {
    const place = wanted[side];
    if (place === before[side]) return range[side];
    return place === (side === 0 ? 0 : edges.length - 1) ? null : (edges[place] ?? null);
  };
  return [value(0), value(1)];
}

/** Places moved by a number of edges, within the frame and at least one bin apart. */
export function shifted(before: Ends, held: Side[], by: number, last: number): Ends {
  const [low, high] = before;
  if (held.length > 1) {
    const step = clamp(by, -low, last - high);
    return [low + step, high + step];
  }
  if (held[0] === 0) return [clamp(low + by, 0, high - 1), high];
  return [low, clamp(high + by, low + 1, last)];
}

/** The places between two edges that a box is drawn over, at least one bin. */
export function spanned(a: number, b: number, last: number): Ends {
  const low = Math.min(a, b, last - 1);
  return [low, Math.max(a, b, low + 1)];
}

/** Which side is near along one axis; a small box keeps a middle to be held by. */
export function nearSide(at: number, [low, high]: Ends, reach: number): Side[] {
  const inward = Math.min(reach, (high - low) / 3);
  const fits = SIDES.filter((side) =>
    side === 0
      ? at >= low - reach && at <= low + inward
      : at <= high + reach && at >= high - inward,
  );
  if (fits.length < 2) return fits;
  return [Math.abs(at - low) <= Math.abs(at - high) ? 0 : 1];
}

export function cursor(grip: Grip | null): string {
  if (!grip) return "";
  const [x, ...both] = grip.x;
  const [y] = grip.y;
  if (grip.draw) return "crosshair";
  if (both.length) return "move";
  if (x === undefined) return "ns-resize";
  if (y === undefined) return "ew-resize";
  return x === y ? "nesw-resize" : "nwse-resize";
}
