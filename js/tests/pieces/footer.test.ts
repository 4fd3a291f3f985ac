import { expect, test } from "vitest";
import { Footer } from "../../src/pieces/footer";

test("a cell that was overtaken is not shown while the kernel computes", () => {
  const footer = new Footer();
  const said = () => footer.root.textContent;
  const cell = { code: "a = 1", missing: "", asking: false };
  footer.draw(cell, "this is the cell", true);
  expect(said()).toBe("a = 1this is the cell");
  footer.draw({ ...cell, asking: true }, "this is the cell", false);
  expect(said()).toBe("a = 1this is the cell");
  expect(footer.root.classList.contains("hml-asking")).toBe(true);
  footer.draw({ ...cell, asking: true }, "this is the cell", true);
  expect(said()).toBe("The next cell follows when the kernel is free.");
  expect(footer.root.classList.contains("hml-asking")).toBe(false);
  footer.draw({ code: null, missing: "write a name", asking: false }, "this is the cell", false);
  expect(said()).toBe("write a nameno cell yet");
});
