import { expect, test } from "vitest";
import { Binning } from "../../src/pieces/viewmenu";

test("the most bins there can be are those that the state tells", () => {
  const asked: unknown[] = [];
  const binning = new Binning("met", (next) => asked.push(next.bins));
  document.body.replaceChildren(binning.root, binning.message);
  const [bins] = binning.root.querySelectorAll("input");
  const type = (text: string) => {
    if (bins) bins.value = text;
    bins?.dispatchEvent(new Event("change"));
  };
  binning.put({ bins: null, range: null }, 48);
  type("49");
  expect(binning.message.textContent).toBe("bins: a whole number from 1 to 48");
  type("48");
  expect(asked).toEqual([48]);
});
