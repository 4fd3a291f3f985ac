import { expect, test } from "vitest";
import { Look } from "../../src/widgets/look";

test("a button whose text is a sign has a name", () => {
  const { root } = new Look(() => {});
  const sign = [...root.querySelectorAll("button")].find((one) => one.textContent === "–");
  expect(sign?.getAttribute("aria-label")).toBe("nothing");
  expect(root.querySelectorAll("[aria-label]")).toHaveLength(3);
});
