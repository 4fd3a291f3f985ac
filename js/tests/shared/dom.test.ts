import { expect, test } from "vitest";
import { fill, h } from "../../src/shared/dom";

const HOSTILE = '<img src=x onerror="alert(1)">';

test("text is text, in children and in attributes", () => {
  const node = h("p", { title: HOSTILE }, HOSTILE);
  expect(node.children).toHaveLength(0);
  expect(node.textContent).toBe(HOSTILE);
  expect(node.title).toBe(HOSTILE);
});

test("fill keeps the focus on the element of the same key", () => {
  const parent = document.body.appendChild(h("div"));
  const key = 'a "quoted" key';
  fill(parent, h("button", { "data-key": key }, "old"));
  parent.querySelector("button")?.focus();
  fill(parent, h("button", {}, "other"), h("button", { "data-key": key }, "new"));
  expect(document.activeElement?.textContent).toBe("new");
  parent.remove();
});
