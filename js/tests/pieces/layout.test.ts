import { beforeEach, describe, expect, test } from "vitest";
import { type Arrangement, LayoutForm, ViewMenu } from "../../src/pieces/layout";
import type { Bins } from "../../src/pieces/viewmenu";

const NOW: Arrangement = {
  observables: [
    { name: "met", unit: "GeV", bins: 40, range: [0, 500] },
    { name: "tau21", bins: 20, range: [0, 1] },
  ],
  maps: [["met", "tau21"]],
  how: "stacked",
  below: "significance",
  log: false,
  snap: true,
  luminosity: 139,
  uncertainty: 0,
};
const CATALOGUE = [
  { name: "mass", unit: "GeV" },
  { name: "mass_2", unit: "GeV" },
];

const settled = () => new Promise((next) => setTimeout(next));
const labelled = <E extends HTMLElement>(root: Element, label: string) =>
  [...root.querySelectorAll<E>("[aria-label]")].find(
    (node) => node.getAttribute("aria-label") === label,
  ) as E;
function enter(input: HTMLInputElement, text: string): void {
  input.focus();
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
function press(node: Element, key: string): void {
  node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}
const messageOf = (input: Element) =>
  document.getElementById(input.getAttribute("aria-describedby") ?? "")?.textContent;

describe("LayoutForm", () => {
  let form: LayoutForm;
  let asked: Arrangement[];
  let wrong: string;
  beforeEach(() => {
    asked = [];
    wrong = "";
    form = new LayoutForm({
      change: async (next) => {
        asked.push(next);
        return wrong;
      },
    });
    document.body.replaceChildren(form.root);
    form.draw(NOW, CATALOGUE, 48);
  });
  const find = <E extends HTMLElement>(label: string) => labelled<E>(form.root, label);
  const names = () =>
    [...form.root.querySelectorAll("ol .hml-name")].map((node) => node.textContent);
  const search = () => form.root.querySelector(".hml-control input") as HTMLInputElement;

  test("a button opens and closes the panel", () => {
    expect(form.panel.hidden).toBe(true);
    form.toggle.click();
    expect(form.panel.hidden).toBe(false);
    expect(form.toggle.getAttribute("aria-expanded")).toBe("true");
    expect(form.toggle.getAttribute("aria-controls")).toBe(form.panel.id);
    form.toggle.click();
    expect(form.panel.hidden).toBe(true);
  });

  test("it shows the arrangement", () => {
    expect(names()).toEqual(["met", "tau21"]);
    expect(find<HTMLInputElement>("bins of met").value).toBe("40");
    expect(find<HTMLInputElement>("tau21: range to").value).toBe("1");
    expect(form.root.querySelector("ul .hml-name")?.textContent).toBe("met × tau21");
  });

  test("how histograms are drawn is the toolbar's: it is carried, not asked", () => {
    expect(form.root.querySelector("[type=radio], [type=checkbox]")).toBeNull();
    find("take away met").click();
    expect(asked).toEqual([{ ...NOW, observables: NOW.observables.slice(1) }]);
  });

  test("a refusal is put back and said, until the next one is asked", async () => {
    wrong = "There are too many histograms.";
    find("take away met").click();
    expect(names()).toEqual(["tau21"]);
    await settled();
    expect(names()).toEqual(["met", "tau21"]);
    expect(form.panel.textContent).toContain(wrong);
    wrong = "";
    find("take away met").click();
    await settled();
    expect(form.panel.textContent).not.toContain("too many");
  });

  test("a word of the list is added at once, a typed one with Enter", () => {
    const input = search();
    input.focus();
    input.value = "mass";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    expect(asked).toEqual([]);
    const offered = [...form.root.querySelectorAll("[role=option] .hml-mono")];
    expect(offered.map((node) => node.textContent)).toEqual(["mass_2"]);
    press(input, "ArrowDown");
    press(input, "Enter");
    const added = { name: "mass_2", unit: "GeV", bins: null, range: null };
    expect(asked.at(-1)?.observables).toEqual([...NOW.observables, added]);
    expect(names()).toEqual(["met", "tau21", "mass_2"]);
    expect(input.value).toBe("");
    input.value = "mass";
    press(input, "Enter");
    expect(names().at(-1)).toBe("mass");
    expect(document.activeElement).toBe(input);
  });

  test("the search names columns that there are", () => {
    expect(search().placeholder).toBe("search: mass, mass_2");
    form.draw(NOW, [...CATALOGUE, { name: "ht", unit: "GeV" }], 48);
    expect(search().placeholder).toBe("search: mass, mass_2 …");
    form.draw(NOW, [], 48);
    expect(search().placeholder).toBe("every column is on the board");
  });

  test("what cannot be added is said at the field", () => {
    for (const [text, said] of [
      ["mas", "mas is not in this dataset: add it in the Lab, under Observables."],
      ["met", "met is on the board already."],
    ] as const) {
      search().value = text;
      press(search(), "Enter");
      expect(messageOf(search())).toBe(said);
      expect(search().getAttribute("aria-invalid")).toBe("true");
    }
    expect(asked).toEqual([]);
  });

  test("rows are moved and taken away with the keyboard", async () => {
    find("move up tau21").focus();
    find("move up tau21").click();
    expect(names()).toEqual(["tau21", "met"]);
    expect(document.activeElement).toBe(find("move up tau21"));
    find("move up tau21").click();
    expect(asked).toHaveLength(1);
    find("take away tau21").click();
    expect(asked.at(-1)?.observables.map(({ name }) => name)).toEqual(["met"]);
    expect(document.activeElement).toBe(find("take away met"));
  });

  test.each([
    ["bins of met", "49", "bins: a whole number from 1 to 48"],
    ["bins of met", "2.5", "bins: a whole number from 1 to 48"],
    ["met: range from", "500", "the range must go up: 500 is not below 500"],
    ["met: range from", "", "where does the range begin?"],
    ["met: range to", "1 TeV", "1 TeV is not a number"],
  ])("%s: %s is refused at the field", (label, text, said) => {
    const input = find<HTMLInputElement>(label);
    enter(input, text);
    expect(messageOf(input)).toBe(said);
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(asked).toEqual([]);
    press(input, "Escape");
    expect(messageOf(input)).toBe("");
    expect(input.getAttribute("aria-invalid")).toBe("false");
  });

  test("bins and ranges are asked for as numbers; empty ones are chosen by the kernel", () => {
    enter(find("bins of met"), "25");
    expect(asked.at(-1)?.observables[0]).toEqual({ ...NOW.observables[0], bins: 25 });
    enter(find("met: range from"), "-1e2");
    expect(asked.at(-1)?.observables[0]?.range).toEqual([-100, 500]);
    enter(find("bins of met"), "");
    expect(asked.at(-1)?.observables[0]?.bins).toBeNull();
    enter(find("bins of tau21"), "20");
    expect(asked).toHaveLength(3);
  });

  test("a new state does not write over what is being typed", () => {
    const input = find<HTMLInputElement>("met: range to");
    input.focus();
    input.value = "30";
    const first = { name: "met", unit: "GeV", bins: 10, range: [0, 200] as [number, number] };
    form.draw({ ...NOW, observables: [first, ...NOW.observables.slice(1)] }, CATALOGUE, 48);
    expect(input.value).toBe("30");
    expect(find<HTMLInputElement>("bins of met").value).toBe("10");
  });

  test("pairs are added once, of two different observables, and taken away", () => {
    const [x, y] = form.root.querySelectorAll("select");
    const add = find("add a 2-D view");
    add.click();
    expect(form.panel.textContent).toContain("met × tau21 is on the board already.");
    Object.assign(y as object, { value: "met" });
    add.click();
    expect(form.panel.textContent).toContain("two different observables");
    Object.assign(x as object, { value: "mass" });
    add.click();
    const both = [
      ["met", "tau21"],
      ["mass", "met"],
    ];
    expect(asked.map(({ maps }) => maps)).toEqual([both]);
    find("take away met × tau21").click();
    expect(asked.at(-1)?.maps).toEqual(both.slice(1));
  });

  test("names are text", () => {
    const name = "<img src=x>";
    const observables = [{ name, bins: 1, range: [0, 1] as [number, number] }];
    form.draw({ ...NOW, observables, maps: [[name, name]] }, [{ name, unit: name }], 48);
    expect(form.root.querySelector("img")).toBeNull();
  });
});

describe("ViewMenu", () => {
  let menu: ViewMenu;
  let said: unknown[];
  beforeEach(() => {
    said = [];
    menu = new ViewMenu(
      {
        change: async (next: Bins) => {
          said.push(next);
          return next.bins === 1 ? "One bin shows nothing." : "";
        },
        move: (by) => said.push(by),
        remove: () => said.push("remove"),
      },
      "met",
    );
    document.body.replaceChildren(menu.root);
    menu.draw({ bins: 40, range: [0, 500], first: true, last: false, most: 48 });
  });
  const find = <E extends HTMLElement>(label: string) => labelled<E>(menu.root, label);
  const opener = () => find("met: bins, range, place");
  const panel = () => menu.root.querySelector(".hml-popover") as HTMLElement;

  test("it opens with the focus inside, and Escape closes it with the focus back", () => {
    opener().click();
    expect(panel().hidden).toBe(false);
    expect(document.activeElement).toBe(find("bins of met"));
    press(find("bins of met"), "Escape");
    expect(panel().hidden).toBe(true);
    expect(document.activeElement).toBe(opener());
    expect(opener().getAttribute("aria-expanded")).toBe("false");
  });

  test("a pointer or the focus elsewhere closes it", () => {
    opener().click();
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
    expect(panel().hidden).toBe(true);
    opener().click();
    panel().dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
    expect(panel().hidden).toBe(false);
    menu.dispose();
    expect(panel().hidden).toBe(true);
  });

  test("it moves where there is a place, and takes away", () => {
    find("move met left").click();
    find("move met right").click();
    find("take met away").click();
    expect(said).toEqual([1, "remove"]);
  });

  test("bins are checked here, and what the kernel says is shown", async () => {
    enter(find("bins of met"), "0");
    expect(said).toEqual([]);
    enter(find("bins of met"), "1");
    await settled();
    expect(said).toEqual([{ bins: 1, range: [0, 500] }]);
    expect(panel().textContent).toContain("One bin shows nothing.");
  });
});
