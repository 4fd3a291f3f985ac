import { expect, test } from "vitest";
import type { BoardCut } from "../../src/shared/boardstate";
import { Pending } from "../../src/widgets/pending";

const cut = (text: string, side: "low" | "high", on = true): BoardCut => ({
  text,
  on,
  observable: "met",
  side,
  value: Number(text.split(" ").at(-1)),
});
const CUTS = [cut("met >= 30", "low"), cut("met < 90", "high"), cut("met >= 50", "low", false)];
const on = (text: string, is = true) => ({ text, on: is });
const LIST = CUTS.map(({ text, on: is }) => on(text, is));

test("the last commit of a threshold counts, until it is done", () => {
  const pending = new Pending();
  const first = [{ observable: "met", side: "low" as const, value: 60 }];
  const second = [{ observable: "met", side: "low" as const, value: null }];
  pending.add(first);
  pending.add(second);
  expect(pending.of("met", "low")).toBe(second[0]);
  expect(pending.of("met", "high")).toBeUndefined();
  pending.done(second);
  expect(pending.shifts).toEqual(first);
  pending.clear();
  expect(pending.shifts).toEqual([]);
});

test("a list has the thresholds that wait where their cuts stand, or at the end", () => {
  const pending = new Pending();
  pending.add([
    { observable: "met", side: "low", value: 60 },
    { observable: "met", side: "high", value: null },
    { observable: "ht", side: "high", value: 2.5 },
  ]);
  expect(pending.over(LIST, CUTS)).toEqual([
    on("met >= 60.0"),
    on("met >= 50", false),
    on("ht < 2.5"),
  ]);
});

test("a cut that was switched off, taken away or written anew meanwhile stays so", () => {
  const pending = new Pending();
  pending.add([{ observable: "met", side: "low", value: 60 }]);
  expect(pending.over([on("met >= 30", false)], CUTS)).toEqual([on("met >= 60.0", false)]);
  expect(pending.over([on("met < 90")], CUTS)).toEqual([on("met < 90")]);
  expect(pending.over([on("met > 40")], CUTS)).toEqual([on("met > 40")]);
});
