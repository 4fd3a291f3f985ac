import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { drawing } from "../pen";
import { Stage } from "../stage";

let stage: Stage;

beforeEach(async () => {
  vi.useFakeTimers();
  stage = new Stage();
  await vi.advanceTimersByTimeAsync(50);
});
afterEach(() => {
  stage.dispose();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Lines around the samples of the first histogram: a stack has none. */
const lines = () =>
  drawing(stage.root.querySelector(".hml-sheet")).stroked.filter(
    ({ corners }) => corners.length > 20,
  ).length;

test("a window moves both thresholds and commits them at once", async () => {
  stage.toys.set("fatjet0.mass", "high", 110);
  stage.live.update(stage.toys.state());
  await vi.advanceTimersByTimeAsync(50);
  stage.keys("fatjet0.mass: move the window", "PageUp", "Enter");
  expect(stage.committed).toEqual([
    [
      "set",
      {
        dataset: "dataset",
        moves: [
          { observable: "fatjet0.mass", side: "low", value: 80 },
          { observable: "fatjet0.mass", side: "high", value: 120 },
        ],
      },
    ],
  ]);
  expect(stage.cells.at(-1)).toBe("asking");
  expect(stage.spoken("fatjet0.mass: keep what is below")).toMatch(/^fatjet0.mass below 120 GeV/);
});

test("what was put stays until the kernel has it, and goes back when it refuses", async () => {
  stage.keys("met: keep what is above", "PageUp", "Enter");
  expect(stage.spoken("met: keep what is above")).toMatch(/^met above 30 GeV, [\d,]+ of 2,000/);
  // Another observable's numbers would not hold this cut.
  stage.keys("fatjet0.pt: keep what is above", "PageUp");
  const card = stage.root.querySelector('[aria-label="fatjet0.pt"]');
  expect(card?.querySelector(".hml-note")?.textContent).toMatch(/follow when the kernel is free/);
  stage.keys("fatjet0.pt: keep what is above", "Escape");
  expect(stage.spoken("met: keep what is above")).toMatch(/^met above 30 GeV/);
  stage.settle("the study is locked");
  await vi.advanceTimersByTimeAsync(1);
  expect(stage.spoken("met: keep what is above")).toBe("met: no lower threshold");
  expect(stage.root.querySelector(".hml-complaint")?.textContent).toBe("the study is locked");
});

test("a new state takes the place of what was put", async () => {
  stage.keys("met: keep what is above", "PageUp", "Enter");
  stage.toys.set("met", "low", 30);
  stage.live.update(stage.toys.state());
  stage.settle(null);
  await vi.advanceTimersByTimeAsync(50);
  expect(stage.spoken("met: keep what is above")).toMatch(/^met above 30 GeV/);
  expect(stage.live.board.held).toBeNull();
  expect(stage.cells.at(-1)).toBe(stage.toys.code());
});

test("back to the end takes a threshold away, and its row with it", () => {
  stage.keys("fatjet0.mass: keep what is above", "Home");
  const rows = [...stage.root.querySelectorAll<HTMLElement>(".hml-cutflow tbody tr")];
  const labels = rows.filter((row) => !row.hidden).map((row) => row.firstChild?.textContent);
  expect(labels).toEqual(["generated", "fatjet.size > 0", "fatjet0.tau21 < 0.52"]);
  stage.keys("fatjet0.mass: keep what is above", "Enter");
  expect(stage.committed.at(-1)?.[1].moves).toEqual([
    { observable: "fatjet0.mass", side: "low", value: null },
  ]);
});

test("looks are drawn at once and committed as the whole layout", () => {
  stage.press("stacked");
  stage.press("log y");
  expect(stage.committed.map(([action]) => action)).toEqual(["layout", "layout"]);
  expect(stage.committed.at(-1)?.[1]).toMatchObject({
    observables: stage.toys.shown,
    bins: {},
    ranges: {},
    how: "stacked",
    below: "significance",
    log: true,
    snap: false,
    maps: [],
  });
  expect(lines()).toBe(0);
});

test("a look that waits for the kernel outlives older states", () => {
  stage.press("stacked");
  stage.live.update(stage.toys.state());
  stage.press("log y");
  expect(stage.committed.at(-1)?.[1]).toMatchObject({ how: "stacked", log: true });
  expect(lines()).toBe(0);
});

test("exact thresholds are typed, the best ones found and taken by a button", async () => {
  const input = stage.root.querySelector<HTMLInputElement>('[aria-label="fatjet0.mass above"]');
  if (!input) throw new Error("no input");
  expect(input.value).toBe("70");
  input.value = "x";
  input.dispatchEvent(new Event("change"));
  expect(input.getAttribute("aria-invalid")).toBe("true");
  input.value = "72.4";
  input.dispatchEvent(new Event("change"));
  expect(stage.committed.at(-1)?.[1].moves).toEqual([
    { observable: "fatjet0.mass", side: "low", value: 72.4 },
  ]);
  stage.press("lower");
  await vi.advanceTimersByTimeAsync(5);
  expect(stage.root.querySelector(".hml-exact .hml-hint")?.textContent).toMatch(/^Z .* at ≥/);
  stage.press("use it");
  expect(stage.committed.at(-1)?.[1].moves).toEqual([
    {
      observable: "fatjet0.mass",
      side: "low",
      value: stage.toys.find("fatjet0.mass", "low")?.value,
    },
  ]);
});

test("a 2-D view is counted by the kernel and commits what changed of its box", async () => {
  stage.toys.maps = [["fatjet0.mass", "met"]];
  stage.toys.version += 1;
  stage.live.update(stage.toys.state());
  await vi.advanceTimersByTimeAsync(50);
  const map = stage.root.querySelector('[aria-label="met against fatjet0.mass"]');
  expect(map?.querySelectorAll("[role=slider]")).toHaveLength(4);
  const slider = [...(map?.querySelectorAll("[role=slider]") ?? [])].at(2);
  for (const key of ["PageUp", "Enter"])
    slider?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const [action, { moves }] = stage.committed.at(-1) ?? ["", { moves: [] }];
  expect(action).toBe("set");
  expect(moves).toEqual([{ observable: "met", side: "low", value: expect.any(Number) }]);
});

test("without cross sections there are counts, no significance", async () => {
  stage.live.update({ ...stage.toys.state(), version: 99, luminosity: null });
  await vi.advanceTimersByTimeAsync(50);
  expect(stage.root.querySelector(".hml-measures")?.textContent).toMatch(
    /counts and efficiencies only/,
  );
  expect(lines()).toBeGreaterThan(0);
});

test("a board without histograms says how to get one", () => {
  const said = () => stage.live.main.find((node) => node.textContent?.startsWith("No histogram"));
  expect(said()?.hidden).toBe(true);
  stage.live.update({ ...stage.toys.state(), version: 98, views: [] });
  expect(said()?.hidden).toBe(false);
  expect(stage.root.querySelectorAll(".hml-card")).toHaveLength(0);
});

test("counts for other places than those of the handles are not used", async () => {
  const state = stage.toys.state();
  const views = state.views.map((view) =>
    view.name === "met" ? { ...view, places: view.places.map((x) => x + 0.5) } : view,
  );
  stage.live.update({ ...state, counted: "97", views });
  await vi.advanceTimersByTimeAsync(50);
  expect(stage.root.querySelector(".hml-complaint")?.textContent).toBe(
    "met cannot be dragged: its counts are for other places",
  );
  expect(stage.live.board.index("met")).toBeNull();
  expect(stage.live.board.index("fatjet0.mass")).not.toBeNull();
});

test("a list that is changed keeps the thresholds that wait", () => {
  stage.keys("met: keep what is above", "PageUp", "Enter");
  stage.find(".hml-cuts input[type=checkbox]").click();
  expect(stage.committed.at(-1)).toEqual([
    "cuts",
    {
      dataset: "dataset",
      cuts: [
        ["fatjet0.mass >= 70", false],
        ["fatjet0.tau21 < 0.52", true],
        ["met >= 30.0", true],
      ],
    },
  ]);
});

test("a commit goes out before the indexes that its drag has held up", async () => {
  stage.toys.version += 1;
  stage.live.update(stage.toys.state());
  stage.asked.length = 0;
  stage.keys("met: keep what is above", "PageUp");
  await vi.advanceTimersByTimeAsync(10);
  stage.keys("met: keep what is above", "Enter");
  await vi.advanceTimersByTimeAsync(10);
  expect(stage.asked[0]).toBe("commit set");
});

test("another look or luminosity counts nothing anew", () => {
  const { live, toys } = stage;
  const index = live.board.index("met");
  expect(index).not.toBeNull();
  live.update({ ...toys.state(), version: 50, luminosity: 10, scale: 10_000 });
  expect(live.board.index("met")).toBe(index);
  live.update({ ...toys.state(), version: 51, counted: "other" });
  expect(live.board.index("met")).toBeNull();
});
