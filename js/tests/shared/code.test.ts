import { expect, test } from "vitest";
import { callOf, oneLine } from "../../src/shared/code";

const CELL =
  'zz = hml.generate(\n    "p p > z z",\n    settings={"ptj": 200},\n    seed=42,\n)\nzz';

test("a broken call is joined, its last line kept or left out", () => {
  expect(oneLine(CELL)).toBe('zz = hml.generate("p p > z z", settings={"ptj": 200}, seed=42)\nzz');
  expect(callOf(CELL)).toBe('zz = hml.generate("p p > z z", settings={"ptj": 200}, seed=42)');
  expect(callOf("hml.compare([bdt])")).toBe("hml.compare([bdt])");
});
