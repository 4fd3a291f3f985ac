import { expect, test } from "vitest";
import {
  ends,
  nearSide,
  places,
  shifted,
  spanned,
  stand,
  text,
  within,
  written,
} from "../../src/pieces/box";

const EDGES = [0, 10, 20, 30, 40];
const PIXELS = [100, 120, 140, 160, 180];

test("sides stand in pixels where their numbers are, without one at the border", () => {
  expect(ends([5, null], EDGES, PIXELS)).toEqual([110, 180]);
  expect(places([12, null], EDGES)).toEqual([1, 4]);
});

test("a number is in full where that is short, otherwise it is told from its neighbours", () => {
  expect([0.74375, 0.2496, 0.6000000000000001].map((value) => text(value, EDGES))).toEqual([
    "0.74375",
    "0.2496",
    "0.6",
  ]);
  expect(text(12.3456789012, EDGES)).toBe("12");
  const late = [1.7e9, 1.7e9 + 0.25, 1.7e9 + 0.5];
  expect(late.map((value) => text(value, late))).toEqual([
    "1700000000",
    "1700000000.25",
    "1700000000.5",
  ]);
});

test("a strict threshold whose text is not known has its sign", () => {
  const axis = { name: "met", unit: "GeV", edges: EDGES };
  const own = { value: 50.00000000000001, operator: ">" } as const;
  expect(written({ ...axis, own: [own, null] }, 0, own.value)).toEqual([">", "50"]);
  expect(written({ ...axis, own: [own, null] }, 0, 20)).toEqual(["≥", "20"]);
});

test("a side that did not move keeps its exact value, one at the border is none", () => {
  expect(stand([12, null], EDGES, [1, 3])).toEqual([12, 30]);
  expect(stand([12, 30], EDGES, [0, 4])).toEqual([null, null]);
});

test("sides stay a bin apart and within the frame", () => {
  expect(shifted([1, 2], [0], 5, 4)).toEqual([1, 2]);
  expect(shifted([1, 3], [0, 1], 5, 4)).toEqual([2, 4]);
  expect(spanned(4, 4, 4)).toEqual([3, 4]);
});

test("the nearer side is taken, and a small box keeps a middle to be held by", () => {
  expect(nearSide(105, [100, 180], 12)).toEqual([0]);
  expect(nearSide(140, [100, 180], 12)).toEqual([]);
  expect(nearSide(103, [100, 106], 12)).toEqual([]);
});

test("what is a little beside is within reach, in pixels that grow downwards too", () => {
  expect([88, 192, 87, 193].map((at) => within(at, PIXELS, 12))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(within(105, [180, 110], 12)).toBe(true);
});
