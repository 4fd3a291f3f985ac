import { expect, test } from "vitest";
import { Options, outside } from "../../src/pieces/options";
import type { Method, MethodOption } from "../../src/shared/trainingstate";

const option = (name: string, more: Partial<MethodOption> = {}): MethodOption => ({
  name,
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
const method = (...options: MethodOption[]) => ({ options }) as unknown as Method;

function offered(...all: MethodOption[]) {
  const options = new Options();
  options.offer(method(...all));
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
  options.blame({ dropout: "dropout must be a number" });
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
