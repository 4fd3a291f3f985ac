import { expect, test } from "vitest";
import { Options, outside } from "../../src/pieces/options";
import type { MethodOption } from "../../src/shared/trainingstate";

const option = (name: string, more: Partial<MethodOption> = {}): MethodOption => ({
  name,
  label: name.replaceAll("_", " "),
  type: "number",
  default: "0.5",
  min: 0,
  max: 0.95,
  choices: [],
  unit: "",
  doc: `what ${name} is`,
  advanced: false,
  ...more,
});

function offered(...all: MethodOption[]) {
  const options = new Options();
  options.offer(all);
  document.body.replaceChildren(options.root);
  const input = (name: string) => {
    const found = options.root.querySelector<HTMLInputElement>(`[data-field="${name}"] input`);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  const type = (name: string, text: string) => {
    input(name).value = text;
    input(name).dispatchEvent(new Event("input", { bubbles: true }));
  };
  const said = (name: string) =>
    options.root.querySelector(`[data-field="${name}"] .hml-message`)?.textContent;
  return { options, input, type, said };
}

test("options of every kind are typed, and an empty field stands for the default", () => {
  const { options, input, type } = offered(
    option("rate"),
    option("hidden", { type: "integers", default: "64, 64" }),
    option("loss", { type: "choice", default: "b", choices: ["a", "b"] }),
    option("normalize", { type: "flag", default: "true" }),
    option("cuts", { type: "texts", default: "" }),
    option("builder", { type: "text", default: "" }),
  );
  const usual = { rate: "0.5", hidden: "64, 64", loss: "b", normalize: "true" };
  expect(options.get()).toEqual({ ...usual, cuts: "", builder: "" });
  type("rate", "");
  input("normalize").click();
  options.set({ loss: "a", cuts: "met > 50\npt < 3" });
  const next = { ...usual, loss: "a", normalize: "false", cuts: "met > 50\npt < 3", builder: "" };
  expect(options.get()).toEqual(next);
});

test("what a beginner does not need waits behind a disclosure that says what was changed there", () => {
  const { options, type } = offered(option("rate"), option("dropout", { advanced: true }));
  const more = options.root.querySelector("details");
  expect(more?.contains(options.root.querySelector('[data-field="dropout"]'))).toBe(true);
  expect(more?.contains(options.root.querySelector('[data-field="rate"]'))).toBe(false);
  expect(options.seen.map(({ name }) => name)).toEqual(["rate"]);
  type("dropout", "0.2");
  expect(more?.querySelector("summary")?.textContent).toBe("more options (1 changed)");
  options.set({ dropout: "0.5" });
  expect(more?.querySelector("summary")?.textContent).toBe("more options");
  options.tell({ dropout: "dropout must be a number" }, {});
  expect(more?.open).toBe(true);
  expect(options.seen.map(({ name }) => name)).toEqual(["rate", "dropout"]);
});

test("a number outside its bounds is told at once, while the kernel is busy too", () => {
  const { type, said } = offered(option("learning_rate"));
  type("learning_rate", "7");
  expect(said("learning_rate")).toBe("learning rate must be at most 0.95");
  type("learning_rate", "0.7");
  expect(said("learning_rate")).toBe("");
});

test.each([
  ["number", "-1", "x must be at least 0"],
  ["number", "nonsense", ""],
  ["integers", "1, 2", "x must be at most 0.95"],
  ["integers", "none", ""],
  ["integer", "1 000", "x must be at most 0.95"],
  ["text", "7", ""],
] as const)("%s %s: %s", (type, typed, says) => {
  expect(outside(option("x", { type }), typed)).toBe(says);
});

test("lists of columns may be empty, and names of columns are written as they are", () => {
  const { options } = offered(
    option("of", { type: "column", default: "my_mlp.score", choices: ["my_mlp.score"] }),
    option("inputs", { type: "columns", default: "a\nb", choices: ["a", "b"] }),
    option("network.batch_size", { type: "integer", default: "64", label: "size of a batch" }),
  );
  expect(options.get()).toEqual({
    of: "my_mlp.score",
    inputs: "a\nb",
    "network.batch_size": "64",
  });
  expect(options.root.querySelector("option")?.textContent).toBe("my_mlp.score");
  expect(options.root.querySelectorAll(".hml-label")[2]?.textContent).toBe("size of a batch");
  for (const remove of options.root.querySelectorAll<HTMLElement>(".hml-remove")) remove.click();
  expect(options.get()).toMatchObject({ inputs: "" });
  options.start({ "network.batch_size": "8" });
  expect(options.get()).toMatchObject({ inputs: "a\nb", "network.batch_size": "8" });
  options.start({});
  expect(options.get()).toMatchObject({ "network.batch_size": "64" });
});

test("what was only proposed follows other choices; what was typed stays", () => {
  const of = (...choices: string[]) =>
    option("of", { type: "column", choices, default: choices.at(-1) ?? "" });
  const inputs = (...choices: string[]) =>
    option("inputs", { type: "columns", choices, default: choices[0] ?? "" });
  const { options, input, type } = offered(of("a.score"), inputs("x", "y"));
  expect(options.renew([of("a.score"), inputs("x", "y")])).toBe(false);
  expect(options.renew([of("a.score", "b.score"), inputs("z", "y")])).toBe(true);
  expect(options.get()).toEqual({ of: "b.score", inputs: "z" });
  const find = () => {
    input("inputs").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown" }));
    return [...options.root.querySelectorAll("li .hml-mono")].map((one) => one.textContent);
  };
  expect(find()).toEqual([]);
  options.set({ inputs: "z\n " });
  type("inputs", "");
  expect(find()).toEqual(["z", "y"]);
  type("inputs", "y");
  options.set({ of: "a.score" });
  options.renew([of("a.score", "b.score", "c.score"), inputs("w", "v")]);
  expect(options.get()).toEqual({ of: "a.score", inputs: "y" });
  type("inputs", "");
  expect(find()).toEqual(["w", "v"]);
  options.renew([of("c.score"), inputs("w")]);
  expect(options.get()).toEqual({ of: "c.score", inputs: "" });
});

test("a number and a flag stay as they were set while a column is offered anew", () => {
  const all = (...choices: string[]) => [
    option("of", { type: "column", choices, default: choices[0] ?? "" }),
    option("components", { type: "integer", default: "8", max: 20 }),
    option("rate"),
    option("standardize", { type: "flag", default: "false" }),
  ];
  const { options, input, type } = offered(...all("a"));
  type("components", "5");
  input("standardize").click();
  options.renew(all("a", "b.score"));
  expect(options.get()).toEqual({ of: "a", components: "5", rate: "0.5", standardize: "true" });
});

test("a note stands where an error would", () => {
  const { options, said, input } = offered(option("rate"));
  options.tell({}, { rate: "few have it" });
  expect([said("rate"), input("rate").getAttribute("aria-invalid")]).toEqual([
    "few have it",
    "false",
  ]);
  options.tell({ rate: "wrong" }, { rate: "few have it" });
  expect([said("rate"), input("rate").getAttribute("aria-invalid")]).toEqual(["wrong", "true"]);
});
