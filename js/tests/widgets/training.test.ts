import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TrainingState } from "../../src/shared/trainingstate";
import lab from "../../src/widgets/lab";
import { free } from "../../src/widgets/training-form";
import { flush, HandModel } from "../fake";
import { FakeModel } from "../harness/kernel";

let el: HTMLElement;
let clean: () => void;
let model: HandModel;

beforeEach(() => {
  vi.useFakeTimers();
  el = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  clean();
  el.remove();
  vi.useRealTimers();
});

async function show(scenario = "filled", change: (state: TrainingState) => void = () => {}) {
  const { traits } = new FakeModel(scenario, "training");
  change(traits.training as TrainingState);
  model = new HandModel({ ...traits });
  clean = lab.render({ model, el });
  await vi.advanceTimersByTimeAsync(300);
  await model.answer("attached", { ops: [] });
}
function field<T extends HTMLElement = HTMLInputElement>(name: string): T {
  const found = el.querySelector<T>(`[data-field="${name}"] :is(input, select)`);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}
function choose(name: string, value: string): void {
  const select = field<HTMLSelectElement>(name);
  select.value = value;
  select.dispatchEvent(new Event("input", { bubbles: true }));
}
const press = (words: string) =>
  [...el.querySelectorAll<HTMLElement>("button")].find((one) => one.textContent === words)?.click();
const waiting = () =>
  [...el.querySelectorAll(".hml-form .hml-queue span")].map((one) => one.textContent);
async function train(): Promise<void> {
  el.querySelector("form")?.requestSubmit();
  await flush();
}
const images = (state: TrainingState) =>
  state.datasets.unshift({ ...state.datasets[0], target: "images", kind: "image" } as never);

test("a method without a dataset says what it needs; others bring the dataset that fits", async () => {
  await show("filled", images);
  const options = [...field<HTMLSelectElement>("method").options];
  expect(options.filter(({ disabled }) => disabled).map(({ text }) => text)).toEqual([
    "Graph network – needs a dataset of graphs",
    "Surrogate of a score – needs a score: train a model, then press its cut on score",
  ]);
  choose("method", "CNN");
  expect([field("dataset").value, field("name").value]).toEqual(["images", "cnn"]);
  expect(el.querySelector('[data-field="filters"]')).not.toBeNull();
  choose("dataset", "selected");
  expect([field("method").value, field("name").value]).toEqual(["MLP", "mlp_2"]);
  choose("method", "CutAndCount");
  choose("dataset", "images");
  expect(field("method").value).toBe("CNN");
  choose("method", "Network");
  expect(field("dataset").value).toBe("images");
});

test("a preset fills the fields and asks for its cell", async () => {
  await show();
  const before = model.of("check").length;
  press("with early stopping");
  expect([field("patience").value, field("epochs").value]).toEqual(["10", "200"]);
  await vi.advanceTimersByTimeAsync(500);
  expect(model.of("check").length).toBe(before + 1);
});

test("folds are said in words, and asked for", async () => {
  await show();
  expect(el.querySelector(".hml-side")?.textContent).not.toMatch(/folds:/);
  choose("folds", "2");
  expect(el.querySelector(".hml-side")?.textContent).toMatch(/each of 2 models learns from all/);
  await train();
  expect(model.of("commit").at(-1)).toMatchObject({ values: { values: { folds: "2" } } });
});

const options = async () => {
  await vi.advanceTimersByTimeAsync(500);
  return model.of("check").at(-1)?.values.options;
};
/** A dataset of the name with these columns, the last of which is a score. */
const scored = (state: TrainingState, target: string, ...columns: string[]) => {
  const [score = "", ...others] = columns.reverse();
  return {
    ...(state.datasets[0] as TrainingState["datasets"][0]),
    target,
    label: target,
    columns: {
      of: { choices: [score], default: score },
      inputs: { choices: others, default: others[0] ?? "" },
      flags: { choices: others, default: "" },
    },
  };
};

test("folds mean nothing for a surrogate: they are not sent, and come back with a network", async () => {
  await show("observed");
  choose("method", "MLP");
  choose("folds", "2");
  choose("method", "Surrogate");
  expect([field("folds").disabled, field<HTMLSelectElement>("folds").value]).toEqual([true, ""]);
  const why = () => el.querySelector<HTMLElement>('[data-field="folds"]')?.title;
  expect(why()).toMatch(/^Not for a surrogate/);
  expect(el.querySelector(".hml-side")?.textContent).not.toMatch(/folds:/);
  await train();
  expect(model.of("commit").at(-1)).toMatchObject({
    values: { values: { method: "Surrogate", folds: "" } },
  });
  choose("method", "BoostedDecisionTree");
  expect([field("folds").disabled, field<HTMLSelectElement>("folds").value]).toEqual([false, "2"]);
  expect(why()).toMatch(/^Cross-training/);
  choose("folds", "");
  choose("method", "Surrogate");
  choose("method", "MLP");
  expect(field<HTMLSelectElement>("folds").value).toBe("");
});

test("the columns of a surrogate are those of the chosen dataset, and of what is added to it", async () => {
  await show("observed", (state) =>
    state.datasets.push(scored(state, "other", "genjet0.pt", "bdt.score")),
  );
  expect(await options()).toMatchObject({ of: "mlp.score", flags: "genjet0.flavor" });
  choose("dataset", "other");
  expect(await options()).toMatchObject({ of: "bdt.score", inputs: "genjet0.pt", flags: "" });
  const asked = model.of("check").length;
  update((state) => {
    state.datasets.pop();
    state.datasets.push(scored(state, "other", "genjet1.pt", "genjet0.eta", "cnn.score"));
  });
  expect(await options()).toMatchObject({ of: "cnn.score", inputs: "genjet0.eta" });
  expect(model.of("check").length).toBe(asked + 1);
  choose("dataset", "mlp_scored");
  expect(await options()).toMatchObject({ of: "mlp.score", "network.hidden": "64, 64" });
});

test("a surrogate that was begun is there again, with its dataset and columns", async () => {
  const typed = { of: "bdt.score", inputs: "met", flags: "", "network.hidden": "8" };
  const draft = { method: "Surrogate", dataset: "other", options: typed, folds: "2" };
  await show("observed", (state) => {
    state.datasets.unshift(scored(state, "other", "genjet0.pt", "bdt.score"));
  });
  clean();
  model.traits.drafts = { training: draft };
  clean = lab.render({ model, el });
  await flush();
  expect(await options()).toEqual(expect.objectContaining(typed));
  expect(field<HTMLSelectElement>("folds").value).toBe("");
  press("as usual");
  expect(await options()).toMatchObject({ of: "bdt.score", inputs: "genjet0.pt" });
});

test("trainings wait in a row, each with a name of its own, and can be taken back", async () => {
  await show();
  for (const name of ["mlp_2", "mlp_3", "mlp_4"]) {
    expect(field("name").value).toBe(name);
    await train();
  }
  expect(waiting()).toEqual(["train mlp_3", "train mlp_4"]);
  field("name").value = "mlp_3";
  await train();
  expect(el.querySelector('[data-field="name"] .hml-message')?.textContent).toMatch(
    /mlp_3 waits or is being trained: take another name, such as mlp_5/,
  );
  expect(waiting()).toHaveLength(2);
  el.querySelector<HTMLElement>('[aria-label="do not train mlp_3"]')?.click();
  await flush();
  expect(waiting()).toEqual(["train mlp_4"]);
  expect(model.of("commit")).toHaveLength(1);
});

test("an unfinished training can go on or be kept as far as it came", async () => {
  await show("odd");
  press("go on after 7");
  await flush();
  const { values } = model.of("commit").at(-1) ?? { values: {} };
  expect(values).toMatchObject({ action: "go_on", values: { record_id: "0006" } });
});

test("what becomes of a training waits once, however often it is pressed", async () => {
  await show("odd");
  await train();
  for (const words of ["go on after 7", "go on after 7", "keep 7 epochs"]) {
    press(words);
    await flush();
  }
  expect(waiting()).toEqual(["mlp_with_a_rather_long_name: keep 7 epochs"]);
});

test("epochs are asked for where they mean something, and without them nothing is sent off", async () => {
  await show();
  const off = () => field("epochs").disabled;
  choose("method", "BoostedDecisionTree");
  expect(off()).toBe(true);
  choose("method", "Network");
  expect(off()).toBe(false);
  press("a random forest");
  expect(off()).toBe(true);
  press("as usual");
  expect(off()).toBe(false);
  const estimator = field("estimator");
  estimator.value = "sklearn.naive_bayes.GaussianNB";
  estimator.dispatchEvent(new Event("input", { bubbles: true }));
  expect(off()).toBe(true);
  choose("method", "MLP");
  field("epochs").value = "";
  field("epochs").dispatchEvent(new Event("input", { bubbles: true }));
  expect(field("epochs").getAttribute("aria-invalid")).toBe("true");
  await train();
  expect(model.of("commit")).toHaveLength(0);
  expect(document.activeElement).toBe(field("epochs"));
});

/** Give the panel another state, as the kernel does. */
function update(change: (state: TrainingState) => void): void {
  const state = structuredClone(model.get("training")) as TrainingState;
  change(state);
  model.traits.training = state;
  model.emit("change:training");
}
const focused = () => document.activeElement?.getAttribute("data-key");

test("the focus goes from what is no more to what follows it", async () => {
  await show("running");
  const { models } = new FakeModel("odd", "training").traits.training as TrainingState;
  const stopped = { ...(models.at(-1) as TrainingState["models"][0]), target: "mlp" };
  const become = (row: object) =>
    update((state) => {
      state.running = null;
      state.models = [...state.models.slice(0, -1), { ...stopped, ...row }];
    });
  el.querySelector<HTMLElement>('[data-key="stop mlp"]')?.focus();
  become({});
  expect(focused()).toBe("keep mlp");
  become({ status: "waiting", offers: [] });
  expect(focused()).toBe("row mlp");
  become({ status: "done", offers: [] });
  expect(focused()).toBe("row mlp");
});

test("the focus goes from a training that waits to the next one, then to Train", async () => {
  await show();
  for (let i = 0; i < 4; i += 1) await train();
  const items = () => [...el.querySelectorAll<HTMLElement>(".hml-form .hml-queue button")];
  items()[1]?.focus();
  for (const next of ["do not train mlp_5", "do not train mlp_3"]) {
    (document.activeElement as HTMLElement).click();
    await flush();
    expect(document.activeElement?.getAttribute("aria-label")).toBe(next);
  }
  (document.activeElement as HTMLElement).click();
  await flush();
  expect(focused()).toBe("train");
});

test("while a training starts its own curve is empty, and says what it waits for", async () => {
  await show("running");
  const learned = () => el.querySelector('[aria-label="how it learned"]')?.textContent;
  expect(learned()).toContain("Compiling: its first numbers");
  expect(learned()).not.toContain("bdt");
  const said = { type: "progress", record_id: "0006", panel: "training", rate: null, left: null };
  const history = { at: [1], curves: { loss: [0.5] } };
  model.emit("msg:custom", { ...said, fraction: 0.1, text: "epoch 1 of 10", history });
  expect(learned()).toContain("epoch 1 of 10");
  expect(learned()).toContain("mlp training");
  model.emit("msg:custom", {
    ...said,
    fraction: 0.1,
    text: "epoch 2: batch 3 of 9",
    history: null,
  });
  expect(el.querySelector(".hml-status")?.textContent).toContain("epoch 2: batch 3 of 9");
  expect(learned()).toContain("mlp training");
});

test("cuts that were found select, and what they select is shown under Cuts", async () => {
  await show();
  press("select by these cuts");
  await flush();
  expect(model.of("commit").at(-1)?.values).toMatchObject({
    action: "select",
    values: { target: "cuts" },
  });
  clean();
  await show("odd");
  press("selected_2 under Cuts →");
  expect(model.of("dataset").at(-1)?.values).toEqual({ target: "selected" });
  expect(model.get("tab")).toBe("cuts");
});

test("the model that is chosen at the ROC curve is the one whose learning and scores are drawn", async () => {
  await show();
  const name = () => el.querySelector('[aria-label="training against test"] h4')?.textContent;
  expect(name()).toContain("mlp");
  const choice = el.querySelector<HTMLSelectElement>('[data-key="roc model"]');
  if (!choice) throw new Error("there is no choice");
  choice.value = "bdt";
  choice.dispatchEvent(new Event("change"));
  expect(name()).toContain("bdt");
  expect(el.querySelector('[aria-label="how it learned"] .hml-legend')?.textContent).toContain(
    "bdt",
  );
});

test("the next free name", () => {
  expect(free("mlp", new Set())).toBe("mlp");
  expect(free("mlp", new Set(["mlp", "mlp_2"]))).toBe("mlp_3");
  expect(free("bdt_9", new Set(["bdt_9"]))).toBe("bdt_10");
});
