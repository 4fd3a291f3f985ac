import { expect, test } from "vitest";
import { type Arrangement, rebinned, shifted, without } from "../../src/pieces/arrangement";

const NOW: Arrangement = {
  observables: [
    { name: "met", bins: null, range: null },
    { name: "ht", bins: 10, range: [0, 900] },
  ],
  maps: [],
  how: "stacked",
  below: "none",
  log: false,
  snap: false,
  luminosity: 139,
  uncertainty: 0,
};
const names = ({ observables }: Arrangement) => observables.map(({ name }) => name);

test("histograms are moved as far as there is room, taken away and given other bins", () => {
  expect(names(shifted(NOW, "met", 1))).toEqual(["ht", "met"]);
  expect(shifted(NOW, "met", -1)).toBe(NOW);
  expect(shifted(NOW, "ht", 1)).toBe(NOW);
  expect(shifted(NOW, "nothing", 1)).toBe(NOW);
  expect(names(without(NOW, "met"))).toEqual(["ht"]);
  const bins = { bins: 5, range: null };
  expect(rebinned(NOW, "ht", bins).observables[1]).toEqual({ name: "ht", ...bins });
});
