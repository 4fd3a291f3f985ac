import { expect, test } from "vitest";
import { counted, facts } from "../../src/pieces/facts";
import type { CardFacts } from "../../src/shared/preservestate";

const CARD: CardFacts = {
  name: "theirs",
  description: "",
  inputs: [
    { name: "met", unit: "MeV", level: "reco", definition: "<b>missing</b>", missing: "no score" },
  ],
  more_inputs: 0,
  kind: "set",
  outputs: [{ name: "signal", meaning: "1 for gluinos" }],
  points: ["a score of at least 0.3"],
  networks: ["network.onnx"],
  said: { licence: "MIT" },
};

test("a card is counted in a line", () => {
  expect(counted(CARD)).toBe("1 input, 1 output, 1 working point");
  expect(counted({ ...CARD, more_inputs: 86, points: [] })).toBe("87 inputs, 1 output");
  expect(counted({ ...CARD, kind: "image", inputs: [], points: [] })).toBe("an image, 1 output");
  expect(counted({ ...CARD, kind: "graph", inputs: [], points: [] })).toBe("a graph, 1 output");
});

test("inputs stand in their order, as text", () => {
  const root = facts({ ...CARD, more_inputs: 3 });
  const cells = [...root.querySelectorAll("td")].map((cell) => cell.textContent);
  expect(cells).toEqual(["met", "MeV", "reconstructed objects", "no score", "<b>missing</b>"]);
  expect(root.querySelector("table")?.getAttribute("aria-label")).toContain("inputs of theirs");
  expect(root.textContent).toContain("and 3 more, see card.yaml");
  const said = [...root.querySelectorAll("dt")].map((term) => term.textContent);
  expect(said).toEqual(["output", "cut at", "network", "licence"]);
});
