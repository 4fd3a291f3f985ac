import { expect, test } from "vitest";
import { Entry } from "../../src/pieces/entry";
import { flush } from "../fake";

test("Enter asks once for what a line says, and what is wrong stands below until it is typed in", async () => {
  const asked: string[] = [];
  const entry = new Entry({ "aria-label": "cut" }, async (text) => {
    asked.push(text);
    return text === "met >" ? "met > what?" : "";
  });
  const enter = () =>
    entry.input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }));
  entry.input.value = " met > ";
  enter();
  enter();
  await flush();
  expect(asked).toEqual(["met >"]);
  expect(entry.message.textContent).toBe("met > what?");
  expect(entry.input.getAttribute("aria-invalid")).toBe("true");
  entry.input.dispatchEvent(new Event("input"));
  expect(entry.message.textContent).toBe("");
  expect(entry.input.getAttribute("aria-invalid")).toBe("false");
});
