import { expect, test, vi } from "vitest";
import { Estimate } from "../../src/widgets/estimate";

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
