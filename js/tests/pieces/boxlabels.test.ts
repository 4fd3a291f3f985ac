import { expect, test } from "vitest";
import { above, beside, spot } from "../../src/pieces/boxlabels";

const FRAME: [number, number] = [40, 240];
const span = (low: number, high: number) => ({
  ends: [low, high] as [number, number],
  frame: FRAME,
});
const at = (node: Element) => [
  Number(node.getAttribute("x")),
  Number(node.getAttribute("y")),
  node.getAttribute("text-anchor"),
];

test("words stand outside, inside where there is no room, beyond where they do not fit", () => {
  expect(spot(true, span(120, 160), 50, true)).toEqual({ at: 120, before: true, beyond: false });
  expect(spot(false, span(120, 160), 50, true)).toEqual({ at: 160, before: false, beyond: false });
  expect(spot(true, span(60, 160), 50, true)).toEqual({ at: 60, before: false, beyond: false });
  expect(spot(true, span(60, 80), 50, true)).toEqual({ at: 80, before: false, beyond: true });
  expect(spot(false, span(200, 220), 50, true)).toEqual({ at: 200, before: true, beyond: true });
  // No room at all: inside, where nothing is cut off.
  expect(spot(true, span(60, 230), 180, true)).toEqual({ at: 60, before: false, beyond: false });
});

test("beside a small box at the left border both stand on its right, one above the other", () => {
  const y = span(100, 120);
  expect(at(beside("≥ 50.0", 0, span(44, 64), y))).toEqual([72, 100, "start"]);
  expect(at(beside("< 60.0", 1, span(44, 64), y))).toEqual([72, 114, "start"]);
});

test("above a narrow box at the bottom both stand, one above the other", () => {
  const [x, y] = [span(100, 110), span(200, 236)];
  expect(at(above("≥ 0.02", 0, x, y))).toEqual([105, 177, "middle"]);
  expect(at(above("< 0.2", 1, x, y))).toEqual([105, 191, "middle"]);
  expect(at(above("≥ 0.02", 0, span(100, 200), y))[1]).toBe(227);
});

test("words stay within the frame", () => {
  expect(at(above("< 0.2", 1, span(40, 44), span(100, 200)))[0]).toBeGreaterThan(50);
});
