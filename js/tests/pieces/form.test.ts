import { expect, test, vi } from "vitest";
import { Catalogue } from "../../src/pieces/catalogue";
import { Cutflow } from "../../src/pieces/cutflow";
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

test("the catalogue adds, removes and takes what is typed, as text", () => {
  const shown: string[] = [];
  const entries = [{ name: "met", doc: "<b>", unit: "GeV", group: "event" }];
  const catalogue = new Catalogue(entries, (name) => shown.push(name));
  const changes = vi.fn();
  catalogue.root.addEventListener("hml-changed", changes);
  catalogue.root.querySelector<HTMLElement>(".hml-catalogue .hml-chip")?.click();
  const search = catalogue.root.querySelector("input") as HTMLInputElement;
  search.value = " jet0.<i>pt</i> ";
  search.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  expect(catalogue.get()).toEqual(["met", "jet0.<i>pt</i>"]);
  expect(catalogue.root.querySelector("i, b")).toBeNull();
  expect(shown).toEqual(["met", "jet0.<i>pt</i>"]);
  catalogue.root.querySelector<HTMLElement>(".hml-remove")?.click();
  expect(catalogue.get()).toEqual(["jet0.<i>pt</i>"]);
  expect(changes).toHaveBeenCalledTimes(3);
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

test("the cutflow writes over its last rows and comes back", () => {
  const flow = new Cutflow();
  const texts = () => [...flow.root.querySelectorAll("tbody td")].map((cell) => cell.textContent);
  flow.draw({
    columns: ["cut", "zz"],
    rows: [
      ["generated", "9"],
      ["met > 1", "5"],
    ],
  });
  const cell = flow.root.querySelectorAll("tbody td")[3];
  flow.preview(1, [["met > 2", "4"]]);
  expect(texts()).toEqual(["generated", "9", "met > 2", "4"]);
  expect(cell?.textContent).toBe("4");
  flow.preview(1, [
    ["met > 2", "4"],
    ["ht > 1", "3"],
  ]);
  expect(texts()).toHaveLength(6);
});
