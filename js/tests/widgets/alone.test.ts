import { afterEach, expect, test, vi } from "vitest";
import alone from "../../src/widgets/alone";
import { flush, HandModel } from "../fake";
import { toyBoard } from "../harness/saved";

afterEach(() => vi.useRealTimers());

test("a board of its own asks and commits under its name, shows its cell, and leaves nothing behind", async () => {
  vi.useFakeTimers();
  const toys = toyBoard();
  const model = new HandModel({ state: toys.state() });
  const cleanup = alone.render({ model, el: document.body });
  await vi.advanceTimersByTimeAsync(1);
  const root = document.querySelector(".hml-alone");
  expect(root?.querySelector(".hml-footer code")?.textContent).toMatch(/^selected_2 = hml.select/);
  expect(model.of("index").map(({ panel, values }) => [panel, values])).toEqual([
    ["board", { observable: "fatjet0.mass" }],
  ]);
  await model.answer("index", ...toys.index("fatjet0.mass"));
  const handle = root?.querySelector<HTMLElement>(
    '[aria-label="fatjet0.mass: keep what is below"]',
  );
  for (const key of ["PageDown", "Enter"])
    handle?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  await flush();
  expect(model.of("set").map(({ values }) => values)).toEqual([
    { dataset: "dataset", moves: [{ observable: "fatjet0.mass", side: "high", value: 190 }] },
  ]);
  await model.refuse("set", "the study is open in another kernel");
  expect(root?.querySelector(".hml-complaint")?.textContent).toBe(
    "the study is open in another kernel",
  );
  expect(handle?.getAttribute("aria-valuetext")).toBe("fatjet0.mass: no upper threshold");
  toys.set("fatjet0.mass", "high", 190);
  model.set("state", toys.state());
  model.emit("change:state");
  expect(handle?.getAttribute("aria-valuetext")).toMatch(/^fatjet0.mass below 190 GeV/);
  cleanup();
  expect(document.querySelector(".hml-alone")).toBeNull();
  expect(model.listeners).toBe(0);
});

test("a kernel that was restarted is told, and what waits goes back", async () => {
  vi.useFakeTimers();
  const toys = toyBoard();
  const model = new HandModel({ state: toys.state() });
  const cleanup = alone.render({ model, el: document.body });
  await vi.advanceTimersByTimeAsync(1);
  await model.answer("index", ...toys.index("fatjet0.mass"));
  const handle = document.querySelector<HTMLElement>(
    '[aria-label="fatjet0.mass: keep what is below"]',
  );
  const drag = () => {
    for (const key of ["PageDown", "Enter"])
      handle?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  };
  const said = () => document.querySelector(".hml-complaint")?.textContent;
  drag();
  expect(handle?.getAttribute("aria-valuetext")).toMatch(/below 190/);
  model.emit("comm_live_update");
  await flush();
  expect(said()).toMatch(/^The kernel was restarted or is gone. Run the cell of this board again/);
  expect(handle?.getAttribute("aria-valuetext")).toBe("fatjet0.mass: no upper threshold");
  drag();
  await flush();
  expect(said()).toMatch(/^The kernel was restarted/);
  expect(handle?.getAttribute("aria-valuetext")).toBe("fatjet0.mass: no upper threshold");
  cleanup();
});
