import { expect, test } from "vitest";
import { Models } from "../../src/pieces/models";
import type { ModelRow } from "../../src/shared/trainingstate";

const row = (given: Partial<ModelRow>): ModelRow => ({
  target: "bdt",
  record_id: "0001",
  method: "BoostedDecisionTree",
  on: "the whole dataset",
  status: "done",
  stale: [],
  ...given,
});

function drawn(...rows: ModelRow[]) {
  const compared: string[][] = [];
  const scored: string[] = [];
  const selected: string[] = [];
  const taken: string[] = [];
  const closed: string[] = [];
  const models = new Models({
    compare: (targets) => compared.push(targets),
    score: ({ target }) => scored.push(target),
    select: ({ target }) => selected.push(target),
    closure: ({ target }) => closed.push(target),
    take: (_, { action }) => taken.push(action),
  });
  models.draw(rows);
  document.body.replaceChildren(models.root);
  return { models, compared, scored, selected, taken, closed };
}

const buttons = (models: Models) => [...models.root.querySelectorAll("button")];

test("models that are ticked are compared", () => {
  const { models, compared } = drawn(
    row({}),
    row({ target: "mlp" }),
    row({ target: "late", status: "running" }),
  );
  models.root.querySelector<HTMLInputElement>('[data-key="tick bdt"]')?.click();
  buttons(models)
    .find((each) => each.textContent === "Compare")
    ?.click();
  expect(compared).toEqual([["mlp"]]);
});

test("a score is made a column, and then shown on the board", () => {
  const { models, scored } = drawn(
    row({}),
    row({ target: "MLP", scored: "mlp_scored" }),
    row({ target: "late", status: "running" }),
  );
  const found = buttons(models).filter((each) => each.dataset.key?.startsWith("score"));
  expect(found.map((each) => each.textContent)).toEqual(["cut on score", "on the board →"]);
  expect(found[0]?.title).toContain("bdt.score");
  expect(found[1]?.title).toContain("mlp_scored has the column mlp.score");
  for (const each of found) each.click();
  expect(scored).toEqual(["bdt", "MLP"]);
});

test("a surrogate, and nothing else, is compared with its original", () => {
  const { models, closed } = drawn(row({}), row({ target: "surrogate", surrogate: true }));
  const found = buttons(models).filter((each) => each.textContent === "closure");
  expect(found.map((each) => each.dataset.key)).toEqual(["closure surrogate"]);
  found[0]?.click();
  expect(closed).toEqual(["surrogate"]);
});
