import { expect, test } from "vitest";
import { asimov, significance } from "../../src/shared/significance";

// s, b, sum_w2_b with sum_w2_s = 1: value, error, effective, reason of metrics/significances.py.
const FLOOR = 10;
const CASES: [number, number, number, number | null, number | null, number, string][] = [
  [10, 100, 100, 0.6901960632965306, 0.06913061927261875, 100, ""],
  [0.08, 240000, 600000000, 3.2653329595978356e-6, 2.2040966871092408e-5, 96, ""],
  [5, 50, 10, 0.6334394905887142, 0.12538465455865513, 250, ""],
  [1e-6, 1e6, 1e3, 9.995003746876064e-10, 0.0004997506037190355, 1e9, ""],
  [100, 20, 2, 13.791971032895566, 0.18737549768443681, 200, ""],
  [
    10,
    3,
    3,
    null,
    null,
    3,
    "cannot be estimated: 3 effective background events, at least 10 needed",
  ],
  [3, 0, 0, null, null, 0, "cannot be estimated: no background event is left"],
  [
    3,
    -2,
    6,
    null,
    null,
    0,
    "cannot be estimated: the background's weights do not sum to more than 0",
  ],
  [-1, 50, 1, null, null, 2500, "cannot be estimated: the signal's weights sum to less than 0"],
];

test.each(CASES)("s = %f, b = %f, b2 = %f as in Python", (s, b, b2, value, error, n, reason) => {
  const found = significance({ s, b, s2: 1, b2 }, 0, FLOOR);
  expect(found.effective).toBeCloseTo(n, 6);
  expect(found.reason).toBe(reason);
  if (value === null || error === null) expect([found.value, found.error]).toEqual([null, null]);
  else {
    expect(found.value).toBeCloseTo(value, 9);
    expect(Math.abs((found.value ?? 0) / value - 1)).toBeLessThan(1e-9);
    expect(Math.abs((found.error ?? 0) / error - 1)).toBeLessThan(1e-9);
  }
});

test("the floor is not missed by the last digits of sums", () => {
  const b2 = Array(10)
    .fill(0.1 ** 2)
    .reduce((a, b) => a + b);
  expect(1 / b2).toBeLessThan(FLOOR);
  expect(significance({ s: 1, b: 1, s2: 1, b2 }, 0, FLOOR).value).not.toBeNull();
});

test("asimov keeps its digits where s << b, and its limits", () => {
  expect(asimov(10, 100)).toBeCloseTo(0.9839916447569422, 12);
  expect(asimov(10, 100, 10)).toBeCloseTo(0.6901960632965306, 12);
  expect(asimov(1e-9, 1e3) * 1e11).toBeCloseTo(3.162277660167852, 9);
  expect(asimov(1e-9, 1e3, 5) * 1e11).toBeCloseTo(3.1234752377716, 9);
  expect([asimov(5, 0), asimov(5, 0, 1), asimov(0, 5)]).toEqual([Number.POSITIVE_INFINITY, 0, 0]);
  expect(asimov(-1, 5)).toBeNaN();
});

test("a relative uncertainty of the background adds in quadrature to its Monte-Carlo error", () => {
  const { value } = significance({ s: 10, b: 100, s2: 1, b2: 36 }, 0.08, FLOOR);
  expect(value).toBeCloseTo(asimov(10, 100, 10), 12);
});
