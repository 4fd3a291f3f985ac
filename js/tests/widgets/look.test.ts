import { beforeEach, expect, test } from "vitest";
import type { BoardLayout } from "../../src/shared/boardstate";
import { Look } from "../../src/widgets/look";

const NOW: BoardLayout = {
  how: "stacked",
  below: "significance",
  log: false,
  snap: false,
  most_bins: 48,
};
let look: Look;
let asked: BoardLayout[];

beforeEach(() => {
  asked = [];
  look = new Look((layout) => asked.push(layout));
  look.draw(NOW);
});

const buttons = () => [...look.root.querySelectorAll("button")];
const named = (name: string) =>
  buttons().find((one) => (one.getAttribute("aria-label") ?? one.textContent) === name);

test("every button has a plain name, and a title that says more", () => {
  expect(buttons().map((one) => one.getAttribute("aria-label") ?? one.textContent)).toEqual([
    "stacked",
    "overlaid",
    "same area",
    "significance below",
    "ratio below",
    "no panel below",
    "log y",
    "snap",
  ]);
  expect(named("no panel below")?.textContent).toBe("–");
  expect(named("snap")?.title).toMatch(/^drags stop at the edges of bins/);
  for (const one of buttons()) expect(one.title.length).toBeGreaterThan(12);
});

test("expected events need a luminosity", () => {
  look.draw({ ...NOW, how: "normalised" }, { expected: false, compared: true });
  const off = () =>
    buttons()
      .filter((one) => one.disabled)
      .map((one) => one.textContent);
  expect(off()).toEqual(["stacked", "overlaid"]);
  expect(named("stacked")?.title).toMatch(
    /need a luminosity, and the cross section of each class$/,
  );
  named("stacked")?.click();
  named("log y")?.click();
  expect(asked).toEqual([{ ...NOW, how: "normalised", log: true }]);
  expect(off()).toEqual(["stacked", "overlaid"]);
  look.draw(NOW, { expected: true, compared: true });
  expect(off()).toEqual([]);
  expect(named("stacked")?.title).toBe("expected events, one upon the other");
});

test("a press asks for the whole look, and is shown at once", () => {
  named("no panel below")?.click();
  named("log y")?.click();
  expect(asked).toEqual([
    { ...NOW, below: "none" },
    { ...NOW, below: "none", log: true },
  ]);
  const pressed = buttons().filter((one) => one.getAttribute("aria-pressed") === "true");
  expect(pressed.map((one) => one.textContent)).toEqual(["stacked", "–", "log y"]);
});
