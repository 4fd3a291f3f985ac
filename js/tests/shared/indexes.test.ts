import { expect, test } from "vitest";
import type { IndexValue } from "../../src/shared/boardstate";
import { Indexes } from "../../src/shared/indexes";
import { Kernel } from "../../src/shared/kernel";
import { flush, HandModel } from "../fake";

/** Places 0 and 1: four slices, below, between, above, missing. */
const VALUE: IndexValue = {
  observable: "met",
  places: [0, 1],
  labels: ["0.0", "1.0"],
  strict: [],
  position: { low: 0, high: 0 },
  from: 0,
  rows: 1,
  views: ["ht"],
  code: { low: ["a", "b"], high: ["c", "d"] },
};
/** (1 row, 3 quantities, 2 samples, 4 slices). */
const FLOW = Float64Array.from({ length: 24 }, (_, at) => at);
/** (2 quantities, 2 samples, 4 slices, 5 bins). */
const BLOCK = Float32Array.from({ length: 80 }, (_, at) => at);
const buffers = () => [new DataView(FLOW.buffer), new DataView(BLOCK.buffer)];

function made(): { model: HandModel; indexes: Indexes } {
  const model = new HandModel();
  const kernel = new Kernel(model);
  const indexes = new Indexes((observable) => kernel.request("cuts", "index", { observable }));
  indexes.pause(false);
  return { model, indexes };
}
const asked = (model: HandModel) => model.sent.map(({ values }) => values.observable);

test("an index adds up slices of its cutflow and of other views", async () => {
  const { model, indexes } = made();
  indexes.reset(["met"]);
  await model.answer("index", VALUE, buffers());
  const index = indexes.get("met");
  const all = index?.yields(0, { low: null, high: null });
  expect([...(all?.events ?? [])]).toEqual([0 + 1 + 2 + 3, 4 + 5 + 6 + 7]);
  expect([...(all?.sums ?? [])]).toEqual([8 + 9 + 10 + 11, 12 + 13 + 14 + 15]);
  expect([...(index?.yields(0, { low: 0, high: 1 }).squares ?? [])]).toEqual([17, 21]);
  expect([...(index?.slicesOf("squares", 1) ?? [])]).toEqual([20, 21, 22, 23]);
  const upper = index?.contents("ht", "sums", 1, { low: 1, high: null });
  expect([...(upper ?? [])]).toEqual([30, 31, 32, 33, 34]);
  expect(index?.contents("nothing", "sums", 0, { low: null, high: null })).toBeNull();
});

test("one index is fetched at a time, the preferred one first, none while paused", async () => {
  const { model, indexes } = made();
  indexes.reset(["met", "ht", "pt"]);
  indexes.prefer("pt");
  expect(asked(model)).toEqual(["met"]);
  await model.answer("index", VALUE, buffers());
  expect(asked(model)).toEqual(["met", "pt"]);
  indexes.pause(true);
  await model.answer("index", VALUE, buffers());
  await flush();
  expect(asked(model)).toHaveLength(2);
  indexes.pause(false);
  expect(asked(model).at(-1)).toBe("ht");
  expect(indexes.complete).toBe(false);
});

test("an answer for cuts that are gone is dropped", async () => {
  const { model, indexes } = made();
  indexes.reset(["met"]);
  indexes.reset(["met"]);
  await model.answer("index", VALUE, buffers());
  expect(indexes.get("met")).toBeNull();
  expect(asked(model)).toEqual(["met", "met"]);
  await model.answer("index", VALUE, buffers());
  expect(indexes.get("met")).not.toBeNull();
});
