import { beforeEach, expect, test } from "vitest";
import { CutList, type ListedCut } from "../../src/pieces/cutlist";

const CUTS: ListedCut[] = [
  { text: "fatjet0.mass > 70.0", on: true },
  { text: "fatjet0.tau21 < 0.52", on: false },
  { text: "jet.size >= 2", on: true },
];
const TEXTS = CUTS.map(({ text }) => text);

let list: CutList;
let asked: ListedCut[][];
let answers: ((wrong: string) => void)[];

beforeEach(() => {
  asked = [];
  answers = [];
  list = new CutList({
    change: (cuts) => {
      asked.push(cuts);
      return new Promise((answer) => answers.push(answer));
    },
  });
  document.body.replaceChildren(list.root);
  list.draw(CUTS);
});

const all = <E extends HTMLElement>(what: string) => [...list.root.querySelectorAll<E>(what)];
const texts = () => all(".hml-cuts .hml-link").map((node) => node.textContent);
const named = (label: string) =>
  all("[aria-label]").find((node) => node.getAttribute("aria-label") === label) as HTMLElement;
const field = () => all<HTMLInputElement>(".hml-field input")[0] as HTMLInputElement;
const said = () => all(":scope > .hml-message")[0]?.textContent;
const focused = () => document.activeElement?.getAttribute("aria-label");
const settled = () => new Promise((next) => setTimeout(next));
function press(node: Element, key: string): void {
  node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}
async function answer(wrong: string): Promise<void> {
  answers.shift()?.(wrong);
  await settled();
}
function edit(at: number, text: string): HTMLInputElement {
  named(`edit ${TEXTS[at]}`).click();
  const input = document.activeElement as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return input;
}

test("the cuts stand in their order, on or off", () => {
  expect(texts()).toEqual(TEXTS);
  expect(all<HTMLInputElement>("[type=checkbox]").map((tick) => tick.checked)).toEqual([
    true,
    false,
    true,
  ]);
  list.draw([]);
  expect(all("li")).toEqual([]);
  expect(all(".hml-hint")[0]?.hidden).toBe(false);
});

test("a tick asks for the whole list and keeps the focus", async () => {
  const tick = named("apply fatjet0.mass > 70.0");
  tick.focus();
  tick.click();
  expect(asked).toEqual([[{ text: TEXTS[0], on: false }, CUTS[1], CUTS[2]]]);
  expect(focused()).toBe("apply fatjet0.mass > 70.0");
  await answer("");
  expect((named("apply fatjet0.mass > 70.0") as HTMLInputElement).checked).toBe(false);
});

test("buttons move a cut, the focus goes with it, and the move is told", () => {
  named(`move down ${TEXTS[0]}`).focus();
  named(`move down ${TEXTS[0]}`).click();
  named(`move down ${TEXTS[0]}`).click();
  expect(asked.at(-1)).toEqual([CUTS[1], CUTS[2], CUTS[0]]);
  expect(texts()).toEqual([TEXTS[1], TEXTS[2], TEXTS[0]]);
  expect(focused()).toBe(`move down ${TEXTS[0]}`);
  expect(said()).toBe("fatjet0.mass > 70.0 is cut 3 of 3");
  expect(document.activeElement?.getAttribute("aria-disabled")).toBe("true");
  named(`move down ${TEXTS[0]}`).click();
  expect(asked).toHaveLength(2);
});

test("what the kernel refuses is put back, with its sentence", async () => {
  named(`take away ${TEXTS[1]}`).click();
  expect(texts()).toEqual([TEXTS[0], TEXTS[2]]);
  expect(focused()).toBe(`edit ${TEXTS[2]}`);
  await answer("The dataset is being written.");
  expect(texts()).toEqual(TEXTS);
  expect(said()).toBe("The dataset is being written.");
});

test("the state before a change does not undo what was clicked", async () => {
  named(`move up ${TEXTS[2]}`).click();
  list.draw(CUTS);
  expect(texts()).toEqual([TEXTS[0], TEXTS[2], TEXTS[1]]);
  const next = [CUTS[0], CUTS[2], CUTS[1]] as ListedCut[];
  list.draw(next);
  await answer("");
  list.draw(CUTS);
  expect(texts()).toEqual(TEXTS);
});

test("a cut is written anew in its place: Enter applies", async () => {
  const input = edit(0, "fatjet0.mass>80");
  press(input, "Enter");
  expect(asked.at(-1)).toEqual([{ text: "fatjet0.mass>80", on: true }, CUTS[1], CUTS[2]]);
  const normal = { text: "fatjet0.mass > 80", on: true };
  list.draw([normal, ...CUTS.slice(1)]);
  await answer("");
  expect(texts()[0]).toBe("fatjet0.mass > 80");
  expect(focused()).toBe("edit fatjet0.mass > 80");
});

test("a wrong text stays to be mended, and Escape puts the right one back", async () => {
  const input = edit(0, "fatjet0.mas > 80");
  press(input, "Enter");
  await answer("There is no fatjet0.mas; near names: fatjet0.mass.");
  expect(document.activeElement).toBe(input);
  expect(input.getAttribute("aria-invalid")).toBe("true");
  const message = document.getElementById(input.getAttribute("aria-describedby") ?? "");
  expect(message?.textContent).toMatch(/near names/);
  list.draw([CUTS[1], CUTS[0]] as ListedCut[]);
  expect(document.activeElement).toBe(input);
  press(input, "Escape");
  expect(texts()).toEqual([TEXTS[1], TEXTS[0]]);
  expect(focused()).toBe(`edit ${TEXTS[0]}`);
  expect(asked).toHaveLength(1);
});

test("an untouched text asks for nothing; an empty one is not a cut", async () => {
  press(edit(1, TEXTS[1] ?? ""), "Enter");
  await settled();
  expect(focused()).toBe(`edit ${TEXTS[1]}`);
  press(edit(1, " "), "Enter");
  await settled();
  expect(document.activeElement?.getAttribute("aria-invalid")).toBe("true");
  expect(asked).toEqual([]);
});

test("an untouched line closes when it is left, one that was typed in waits", async () => {
  named(`edit ${TEXTS[0]}`).click();
  named(`apply ${TEXTS[1]}`).focus();
  await settled();
  expect(texts()).toEqual(TEXTS);
  expect(focused()).toBe(`apply ${TEXTS[1]}`);
  edit(0, "met > 3");
  field().focus();
  await settled();
  expect(all("li input[type=text]")).toHaveLength(1);
});

test("a cut is added; an error keeps the text and the focus", async () => {
  field().focus();
  field().value = "jet.siz >= 2";
  press(field(), "Enter");
  press(field(), "Enter");
  expect(asked).toHaveLength(1);
  await answer("There is no jet.siz.");
  expect(field().value).toBe("jet.siz >= 2");
  expect(field().getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(field());
  field().value = "met > 100";
  press(field(), "Enter");
  await answer("");
  expect(field().value).toBe("");
  expect(field().getAttribute("aria-invalid")).toBe("false");
  expect(texts()).toEqual([...TEXTS, "met > 100"]);
});

test("the example is the caller's, in the field and in the answer to nothing typed", async () => {
  const message = () =>
    document.getElementById(field().getAttribute("aria-describedby") ?? "")?.textContent;
  press(field(), "Enter");
  await settled();
  expect(message()).toBe("Type a cut first.");
  list.draw(CUTS, "fatjet0.mass >= 100.0");
  expect(field().placeholder).toBe("fatjet0.mass >= 100.0");
  press(field(), "Enter");
  await settled();
  expect(message()).toBe("Type a cut first, such as fatjet0.mass >= 100.0.");
  expect(asked).toEqual([]);
});

test("a grip drags a cut to another place", () => {
  const rows = all("li");
  rows.forEach((row, at) => {
    row.getBoundingClientRect = () => ({ top: at * 20, height: 20 }) as DOMRect;
  });
  const grip = rows[0]?.querySelector(".hml-grip") as HTMLElement;
  const pointer = (type: string, clientY: number) =>
    grip.dispatchEvent(new MouseEvent(type, { clientY, button: 0 }));
  pointer("pointerdown", 10);
  pointer("pointermove", 35);
  expect(rows[1]?.classList.contains("hml-after")).toBe(true);
  pointer("pointerup", 35);
  expect(asked.at(-1)).toEqual([CUTS[1], CUTS[0], CUTS[2]]);
});

test("a text is text", () => {
  list.draw([{ text: "<img src=x> > 1", on: true }]);
  expect(list.root.querySelector("img")).toBeNull();
});

test("a region of the dataset is switched on as the first cut, and off again", async () => {
  const region = { name: "SR", text: "fatjet0.mass in [70, 110]" };
  list.draw(CUTS, "", [region]);
  const button = () => all(".hml-regions button")[0] as HTMLElement;
  expect([button().textContent, button().getAttribute("aria-pressed")]).toEqual(["SR", "false"]);
  button().click();
  expect(asked.at(-1)).toEqual([{ text: region.text, on: true }, ...CUTS]);
  expect(button().getAttribute("aria-pressed")).toBe("true");
  await answer("");
  list.draw([{ text: region.text, on: true }, ...CUTS], "", [region]);
  button().click();
  expect(asked.at(-1)).toEqual(CUTS);
  list.draw(CUTS);
  expect(all(".hml-regions")[0]?.hidden).toBe(true);
});
