import { expect, test } from "vitest";
import { Measures } from "../../src/pieces/measures";

const cells = (measures: Measures) =>
  [...measures.root.querySelectorAll("dd")].map((cell) => cell.textContent);
const find = (measures: Measures, what: string) =>
  measures.root.querySelector<HTMLElement>(what) as HTMLElement;

test("the number stands large, its error beside it, the rows below", () => {
  const measures = new Measures();
  const rows = [
    { label: "s", text: "41.2 ± 1.3" },
    { label: "b", text: "240 000 ± 13 000", title: "expected background events" },
  ];
  measures.draw({ text: "0.083 ± 0.006", reason: "" }, rows);
  expect(find(measures, ".hml-big").textContent).toBe("0.083");
  expect(find(measures, ".hml-figure").textContent).toBe("0.083± 0.006");
  expect(find(measures, ".hml-warn").hidden).toBe(true);
  expect(cells(measures)).toEqual(["41.2 ± 1.3", "240 000 ± 13 000"]);
  expect(measures.root.querySelectorAll("dt")[1]?.parentElement?.title).toBe(
    "expected background events",
  );
});

test("where there is no number, the reason is said", () => {
  const measures = new Measures();
  measures.draw({ text: "", reason: "4 effective background events are left: 10 are needed" }, []);
  expect(find(measures, ".hml-big").hidden).toBe(true);
  expect(find(measures, ".hml-warn").hidden).toBe(false);
  expect(find(measures, ".hml-warn").textContent).toMatch(/^4 effective/);
  measures.draw({ text: "0.1", reason: "" }, []);
  expect(find(measures, ".hml-figure").textContent).toBe("0.1");
});

test("numbers are written over in place; other rows are built anew", () => {
  const measures = new Measures();
  const nothing = { text: "", reason: "" };
  measures.draw(nothing, [{ label: "s", text: "1" }]);
  const cell = find(measures, "dd");
  measures.draw(nothing, [{ label: "s", text: "2" }]);
  expect(find(measures, "dd")).toBe(cell);
  expect(cell.textContent).toBe("2");
  measures.draw(nothing, [
    { label: "b", text: "<i>3</i>" },
    { label: "Z", text: "4" },
  ]);
  expect(cells(measures)).toEqual(["<i>3</i>", "4"]);
  expect(measures.root.querySelector("i")).toBeNull();
});
