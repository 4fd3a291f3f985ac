import { expect, test } from "vitest";
import { Cutflow } from "../../src/pieces/cutflow";
import type { FlowRow, Sample } from "../../src/shared/boardstate";

const SAMPLES: Sample[] = [
  { name: "zz", kind: "signal", n: 5 },
  { name: "data", kind: "data", n: 9 },
];
const ROWS: FlowRow[] = [
  { label: "generated", events: [2000, null], sums: [0.5, null], squares: [1e-4, null] },
  { label: "require", events: [1000, 9], sums: [0.25, 9], squares: [4e-5, 9] },
  { label: "met >= 1", events: [333, 3], sums: [0.1, 3], squares: [1e-5, 3] },
];
const shown = (flow: Cutflow) =>
  [...flow.root.querySelectorAll<HTMLElement>("tbody tr")]
    .filter((row) => !row.hidden)
    .map((row) => [...row.children].map((cell) => cell.textContent));
function choose(flow: Cutflow, text: string): void {
  const button = [...flow.root.querySelectorAll("button")].find((one) => one.textContent === text);
  button?.click();
  expect(button?.getAttribute("aria-pressed")).toBe("true");
}

test("events, expected events with their errors, absolute and relative efficiencies", () => {
  const flow = new Cutflow();
  flow.draw(ROWS, SAMPLES, 1000);
  expect(shown(flow)).toEqual([
    ["generated", "2\u202f000", "–"],
    ["require", "1\u202f000", "9"],
    ["met >= 1", "333", "3"],
  ]);
  choose(flow, "expected");
  expect(shown(flow).at(-1)).toEqual(["met >= 1", "100.0± 3.2", "3"]);
  choose(flow, "absolute");
  expect(shown(flow).map((row) => row.slice(1))).toEqual([
    ["1", "–"],
    ["0.5", "–"],
    ["0.2", "–"],
  ]);
  choose(flow, "relative");
  expect(shown(flow).map((row) => row.slice(1))).toEqual([
    ["–", "–"],
    ["0.5", "–"],
    ["0.4", "0.333"],
  ]);
});

test("rows are written over in place, and those that are left over are hidden", () => {
  const flow = new Cutflow();
  flow.draw(ROWS, SAMPLES, 1000);
  const cell = flow.root.querySelectorAll("tbody td")[4];
  const changed = { ...ROWS[2], label: "met >= 2", events: [40, 1] } as FlowRow;
  flow.draw([...ROWS.slice(0, 2), changed], SAMPLES, 1000);
  expect(cell?.textContent).toBe("40");
  expect(flow.root.querySelectorAll("tbody td")[4]).toBe(cell);
  flow.draw(ROWS.slice(0, 2), SAMPLES, 1000);
  expect(shown(flow)).toHaveLength(2);
});

test("without cross sections nobody offers expected events", () => {
  const flow = new Cutflow();
  flow.draw(ROWS, SAMPLES, 0);
  const expected = [...flow.root.querySelectorAll("button")].find(
    (b) => b.textContent === "expected",
  );
  expect(expected?.hidden).toBe(true);
});

test("rows have headings, and each board chooses for itself what it shows", () => {
  const [one, other] = [new Cutflow(), new Cutflow()];
  for (const flow of [one, other]) flow.draw(ROWS, SAMPLES, 1000);
  choose(one, "absolute");
  other.draw(ROWS, SAMPLES, 1000);
  const pressed = (flow: Cutflow) => flow.root.querySelector("[aria-pressed=true]")?.textContent;
  expect([pressed(one), pressed(other)]).toEqual(["absolute", "events"]);
  const headings = [...one.root.querySelectorAll("tbody th[scope=row]")];
  expect(headings.map((each) => each.textContent)).toEqual(["generated", "require", "met >= 1"]);
});

test("where scores are cut on, it says which events count", () => {
  const flow = new Cutflow();
  const note = flow.root.querySelector<HTMLElement>(".hml-hint");
  flow.draw(ROWS, SAMPLES, 1000);
  expect(note?.hidden).toBe(true);
  const row = {
    label: "test events",
    events: [200, null],
    sums: [0.25, null],
    squares: [2e-4, null],
  };
  flow.draw([...ROWS.slice(0, 2), row], SAMPLES, 1000);
  expect(note?.hidden).toBe(false);
  expect(note?.textContent).toContain("scaled up");
});
