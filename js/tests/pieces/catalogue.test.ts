import { afterEach, expect, test, vi } from "vitest";
import { Catalogue } from "../../src/pieces/catalogue";
import { flush } from "../fake";

const ENTRIES = [
  { name: "fatjet0.mass", doc: "Mass", unit: "GeV", group: "leading fat jet" },
  { name: "fatjet0.tau21", doc: "Ratio", unit: "", group: "leading fat jet" },
  { name: "met", doc: "<b>", unit: "GeV", group: "event", also: "missing energy" },
];
const named = (root: HTMLElement) =>
  [...root.querySelectorAll<HTMLElement>("[data-name]")].map(({ dataset }) => dataset.name);

function catalogue(error: string | null = null) {
  const show = vi.fn();
  const ask = vi.fn((text: string) => Promise.resolve({ name: text.replaceAll("  ", " "), error }));
  const made = new Catalogue("observables", "Observables", ENTRIES, { show, ask });
  document.body.replaceChildren(made.root);
  const find = <T extends HTMLElement>(selector: string) =>
    made.root.querySelector<T>(selector) as T;
  const search = find<HTMLInputElement>("input");
  const type = (text: string) => {
    search.value = text;
    search.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const press = (key: string, from: Element = search, more = {}) =>
    from.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  const shown = () => show.mock.calls.map(([name]) => name);
  const said = () => made.root.querySelector(".hml-message")?.textContent;
  return { made, show, ask, find, search, type, press, shown, said };
}
afterEach(() => document.body.replaceChildren());

test("the catalogue adds, removes and takes what is typed, as text", async () => {
  const { made, find, type, press, shown, search } = catalogue();
  const changes = vi.fn();
  made.root.addEventListener("hml-changed", changes);
  find('[data-name="met"]').click();
  type(" jet0.<i>pt</i> ");
  press("Enter");
  expect(made.get()).toEqual(["met"]);
  await flush();
  expect(made.get()).toEqual(["met", "jet0.<i>pt</i>"]);
  expect(search.value).toBe("");
  expect(made.root.querySelector("i, b")).toBeNull();
  expect(shown()).toEqual(["met", "jet0.<i>pt</i>"]);
  expect(made.root.querySelectorAll('[aria-selected="true"]')).toHaveLength(1);
  find(".hml-remove").click();
  expect(made.get()).toEqual(["jet0.<i>pt</i>"]);
  expect(changes).toHaveBeenCalledTimes(3);
});

test("a text that the kernel refuses stays in the field, and the message stands below it", async () => {
  const { made, type, press, search, said, find } = catalogue("unknown observable 'mett'");
  type("mett");
  press("Enter");
  await flush();
  expect(made.get()).toEqual([]);
  expect([search.value, said()]).toEqual(["mett", "unknown observable 'mett'"]);
  made.say("", false);
  expect(said()).toBe("unknown observable 'mett'");
  expect(search.getAttribute("aria-invalid")).toBe("true");
  expect(find(".hml-message").nextElementSibling?.className).toBe("hml-catalogue-legend");
  type("met");
  expect(said()).toBe("");
});

test("Enter takes what is named whole, and walks through what is found", () => {
  const { made, type, press, ask } = catalogue();
  type("met");
  press("Enter");
  expect(made.get()).toEqual(["met"]);
  type("fatjet");
  press("Enter");
  expect(document.activeElement?.getAttribute("role")).toBe("listbox");
  expect(ask).not.toHaveBeenCalled();
  type("jet7.pt");
  expect(made.root.textContent).toContain("nothing in the catalogue; Enter adds it as your own");
});

test("Escape clears the search", () => {
  const { type, press, search, made } = catalogue();
  type("fat");
  expect(named(made.root)).toHaveLength(2);
  press("Escape");
  expect(search.value).toBe("");
  expect(named(made.root)).toHaveLength(3);
});

test("a chip that is wrong is marked, and a click puts it back into the field", () => {
  const { made, find, search } = catalogue();
  made.set(["met", "mett"]);
  made.blame({ mett: "unknown observable" });
  const wrong = find('[aria-invalid="true"]');
  expect([wrong.textContent, wrong.title.startsWith("unknown observable")]).toEqual(["mett", true]);
  wrong.click();
  expect([search.value, made.get()]).toEqual(["mett", ["met"]]);
  expect(document.activeElement).toBe(search);
});

test("after a chip is removed the next one has the focus, at the end the search; the preview goes on", () => {
  const { made, find, search, shown } = catalogue();
  made.set(["met", "ht", "fatjet0.mass"]);
  made.show("ht");
  const remove = (name: string) => find(`[aria-label="remove ${name}"]`).click();
  const focused = () => document.activeElement?.getAttribute("aria-label");
  remove("ht");
  expect([focused(), shown().at(-1)]).toEqual(["remove fatjet0.mass", "met"]);
  remove("fatjet0.mass");
  expect([focused(), shown().at(-1)]).toEqual(["remove met", "met"]);
  remove("met");
  expect(document.activeElement).toBe(search);
});

test("chips are moved by Alt and arrows, or dragged", () => {
  const { made, find, press } = catalogue();
  const changes = vi.fn();
  made.root.addEventListener("hml-changed", changes);
  made.set(["met", "ht", "fatjet0.mass"]);
  const chip = (name: string) => find(`[data-key="show ${name}"]`);
  chip("met").focus();
  press("ArrowRight", chip("met"), { altKey: true });
  expect(made.get()).toEqual(["ht", "met", "fatjet0.mass"]);
  expect(document.activeElement).toBe(chip("met"));
  expect(find(".hml-live").textContent).toBe("met is number 2 of 3");
  press("ArrowLeft", chip("ht"), { altKey: true });
  press("ArrowRight", chip("ht"));
  expect(changes).toHaveBeenCalledTimes(1);
  chip("fatjet0.mass").dispatchEvent(new Event("dragstart", { bubbles: true }));
  chip("ht").dispatchEvent(new Event("drop", { bubbles: true }));
  expect(made.get()).toEqual(["fatjet0.mass", "ht", "met"]);
});

test("observables of the objects that have a row come first, and go again", () => {
  const { made } = catalogue();
  const more = [{ name: "jet.pt", doc: "pT", unit: "GeV", group: "each jet", also: "momentum" }];
  made.offer(more);
  expect(named(made.root)[0]).toBe("jet.pt");
  expect(made.doc("jet.pt")).toBe("pT");
  made.offer([]);
  expect(named(made.root)).toHaveLength(3);
});

test("the catalogue is searched by name, meaning, unit and object", () => {
  const { made, search } = catalogue();
  const { root } = made;
  const find = (text: string) => {
    search.value = text;
    search.dispatchEvent(new Event("input", { bubbles: true }));
    return named(root);
  };
  expect(find("")).toEqual(["fatjet0.mass", "fatjet0.tau21", "met"]);
  expect(find("fat gev")).toEqual(["fatjet0.mass"]);
  expect(find("RATIO")).toEqual(["fatjet0.tau21"]);
  expect(find("missing energy")).toEqual(["met"]);
  expect(find("nothing like it")).toEqual([]);
});

test("the catalogue is ranked, and says what is missing", () => {
  const { made } = catalogue();
  made.rank({
    "fatjet0.mass": { separation: 0.31, missing: 0.004 },
    met: { separation: 0.62, missing: 0 },
    "fatjet0.tau21": { separation: null, missing: 1 },
  });
  const order = made.root.querySelector<HTMLInputElement>('[type="checkbox"]');
  order?.click();
  expect(named(made.root)).toEqual(["met", "fatjet0.mass", "fatjet0.tau21"]);
  const options = [...made.root.querySelectorAll("[data-name]")];
  expect(options.map((option) => option.getAttribute("aria-label"))).toEqual([
    "met: <b>, GeV, separation 0.62",
    "fatjet0.mass: Mass, GeV, separation 0.31, < 1 % missing",
    "fatjet0.tau21: Ratio, 100 % missing",
  ]);
});

test("keys walk through the catalogue and choose", () => {
  const { made, find, press, shown } = catalogue();
  const list = find('[role="listbox"]');
  press("ArrowDown");
  expect(document.activeElement).toBe(list);
  for (const key of ["ArrowDown", " ", "End", "Enter", "Home"]) press(key, list);
  expect(made.get()).toEqual(["fatjet0.tau21", "met"]);
  expect(shown().at(-1)).toBe("fatjet0.mass");
  const marked = list.getAttribute("aria-activedescendant") ?? "";
  expect(document.getElementById(marked)?.dataset.name).toBe("fatjet0.mass");
});

test("a separation that is not known has no bar", () => {
  const { made, find } = catalogue();
  made.rank({
    met: { separation: 0.5, missing: 0 },
    "fatjet0.mass": { separation: null, missing: 0 },
  });
  const bars = (name: string) => find(`[data-name="${name}"] .hml-powers`).childElementCount;
  expect(["met", "fatjet0.mass", "fatjet0.tau21"].map(bars)).toEqual([1, 0, 0]);
});
