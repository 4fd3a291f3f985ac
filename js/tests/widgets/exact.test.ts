import { expect, test, vi } from "vitest";
import { Exact } from "../../src/widgets/exact";
import { toyBoard } from "../harness/saved";

function made() {
  const commit = vi.fn();
  const exact = new Exact({ commit, best: () => new Promise(() => {}) });
  document.body.replaceChildren(exact.root);
  const [mass, , , met] = toyBoard().state().views;
  if (!mass || !met) throw new Error("no views");
  exact.draw(mass);
  const input = () => exact.root.querySelector<HTMLInputElement>("input");
  const type = (text: string) => {
    const node = input();
    if (node) node.value = text;
    node?.dispatchEvent(new Event("change"));
  };
  return { commit, exact, mass, met, input, type };
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
  const { exact, met, input } = made();
  input()?.focus();
  exact.draw(met);
  expect(exact.root.querySelector(".hml-name")?.textContent).toBe("fatjet0.mass");
  input()?.blur();
  expect(exact.root.querySelector(".hml-name")?.textContent).toBe("met");
});
