import { beforeEach, expect, test } from "vitest";
import { either, FOUND, last, suggest, whole } from "../../src/pieces/suggest";
import { h } from "../../src/shared/dom";
import type { Word } from "../../src/shared/state";

const PROCESSES: Word[] = [
  ["p p > z z", "Z pairs"],
  ["p p > z j", "Z and a jet"],
  ["p p > t t~", "top pairs"],
];
const PARTICLES: Word[] = [
  ["z", "Z boson"],
  ["w+", "W boson"],
  ["w-", "W boson"],
];
const find = either(
  whole(() => PROCESSES),
  last(() => PARTICLES),
);

let input: HTMLInputElement;
let list: HTMLElement;

beforeEach(() => {
  input = h("input", { id: "process" });
  list = suggest(input, find);
  document.body.replaceChildren(input, list);
  input.focus();
});

function type(text: string): void {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
function press(key: string): boolean {
  return !input.dispatchEvent(
    new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true }),
  );
}
const offered = () => [...list.querySelectorAll(".hml-mono")].map((node) => node.textContent);

test("what is typed is completed by whole processes, by their notes, else by particles", () => {
  type("p p > z");
  expect(offered()).toEqual(["p p > z z", "p p > z j"]);
  type("top");
  expect(offered()).toEqual(["p p > t t~"]);
  type("p p > z w");
  expect(offered()).toEqual(["w+", "w-"]);
  expect(list.hidden).toBe(false);
  type("p p > z z");
  expect(list.hidden).toBe(true);
  type("p p > h ");
  expect(list.hidden).toBe(true);
});

test("arrows choose, Enter takes, and the form hears of it", () => {
  let heard = "";
  document.body.addEventListener("input", () => {
    heard = input.value;
  });
  type("p p > w");
  expect(press("Enter")).toBe(false);
  expect(press("ArrowDown")).toBe(true);
  expect(press("ArrowDown")).toBe(true);
  const chosen = input.getAttribute("aria-activedescendant");
  expect(list.querySelector(`#${chosen}`)?.getAttribute("aria-selected")).toBe("true");
  expect(press("Enter")).toBe(true);
  expect(input.value).toBe("p p > w- ");
  expect(heard).toBe("p p > w- ");
  expect(list.hidden).toBe(true);
  expect(input.getAttribute("aria-expanded")).toBe("false");
});

test("arrow down offers everything, Escape closes only the list, leaving closes it", () => {
  expect(press("Escape")).toBe(false);
  expect(press("ArrowDown")).toBe(true);
  expect(offered()).toEqual(PROCESSES.map(([text]) => text));
  expect(press("ArrowUp")).toBe(true);
  expect(press("Enter")).toBe(true);
  expect(input.value).toBe("p p > t t~");
  type("p p > z");
  expect(press("Escape")).toBe(true);
  expect(list.hidden).toBe(true);
  expect(input.value).toBe("p p > z");
  type("p p > z");
  input.dispatchEvent(new Event("blur"));
  expect(list.hidden).toBe(true);
});

test("a click takes, and typing goes on after what was taken", () => {
  type("p p > W j");
  input.setSelectionRange(7, 7);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  expect(offered()).toEqual(["w+", "w-"]);
  const [, second] = list.querySelectorAll("li");
  second?.click();
  expect(input.value).toBe("p p > w- j");
  expect(input.selectionStart).toBe(8);
});

test("a long list is offered whole", () => {
  const many = Array.from({ length: 40 }, (_, n): Word => [`p p > z ${n}`, "many"]);
  document.body.append(
    suggest(
      input,
      whole(() => many),
    ),
  );
  press("ArrowDown");
  expect(document.querySelectorAll("ul:last-child li")).toHaveLength(40);
});

test("what is found late is offered to who asked for it", () => {
  let words: Word[] = [];
  input = h("input");
  const late = suggest(
    input,
    whole(() => words),
  );
  document.body.replaceChildren(input, late);
  const tell = () => {
    words = [["events.lhe.gz", ""]];
    input.dispatchEvent(new Event(FOUND));
  };
  tell();
  expect(late.hidden).toBe(true);
  words = [];
  input.focus();
  press("ArrowDown");
  expect(late.hidden).toBe(true);
  tell();
  expect(late.hidden).toBe(false);
  press("Enter");
  expect(input.value).toBe("events.lhe.gz");
});

test("text of a word is text", () => {
  const hostile = suggest(
    input,
    whole(() => [["<img src=x>", "<b>note</b>"]]),
  );
  document.body.append(hostile);
  press("ArrowDown");
  expect(hostile.querySelector("img, b")).toBeNull();
});
