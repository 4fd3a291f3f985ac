// The thresholds of a box in words: outside of it where there is room, inside where they fit, else beyond its other side.
import { s } from "../shared/dom";
import { clamp, type Ends, type Side } from "./box";

/** Of one direction, in pixels that grow: the sides, and the ends of the frame. */
interface Span {
  ends: Ends;
  frame: Ends;
}
interface Spot {
  /** Where, along the direction, and whether the words stand before it. */
  at: number;
  before: boolean;
  beyond: boolean;
}

const GLYPH = 6.2;
const GAP = 8;
const LINE = 14;

/** Along one direction, `need` pixels of it; `fits`: the box is as large as the words across. */
export function spot(lower: boolean, { ends, frame }: Span, need: number, fits: boolean): Spot {
  const [low, high] = ends;
  const [before, after] = [low - frame[0] >= need, frame[1] - high >= need];
  const at = lower ? low : high;
  if (lower ? before : after) return { at, before: lower, beyond: false };
  const other = lower ? after : before;
  if ((fits && high - low >= need) || !other) return { at, before: !lower, beyond: false };
  return { at: lower ? high : low, before: !lower, beyond: true };
}

/** Words beside an upright side. */
export function beside(words: string, side: Side, x: Span, y: Span): SVGTextElement {
  const need = GLYPH * words.length + GAP;
  const tall = y.ends[1] - y.ends[0];
  const { at, before, beyond } = spot(side === 0, x, need, tall >= LINE + GAP);
  const over = clamp((y.ends[0] + y.ends[1]) / 2, ...y.frame);
  // Beyond the other side it stands above the words of that one.
  const lift = beyond ? LINE : 0;
  const anchor = before ? "end" : "start";
  return s(
    "text",
    { x: at + (before ? -GAP : GAP), y: over + 4 - lift, "text-anchor": anchor },
    words,
  );
}

/** Words below or above a level side; heights grow downwards, the lower side is the second end. */
export function above(words: string, side: Side, x: Span, y: Span): SVGTextElement {
  const half = (GLYPH * words.length) / 2;
  const wide = x.ends[1] - x.ends[0];
  const { at, before, beyond } = spot(side === 1, y, LINE + GAP, wide >= 2 * (half + GAP));
  const middle = (x.ends[0] + x.ends[1]) / 2;
  const over = clamp(middle, x.frame[0] + half, x.frame[1] - half);
  const lift = (before ? -1 : 1) * (beyond ? LINE : 0);
  return s("text", { x: over, y: at + (before ? -9 : 17) + lift, "text-anchor": "middle" }, words);
}
