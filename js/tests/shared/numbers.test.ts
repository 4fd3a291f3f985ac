import { expect, test } from "vitest";
import { count, efficiency, number, withError } from "../../src/shared/numbers";

// What hml_jupyter/display/numbers.py says of the same numbers.
const NUMBERS: [number, string, string, string][] = [
  [0.25312345, "0.2531", "0.253", "0.253"],
  [56849.0, "56850", "56800", "56800"],
  [1.234e-5, "1.234 × 10⁻⁵", "1.23 × 10⁻⁵", "1.23 × 10⁻⁵"],
  [0, "0", "0", "0"],
  [1000, "1000", "1000", "1000"],
  [99999.6, "100000", "100000", "100000"],
  [100000, "1 × 10⁵", "1 × 10⁵", "1 × 10⁵"],
  [0.001, "0.001", "0.001", "0.001"],
  [0.00099999, "10 × 10⁻⁴", "10 × 10⁻⁴", "10 × 10⁻⁴"],
  [12345.5, "12350", "12300", "12300"],
  [-3.1411, "-3.141", "-3.14", "-3.14"],
  [1e-30, "1 × 10⁻³⁰", "1 × 10⁻³⁰", "1 × 10⁻³⁰"],
  [7e22, "7 × 10²²", "7 × 10²²", "7 × 10²²"],
  [1234.5, "1234", "1230", "1230"],
  [9999.5, "10000", "10000", "10000"],
];
const ERRORS: [number, number, string][] = [
  [1.96123, 0.0123, "1.961 ± 0.012"],
  [86.21, 9.1, "86 ± 9"],
  [61234.0, 456.0, "61200 ± 500"],
  [7.2123e8, 1.2e6, "(7.212 ± 0.012) × 10⁸"],
  [0.00077034, 0.0000012, "(7.703 ± 0.012) × 10⁻⁴"],
  [2.0, 0.0, "2"],
  [41.2, 0.95, "41.2 ± 0.9"],
  [0, 0.3, "0.00 ± 0.30"],
  [-12.5, 3.55, "-12 ± 4"],
  [-12.5, 3.54, "-12.5 ± 3.5"],
  [240000, 30000, "(2.40 ± 0.30) × 10⁵"],
  [12.5, 350, "10 ± 350"],
  [0.5, 5.5, "0 ± 6"],
];

test.each(NUMBERS)("%f reads as Python writes it", (value, four, three, share) => {
  expect([number(value), number(value, 3), efficiency(value)]).toEqual([four, three, share]);
});

test.each(ERRORS)("%f ± %f reads as Python writes it", (value, error, text) => {
  expect(withError(value, error)).toBe(text);
});

test("shares of the same weights in another order read the same", () => {
  expect(efficiency(0.16649999999999998)).toBe(efficiency(333 / 2000));
});

test("what there is not is a dash", () => {
  expect([number(null), number(Number.NaN), withError(null, 1), efficiency(null)]).toEqual(
    Array(4).fill("–"),
  );
});

test("thousands are set apart", () => {
  expect([count(999), count(10_000), count(1_234_567)]).toEqual([
    "999",
    "10\u202f000",
    "1\u202f234\u202f567",
  ]);
});
