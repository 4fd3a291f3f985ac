import { expect, test } from "vitest";
import { Indexes } from "../../src/shared/indexes";
import { Kernel } from "../../src/shared/kernel";
import { flush, HandModel } from "../fake";

const VALUE = {
  z: { text: ["a", "b", "c"] },
  views: ["met", "ht"],
  classes: ["zz", "qcd"],
};
/** (2 classes, 3 places, 2 bins): class * 100 + place * 10 + bin. */
const BLOCK = [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121];
const buffer = (scale: number) => new DataView(Float32Array.from(BLOCK, (x) => x * scale).buffer);

function made(): { model: HandModel; indexes: Indexes } {
  const model = new HandModel();
  const indexes = new Indexes(new Kernel(model));
  indexes.pause(false);
  return { model, indexes };
}
const asked = (model: HandModel) =>
  model.sent.map(({ values }) => `${values.observable} ${values.side}`);

test("a slice is the bins of one class at one place", async () => {
  const { model, indexes } = made();
  indexes.reset(["met"]);
  await model.answer("index", VALUE, [buffer(1), buffer(2)]);
  const index = indexes.get("met", "low");
  expect([...(index?.slice("met", "qcd", 2) ?? [])]).toEqual([120, 121]);
  expect([...(index?.slice("ht", "zz", 1) ?? [])]).toEqual([20, 22]);
  expect(index?.slice("met", "nobody", 0)).toBeNull();
  expect(index?.slice("nothing", "zz", 0)).toBeNull();
});

test("one index is fetched at a time, the preferred one first, none while paused", async () => {
  const { model, indexes } = made();
  indexes.reset(["met", "ht"]);
  indexes.prefer("ht", "high");
  expect(asked(model)).toEqual(["met low"]);
  await model.answer("index", VALUE, []);
  expect(asked(model)).toEqual(["met low", "ht high"]);
  indexes.pause(true);
  await model.answer("index", VALUE, []);
  await flush();
  expect(asked(model)).toHaveLength(2);
  indexes.pause(false);
  expect(asked(model).at(-1)).toBe("met high");
});

test("an answer for cuts that are gone is dropped", async () => {
  const { model, indexes } = made();
  indexes.reset(["met"]);
  indexes.reset(["met"]);
  await model.answer("index", VALUE, [buffer(1)]);
  expect(indexes.get("met", "low")).toBeNull();
  expect(asked(model)).toEqual(["met low", "met low"]);
  await model.answer("index", VALUE, [buffer(1)]);
  expect(indexes.get("met", "low")).not.toBeNull();
});
