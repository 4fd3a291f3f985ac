import { expect, test } from "vitest";
import { arrangement, example, layoutValues } from "../../src/widgets/arranging";
import { toyBoard } from "../harness/saved";

test("columns that are in a map only keep their bins and ranges, those that are nowhere do not", () => {
  const state = toyBoard().state();
  state.maps = [{ x: "ht", y: "met", xedges: [0, 1], yedges: [0, 1] }];
  const layout = {
    ...state.layout,
    bins: { ht: 12, met: 20, gone: 3 },
    ranges: { ht: [0, 900] as [number, number], gone: [0, 1] as [number, number] },
  };
  const next = { ...arrangement({ ...state, layout }), log: true };
  expect(layoutValues("dataset", next, layout)).toMatchObject({
    log: true,
    maps: [["ht", "met"]],
    bins: { ht: 12, met: 20 },
    ranges: { ht: [0, 900] },
  });
  const { bins } = layoutValues("dataset", next, layout) as { bins: object };
  expect(bins).not.toHaveProperty("gone");
});

test("the example of a cut is the first histogram from its middle on", () => {
  const views = [
    { name: "met", labels: ["0.0", "50.0", "100.0"] },
    { name: "ht", labels: ["1", "2"] },
  ];
  expect(example(views)).toBe("met >= 50.0");
  expect(example([])).toBe("");
  expect(example([{ name: "met", labels: [] }])).toBe("");
});
