import { expect, test, vi } from "vitest";
import { Estimate } from "../../src/widgets/estimate";
import { toyBoard } from "../harness/saved";

test("what is not a plain number is refused with a sentence", () => {
  const ask = vi.fn();
  const estimate = new Estimate({ ask });
  const said = () => estimate.root.querySelector("[role=status]")?.textContent;
  const [luminosity, uncertainty] = estimate.root.querySelectorAll("input");
  const type = (input: HTMLInputElement | undefined, text: string) => {
    if (input) input.value = text;
    input?.dispatchEvent(new Event("change"));
  };
  type(luminosity, "1,200");
  expect(said()).toBe("1,200 is not a plain number, such as 1200 or 0.52");
  expect(luminosity?.getAttribute("aria-invalid")).toBe("true");
  type(uncertainty, "");
  expect(said()).toBe("nothing is not a plain number, such as 1200 or 0.52");
  type(luminosity, "0");
  expect(said()).toBe("a luminosity is a number of fb⁻¹ above 0");
  expect(ask).not.toHaveBeenCalled();
  type(luminosity, "1200");
  type(uncertainty, "12.5");
  expect(ask.mock.calls).toEqual([
    ["luminosity", 1200],
    ["uncertainty", 0.125],
  ]);
  expect(said()).toBe("");
});

test("signal alone has its yield, and no significance", () => {
  const estimate = new Estimate({ ask: vi.fn() });
  const toys = toyBoard("alone");
  const state = toys.state();
  estimate.draw(state, state.cutflow);
  const cells = [...estimate.root.querySelectorAll("dd")].map((cell) => cell.textContent);
  const sum = state.cutflow.at(-1)?.sums[0] ?? 0;
  expect(cells).toHaveLength(1);
  expect(Number.parseFloat(cells[0] ?? "")).toBeCloseTo(sum * 139_000, -2);
  expect(estimate.root.querySelector(".hml-warn")?.textContent).toMatch(/^There is no background/);
  const settings = estimate.root.querySelector(".hml-settings");
  expect(settings?.textContent).toMatch(/^expected events at/);
  expect(settings?.lastElementChild).toHaveProperty("hidden", true);
  estimate.draw(toyBoard().state(), toyBoard().state().cutflow);
  expect(settings?.textContent).toMatch(/^Asimov Z at fb⁻¹,b ± {2}%$/);
});
