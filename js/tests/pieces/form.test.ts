import { expect, test, vi } from "vitest";
import { Catalogue } from "../../src/pieces/catalogue";
import { listField, pairsField, selectField, textField } from "../../src/pieces/fields";
import { Form } from "../../src/pieces/form";
import { Sources } from "../../src/pieces/sources";
import type { Word } from "../../src/shared/state";

function type(root: HTMLElement, text: string, at = 0): void {
  const input = root.querySelectorAll("input")[at];
  if (!input) throw new Error("no input");
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

test("a form's values come from its fields and go back into them", () => {
  const known: Word[] = [["ptj", "smallest pT", "pythia8", "GeV"]];
  const fields = [
    textField("process", "Process"),
    listField("decays", "Decays", { add: "decay", placeholder: "" }),
    pairsField("settings", "Settings", () => known, { add: "setting" }),
    selectField("detector", "Detector", [
      { value: "cms", text: "cms" },
      { value: "none", text: "none" },
    ]),
  ];
  const form = new Form(fields, () => {});
  const values = {
    process: "p p > z z",
    decays: ["z > j j", "z > vl vl~"],
    settings: [["ptj", "200"]],
    detector: "none",
  };
  form.fill(values);
  expect(form.values).toEqual(values);
  expect(fields[2]?.root.textContent).toContain("GeV");
  const remove = fields[1]?.root.querySelector<HTMLElement>(".hml-remove");
  remove?.click();
  expect(form.values.decays).toEqual(["z > vl vl~"]);
});

test("an error shows once its field was touched or all was asked for, others in a line below", () => {
  const fields = [textField("name", "Name"), textField("seed", "Seed")];
  const asked = vi.fn();
  const form = new Form(fields, asked);
  const said = (at: number) => fields[at]?.root.querySelector(".hml-message")?.textContent;
  form.show({ name: "too short", seed: "not a number", form: "nothing to do" }, {});
  expect([said(0), said(1), form.general.textContent]).toEqual(["", "", "nothing to do"]);
  type(fields[0]?.root as HTMLElement, "z");
  expect(asked).toHaveBeenCalledTimes(1);
  form.show({ name: "too short", seed: "not a number" });
  expect([said(0), said(1)]).toEqual(["too short", ""]);
  expect(fields[0]?.root.querySelector("input")?.getAttribute("aria-invalid")).toBe("true");
  form.insist();
  expect(said(1)).toBe("not a number");
  form.show({}, { seed: "any number will do" });
  expect([said(0), said(1)]).toEqual(["", "any number will do"]);
});

test("a label belongs to its control, and a message describes it", () => {
  const { root } = textField("name", "Name");
  const input = root.querySelector("input");
  expect(root.querySelector("label")?.htmlFor).toBe(input?.id);
  expect(root.querySelector(`#${input?.getAttribute("aria-describedby")}`)).not.toBeNull();
});

const ENTRIES = [
  { name: "fatjet0.mass", doc: "Mass", unit: "GeV", group: "leading fat jet" },
  { name: "fatjet0.tau21", doc: "Ratio", unit: "", group: "leading fat jet" },
  { name: "met", doc: "<b>", unit: "GeV", group: "event" },
];
const named = (root: HTMLElement) =>
  [...root.querySelectorAll<HTMLElement>("[data-name]")].map(({ dataset }) => dataset.name);

test("the catalogue adds, removes and takes what is typed, as text", () => {
  const shown: string[] = [];
  const catalogue = new Catalogue("observables", "Observables", ENTRIES, (n) => shown.push(n));
  const changes = vi.fn();
  catalogue.root.addEventListener("hml-changed", changes);
  catalogue.root.querySelector<HTMLElement>('[data-name="met"]')?.click();
  const search = catalogue.root.querySelector("input") as HTMLInputElement;
  search.value = " jet0.<i>pt</i> ";
  search.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  expect(catalogue.get()).toEqual(["met", "jet0.<i>pt</i>"]);
  expect(catalogue.root.querySelector("i, b")).toBeNull();
  expect(shown).toEqual(["met", "jet0.<i>pt</i>"]);
  expect(catalogue.root.querySelectorAll('[aria-selected="true"]')).toHaveLength(1);
  catalogue.root.querySelector<HTMLElement>(".hml-remove")?.click();
  expect(catalogue.get()).toEqual(["jet0.<i>pt</i>"]);
  expect(changes).toHaveBeenCalledTimes(3);
});

test("the catalogue is searched by name, meaning, unit and object", () => {
  const { root } = new Catalogue("observables", "Observables", ENTRIES, () => {});
  const search = root.querySelector("input") as HTMLInputElement;
  const find = (text: string) => {
    search.value = text;
    search.dispatchEvent(new Event("input", { bubbles: true }));
    return named(root);
  };
  expect(find("")).toEqual(["fatjet0.mass", "fatjet0.tau21", "met"]);
  expect(find("fat gev")).toEqual(["fatjet0.mass"]);
  expect(find("RATIO")).toEqual(["fatjet0.tau21"]);
  expect(find("nothing like it")).toEqual([]);
});

test("the catalogue is ranked, and says what is missing", () => {
  const catalogue = new Catalogue("observables", "Observables", ENTRIES, () => {});
  catalogue.rank({
    "fatjet0.mass": { separation: 0.31, missing: 0.004 },
    met: { separation: 0.62, missing: 0 },
    "fatjet0.tau21": { separation: null, missing: 1 },
  });
  document.body.replaceChildren(catalogue.root);
  const order = catalogue.root.querySelector<HTMLInputElement>('[type="checkbox"]');
  order?.click();
  expect(named(catalogue.root)).toEqual(["met", "fatjet0.mass", "fatjet0.tau21"]);
  const options = [...catalogue.root.querySelectorAll("[data-name]")];
  expect(options.map((option) => option.getAttribute("aria-label"))).toEqual([
    "met: <b>, GeV, separation 0.62",
    "fatjet0.mass: Mass, GeV, separation 0.31, < 1 % missing",
    "fatjet0.tau21: Ratio, 100 % missing",
  ]);
});

test("keys walk through the catalogue and choose", () => {
  const shown: string[] = [];
  const catalogue = new Catalogue("observables", "Observables", ENTRIES, (n) => shown.push(n));
  document.body.replaceChildren(catalogue.root);
  const list = catalogue.root.querySelector<HTMLElement>('[role="listbox"]');
  const press = (key: string) => list?.dispatchEvent(new KeyboardEvent("keydown", { key }));
  catalogue.root
    .querySelector("input")
    ?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown" }));
  expect(document.activeElement).toBe(list);
  press("ArrowDown");
  press(" ");
  press("End");
  press("Enter");
  press("Home");
  expect(catalogue.get()).toEqual(["fatjet0.tau21", "met"]);
  expect(shown.at(-1)).toBe("fatjet0.mass");
  const marked = list?.getAttribute("aria-activedescendant") ?? "";
  expect(document.getElementById(marked)?.dataset.name).toBe("fatjet0.mass");
});

test("new runs go into the sources, lost ones out", () => {
  const sources = new Sources();
  const run = (target: string) => ({ target, label: target, n_events: 10, cross_section: null });
  sources.offer([run("zz")], true);
  sources.used.set(["zz"]);
  sources.signal.set(["zz"]);
  expect(sources.offer([run("zz"), run("qcd")], false)).toBe(true);
  expect(sources.used.get()).toEqual(["zz", "qcd"]);
  expect(sources.offer([run("qcd")], false)).toBe(true);
  expect([sources.used.get(), sources.signal.get()]).toEqual([["qcd"], []]);
  expect(sources.offer([run("qcd")], false)).toBe(false);
});
