import { expect, test } from "vitest";
import { fill, h, keepFocus } from "../../src/shared/dom";

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

test("the focus goes on to another element where its own is drawn no more", () => {
  const parent = document.body.appendChild(h("div"));
  const keys = (...names: string[]) => names.map((key) => h("button", { "data-key": key }, key));
  const draw = (...names: string[]) =>
    keepFocus(
      parent,
      () => fill(parent, ...keys(...names)),
      (lost) => [`${lost} gone`, "last"],
    );
  const focused = () => document.activeElement?.textContent;
  draw("a", "b", "last");
  parent.querySelector("button")?.focus();
  draw("b", "a", "last");
  expect(focused()).toBe("a");
  draw("b", "a gone", "last");
  expect(focused()).toBe("a gone");
  draw("b", "last");
  expect(focused()).toBe("last");
  (document.activeElement as HTMLElement).blur();
  draw("b", "last");
  expect(document.activeElement).toBe(document.body);
  parent.remove();
});
