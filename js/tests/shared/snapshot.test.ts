import { expect, test } from "vitest";
import type { BoardView } from "../../src/shared/boardstate";
import { Index } from "../../src/shared/indexes";
import { contents, flow, operator, rangeOf, sight, windowOf } from "../../src/shared/snapshot";
import { ToyBoard } from "../harness/board";

const PLACES = [0, 1, 2, 3];
const column = { name: "a", unit: "", edges: PLACES, places: PLACES };
const sample = {
  name: "s",
  kind: "signal" as const,
  generated: 4,
  weights: Float64Array.of(1, 1, 1, 1),
  columns: { a: Float64Array.of(0.5, 1.5, 1.7, 2.5) },
};

test("a threshold is written with its operator", () => {
  expect([operator("low", false), operator("low", true)]).toEqual([">=", ">"]);
  expect([operator("high", false), operator("high", true)]).toEqual(["<", "<="]);
});

test("a strict threshold stays as it is written while the other one moves", () => {
  const board = new ToyBoard([sample], [column]);
  board.set("a", "low", 1);
  const index = new Index(...board.index("a"));
  const state = board.state();
  const [cut] = state.cuts;
  const view = state.views.find(({ name }) => name === "a");
  if (!cut || !view?.low) throw new Error("no threshold");
  cut.text = "a > 1";
  view.low.operator = ">";
  const seen = sight(view);
  expect([...seen.strict].map((at) => seen.places[at])).toEqual([1]);
  const labels = (low: number) =>
    flow(state, { observable: "a", window: { low, high: 3 } }, index)
      .slice(state.fixed)
      .map(({ label }) => label);
  expect(labels(1)).toEqual(["a > 1", expect.stringMatching(/^a < 3/)]);
  index.value.strict.push(2);
  expect(labels(2)[0]).toMatch(/^a > 2/);
});

const VIEW: BoardView = {
  name: "met",
  unit: "GeV",
  edges: [0, 10, 20],
  places: [0, 5, 10, 15, 20],
  labels: ["0.0", "5.0", "10.0", "15.0", "20.0"],
  fill: [0, 7, 10, 20],
  low: { value: 7, text: "7.0", operator: ">=" },
  high: null,
  sums: [[1, 2, 3, 4, 5, 6]],
  squares: [[1, 1, 1, 1, 1, 1]],
  whole: false,
  hidden: [],
  apart: false,
};

test("a threshold that waits has a place of its own, beside those of the state", () => {
  const seen = sight(VIEW, [12.5, 10]);
  expect(seen.places).toEqual([0, 5, 7, 10, 12.5, 15, 20]);
  expect(seen.labels).toEqual(["0.0", "5.0", "7.0", "10.0", "12.5", "15.0", "20.0"]);
  expect(windowOf(seen)).toEqual({ low: 2, high: null });
  expect(rangeOf(seen, { low: 4, high: 5 })).toEqual({ low: 12.5, high: 15 });
});

test("bins of a view are added up to those that are drawn, within its thresholds", () => {
  const seen = sight(VIEW);
  const { before, after, squares } = contents(seen, 1, windowOf(seen), null);
  // Below, two bins, above, missing.
  expect([...(before[0] ?? [])]).toEqual([1, 5, 4, 5, 6]);
  expect([...(after[0] ?? [])]).toEqual([0, 3, 4, 5, 0]);
  expect([...(squares[0] ?? [])]).toEqual([0, 1, 1, 1, 0]);
});
