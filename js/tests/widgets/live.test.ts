import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Host } from "../../src/widgets/host";
import { Live } from "../../src/widgets/live";
import type { ToyBoard } from "../harness/board";
import { toyBoard } from "../harness/saved";
import { drawing } from "../pen";

let toys: ToyBoard;
let live: Live;
let root: HTMLElement;
let committed: [string, Record<string, unknown>][];
let settle: (error: string | null) => void;
let cells: (string | null)[];

beforeEach(async () => {
  vi.useFakeTimers();
  toys = toyBoard();
  committed = [];
  cells = [];
  const host: Host = {
    still: false,
    locked: "",
    request: async (action, values) => {
      const [value, buffers] =
        action === "index"
          ? toys.index(String(values.observable))
          : action === "box"
            ? [values, [toys.box(String(values.x), String(values.y))]]
            : [toys.find(String(values.observable), values.side as "low"), []];
      return { value: value as never, buffers: buffers as DataView[] };
    },
    commit: (action, values) => {
      committed.push([action, values]);
      return new Promise((resolve) => {
        settle = (error) => resolve({ error });
      });
    },
    cell: (code) => cells.push(code),
    asking: () => cells.push("asking"),
  };
  live = new Live(host);
  root = document.body.appendChild(document.createElement("div"));
  root.append(...live.main, ...live.side);
  live.update(toys.state());
  live.shown();
  await vi.advanceTimersByTimeAsync(50);
});
afterEach(() => {
  live.dispose();
  root.remove();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Lines around the samples of the first histogram: a stack has none. */
const lines = () =>
  drawing(root.querySelector(".hml-sheet")).stroked.filter(({ corners }) => corners.length > 20)
    .length;
const handle = (label: string) =>
  root.querySelector<HTMLElement>(`[role=slider][aria-label="${label}"]`);
function keys(label: string, ...names: string[]): void {
  for (const key of names)
    handle(label)?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}
const spoken = (label: string) => handle(label)?.getAttribute("aria-valuetext");
const press = (text: string) =>
  [...root.querySelectorAll("button")].find((one) => one.textContent === text)?.click();

test("a window moves both thresholds and commits them at once", async () => {
  toys.set("fatjet0.mass", "high", 110);
  live.update(toys.state());
  await vi.advanceTimersByTimeAsync(50);
  keys("fatjet0.mass: move the window", "PageUp", "Enter");
  expect(committed).toEqual([
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
  expect(cells.at(-1)).toBe("asking");
  expect(spoken("fatjet0.mass: keep what is below")).toMatch(/^fatjet0.mass below 120 GeV/);
});

test("what was put stays until the kernel has it, and goes back when it refuses", async () => {
  keys("met: keep what is above", "PageUp", "Enter");
  expect(spoken("met: keep what is above")).toMatch(/^met above 30 GeV, [\d,]+ of 2,000/);
  // Another observable's numbers would not hold this cut.
  keys("fatjet0.pt: keep what is above", "PageUp");
  const card = root.querySelector('[aria-label="fatjet0.pt"]');
  expect(card?.querySelector(".hml-note")?.textContent).toMatch(/follow when the kernel is free/);
  keys("fatjet0.pt: keep what is above", "Escape");
  expect(spoken("met: keep what is above")).toMatch(/^met above 30 GeV/);
  settle("the study is locked");
  await vi.advanceTimersByTimeAsync(1);
  expect(spoken("met: keep what is above")).toBe("met: no lower threshold");
  expect(root.querySelector(".hml-complaint")?.textContent).toBe("the study is locked");
});

test("a new state takes the place of what was put", async () => {
  keys("met: keep what is above", "PageUp", "Enter");
  toys.set("met", "low", 30);
  live.update(toys.state());
  settle(null);
  await vi.advanceTimersByTimeAsync(50);
  expect(spoken("met: keep what is above")).toMatch(/^met above 30 GeV/);
  expect(live.board.held).toBeNull();
  expect(cells.at(-1)).toBe(toys.code());
});

test("back to the end takes a threshold away, and its row with it", () => {
  keys("fatjet0.mass: keep what is above", "Home");
  const rows = [...root.querySelectorAll<HTMLElement>(".hml-cutflow tbody tr")];
  const labels = rows.filter((row) => !row.hidden).map((row) => row.firstChild?.textContent);
  expect(labels).toEqual(["generated", "fatjet.size > 0", "fatjet0.tau21 < 0.52"]);
  keys("fatjet0.mass: keep what is above", "Enter");
  expect(committed.at(-1)?.[1].moves).toEqual([
    { observable: "fatjet0.mass", side: "low", value: null },
  ]);
});

test("looks are drawn at once and committed as the whole layout", () => {
  press("stacked");
  press("log y");
  expect(committed.map(([action]) => action)).toEqual(["layout", "layout"]);
  expect(committed.at(-1)?.[1]).toMatchObject({
    observables: toys.shown,
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
  press("stacked");
  live.update(toys.state());
  press("log y");
  expect(committed.at(-1)?.[1]).toMatchObject({ how: "stacked", log: true });
  expect(lines()).toBe(0);
});

test("exact thresholds are typed, the best ones found and taken by a button", async () => {
  const input = root.querySelector<HTMLInputElement>('[aria-label="fatjet0.mass above"]');
  if (!input) throw new Error("no input");
  expect(input.value).toBe("70");
  input.value = "x";
  input.dispatchEvent(new Event("change"));
  expect(input.getAttribute("aria-invalid")).toBe("true");
  input.value = "72,4";
  input.dispatchEvent(new Event("change"));
  expect(committed.at(-1)?.[1].moves).toEqual([
    { observable: "fatjet0.mass", side: "low", value: 72.4 },
  ]);
  press("lower");
  await vi.advanceTimersByTimeAsync(5);
  expect(root.querySelector(".hml-exact .hml-hint")?.textContent).toMatch(/^Z .* at ≥/);
  press("use it");
  expect(committed.at(-1)?.[1].moves).toEqual([
    { observable: "fatjet0.mass", side: "low", value: toys.find("fatjet0.mass", "low")?.value },
  ]);
});

test("a 2-D view is counted by the kernel and commits what changed of its box", async () => {
  toys.maps = [["fatjet0.mass", "met"]];
  toys.version += 1;
  live.update(toys.state());
  await vi.advanceTimersByTimeAsync(50);
  const map = root.querySelector('[aria-label="met against fatjet0.mass"]');
  expect(map?.querySelectorAll("[role=slider]")).toHaveLength(4);
  const slider = [...(map?.querySelectorAll("[role=slider]") ?? [])].at(2);
  for (const key of ["PageUp", "Enter"])
    slider?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const [action, { moves }] = committed.at(-1) ?? ["", { moves: [] }];
  expect(action).toBe("set");
  expect(moves).toEqual([{ observable: "met", side: "low", value: expect.any(Number) }]);
});

test("without cross sections there are counts, no significance", async () => {
  live.update({ ...toys.state(), version: 99, luminosity: null });
  await vi.advanceTimersByTimeAsync(50);
  expect(root.querySelector(".hml-measures")?.textContent).toMatch(/counts and efficiencies only/);
  expect(lines()).toBeGreaterThan(0);
});

test("a board without histograms says how to get one", () => {
  const said = () => live.main.find((node) => node.textContent?.startsWith("No histogram"));
  expect(said()?.hidden).toBe(true);
  live.update({ ...toys.state(), version: 98, views: [] });
  expect(said()?.hidden).toBe(false);
  expect(root.querySelectorAll(".hml-card")).toHaveLength(0);
});

test("counts for other places than those of the handles are not used", async () => {
  const state = toys.state();
  const views = state.views.map((view) =>
    view.name === "met" ? { ...view, places: view.places.map((x) => x + 0.5) } : view,
  );
  live.update({ ...state, counted: "97", views });
  await vi.advanceTimersByTimeAsync(50);
  expect(root.querySelector(".hml-complaint")?.textContent).toBe(
    "met cannot be dragged: its counts are for other places",
  );
  expect(live.board.index("met")).toBeNull();
  expect(live.board.index("fatjet0.mass")).not.toBeNull();
});

test("another look or luminosity counts nothing anew", () => {
  const index = live.board.index("met");
  expect(index).not.toBeNull();
  live.update({ ...toys.state(), version: 50, luminosity: 10, scale: 10_000 });
  expect(live.board.index("met")).toBe(index);
  live.update({ ...toys.state(), version: 51, counted: "other" });
  expect(live.board.index("met")).toBeNull();
});
