import { expect, test } from "vitest";
import { Index } from "../../src/shared/indexes";
import { flow, operator, sight } from "../../src/shared/snapshot";
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
