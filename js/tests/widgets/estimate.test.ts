import { expect, test, vi } from "vitest";
import { Estimate } from "../../src/widgets/estimate";

test("what is not a plain number is refused with a sentence", () => {
  const [ask, say] = [vi.fn(), vi.fn()];
  const estimate = new Estimate({ ask, say });
  const [luminosity, uncertainty] = estimate.root.querySelectorAll("input");
  const type = (input: HTMLInputElement | undefined, text: string) => {
    if (input) input.value = text;
    input?.dispatchEvent(new Event("change"));
  };
  type(luminosity, "1,200");
  expect(say).toHaveBeenLastCalledWith("1,200 is not a plain number, such as 1200 or 0.52");
  expect(luminosity?.getAttribute("aria-invalid")).toBe("true");
  type(uncertainty, "");
  expect(say).toHaveBeenLastCalledWith("nothing is not a plain number, such as 1200 or 0.52");
  expect(ask).not.toHaveBeenCalled();
  type(luminosity, "1200");
  type(uncertainty, "12.5");
  expect(ask.mock.calls).toEqual([
    ["luminosity", 1200],
    ["uncertainty", 0.125],
  ]);
});
