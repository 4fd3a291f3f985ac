import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Stage } from "../stage";

const LOW = "met: keep what is above";
const HIGH = "met: keep what is below";
let stage: Stage;

beforeEach(async () => {
  vi.useFakeTimers();
  stage = new Stage(["fatjet0.mass", "met"]);
  await vi.advanceTimersByTimeAsync(50);
});
afterEach(() => {
  stage.dispose();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("what is committed is what differs from what waits, and what waits goes along", async () => {
  stage.toys.set("met", "low", 30);
  stage.toys.set("met", "high", 120);
  await stage.told();
  stage.keys(LOW, "PageUp", "Enter");
  stage.keys("met: move the window", "PageDown", "Enter");
  expect(stage.moves).toEqual([
    [{ observable: "met", side: "low", value: 60 }],
    [
      { observable: "met", side: "low", value: 30 },
      { observable: "met", side: "high", value: 90 },
    ],
  ]);
  expect(stage.spoken(LOW)).toMatch(/^met above 30 GeV/);
  expect(stage.spoken(HIGH)).toMatch(/^met below 90 GeV/);
});

test("back while the kernel is busy takes the threshold away", () => {
  stage.keys(LOW, "PageUp", "Enter");
  stage.keys(LOW, "PageDown", "Enter");
  expect(stage.moves.at(-1)).toEqual([{ observable: "met", side: "low", value: null }]);
  expect(stage.spoken(LOW)).toBe("met: no lower threshold");
});

test("the end of an older commit leaves the numbers of a newer one", async () => {
  stage.keys(LOW, "PageUp", "Enter");
  stage.keys(LOW, "PageUp", "Enter");
  const dragged = stage.flow();
  await stage.settle(null, 0);
  expect(stage.spoken(LOW)).toMatch(/^met above 60 GeV/);
  expect(stage.flow()).toEqual(dragged);
  await stage.settle("refused", 1);
  expect(stage.spoken(LOW)).toBe("met: no lower threshold");
  expect(stage.flow()).not.toEqual(dragged);
});

test("a typed value waits at its own place", async () => {
  stage.live.board.select("met");
  stage.type("met above", "60.3");
  expect(stage.spoken(LOW)).toMatch(/^met above 60.3 GeV/);
  stage.keys(HIGH, "PageDown", "Enter");
  expect(stage.moves.at(-1)).toEqual([
    { observable: "met", side: "low", value: 60.3 },
    { observable: "met", side: "high", value: 570 },
  ]);
  // Its numbers are not known, those of the others do not hold it.
  expect(stage.live.board.stale("fatjet0.mass")).toBe(true);
  await stage.settle("refused", 1);
  await stage.settle("refused", 0);
  expect(stage.spoken(LOW)).toBe("met: no lower threshold");
});

test("signal alone is drawn, dragged and counted, without a number that is none", async () => {
  stage.dispose();
  stage = new Stage(["fatjet0.mass", "met"], "alone");
  stage.toys.maps = [["fatjet0.mass", "met"]];
  for (const below of ["significance", "ratio", "none"] as const)
    for (const how of ["normalised", "stacked", "overlaid"] as const) {
      stage.toys.layout = { ...stage.toys.layout, below, how };
      stage.toys.version += 1;
      await stage.told();
      expect(stage.root.innerHTML).not.toMatch(/NaN|Infinity|undefined/);
      const drawn = [...stage.root.querySelectorAll(".hml-card:not(.hml-mapcard) svg.hml-absent")];
      expect(drawn).toHaveLength(2);
    }
  stage.keys(LOW, "PageUp", "PageUp", "Enter");
  expect(stage.root.innerHTML).not.toMatch(/NaN|Infinity|undefined/);
  const { places } = stage.toys.columns.find(({ name }) => name === "met") ?? { places: [] };
  stage.toys.set("met", "low", places[20] ?? 0);
  const left = stage.toys.cutflow().at(-1)?.events[0] ?? 0;
  expect(left).toBeGreaterThan(0);
  expect(stage.flow().at(-1)?.at(-1)).toBe(
    String(left).replace(/(?=\d{3}$)/, left > 999 ? "\u202f" : ""),
  );
  expect(stage.find(".hml-measures").textContent).toContain("There is no background");
  expect(stage.find<HTMLElement>('[aria-label="below each histogram"]').hidden).toBe(true);
  expect(stage.root.querySelector('[data-key^="best-"]')).toBeNull();
  const map = stage.find<HTMLSelectElement>(".hml-mapcard select");
  expect(map.hidden).toBe(true);
  expect([...map.options].map(({ value }) => value)).toEqual(["both", "signal"]);
});
