import { expect, test, vi } from "vitest";
import type { BoardView } from "../../src/shared/boardstate";
import { Exact } from "../../src/widgets/exact";
import { toyBoard } from "../harness/saved";

function made() {
  const commit = vi.fn();
  const choose = vi.fn();
  const found = { value: 70, label: "70.0", z: 2, text: "Z 2" };
  const exact = new Exact({ commit, choose, best: async () => ({ value: found, buffers: [] }) });
  document.body.replaceChildren(exact.root);
  const [mass, , , met] = toyBoard().state().views;
  if (!mass || !met) throw new Error("no views");
  const names = ["fatjet0.mass", "met"];
  const draw = (view: BoardView, version = "1") => exact.draw(view, names, version);
  draw(mass);
  const input = () => exact.root.querySelector<HTMLInputElement>("input");
  const type = (text: string) => {
    const node = input();
    if (node) node.value = text;
    node?.dispatchEvent(new Event("change"));
  };
  return { commit, choose, exact, draw, mass, met, input, type };
}

test.each(["1,200", "72,4", "0x10", "1 200", "1e", "-"])(
  "%s is refused with a sentence",
  (text) => {
    const { commit, exact, input, type } = made();
    type(text);
    expect(commit).not.toHaveBeenCalled();
    expect(input()?.getAttribute("aria-invalid")).toBe("true");
    expect(exact.root.textContent).toContain(`${text} is not a plain number, such as 1200 or 0.52`);
  },
);

test("plain numbers are thresholds, nothing takes one away", () => {
  const { commit, type } = made();
  for (const text of [" 72.4 ", "-1e3", ""]) type(text);
  expect(commit.mock.calls.map(([[shift]]) => shift.value)).toEqual([72.4, -1000, null]);
});

test("another observable is shown when the field is left", () => {
  const { exact, draw, met, input } = made();
  const shown = () => exact.root.querySelector("select")?.value;
  input()?.focus();
  draw(met);
  expect(shown()).toBe("fatjet0.mass");
  input()?.blur();
  expect(shown()).toBe("met");
});

test("another observable is chosen by keyboard too", () => {
  const { choose, exact } = made();
  const select = exact.root.querySelector("select");
  if (!select) throw new Error("no choice");
  expect([...select.options].map(({ value }) => value)).toEqual(["fatjet0.mass", "met"]);
  select.value = "met";
  select.dispatchEvent(new Event("change"));
  expect(choose).toHaveBeenCalledWith("met");
});

test("what was found for other cuts is forgotten", async () => {
  const { exact, draw, mass } = made();
  const said = () => exact.root.querySelector("[role=status]")?.textContent;
  [...exact.root.querySelectorAll("button")].find((one) => one.textContent === "lower")?.click();
  await vi.waitFor(() => expect(said()).toContain("Z 2"));
  draw(mass);
  expect(said()).toContain("Z 2");
  draw(mass, "2");
  expect(said()).toBe("");
});

test("best thresholds are offered where there are significances", () => {
  const { exact, mass } = made();
  const offered = () =>
    [...exact.root.querySelectorAll("button")].map(({ textContent }) => textContent);
  expect(offered()).toEqual(["lower", "upper"]);
  exact.draw(mass, ["fatjet0.mass"], "2", false);
  expect(offered()).toEqual([]);
  expect(exact.root.textContent).not.toContain("best");
  exact.draw(mass, ["fatjet0.mass"], "3", true);
  expect(offered()).toEqual(["lower", "upper"]);
});
