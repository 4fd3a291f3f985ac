import { expect, test, vi } from "vitest";
import {
  listField,
  pairsField,
  selectField,
  textField,
  wholeNumber,
} from "../../src/pieces/fields";
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

test("what is wrong by itself is said without being told, once it was touched", () => {
  const seed = textField("seed", "Seed", { check: wholeNumber("seed", 0) });
  const form = new Form([seed], () => {});
  const said = () => seed.root.querySelector(".hml-message")?.textContent;
  form.fill({ seed: "" });
  expect([form.wrong, said()]).toEqual([true, ""]);
  const say = (text: string) => {
    type(seed.root, text);
    return said();
  };
  expect(say("x")).toBe("seed must be a whole number, not 'x'");
  expect(say("")).toBe("seed must be a whole number");
  expect(say("-1")).toBe("seed must be at least 0");
  expect(say("1.5")).toBe("seed must be a whole number, not '1.5'");
  expect([say("10 000"), form.wrong]).toEqual(["", false]);
  form.show({ seed: "the kernel knows better" });
  expect(said()).toBe("the kernel knows better");
  seed.disable(true);
  seed.set("");
  expect(form.wrong).toBe(false);
});

test("a label belongs to its control, and a message describes it", () => {
  const { root } = textField("name", "Name");
  const input = root.querySelector("input");
  expect(root.querySelector("label")?.htmlFor).toBe(input?.id);
  expect(root.querySelector(`#${input?.getAttribute("aria-describedby")}`)).not.toBeNull();
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
