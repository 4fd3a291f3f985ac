import { afterEach, beforeEach, expect, test, vi } from "vitest";
import lab from "../../src/widgets/lab";
import { flush, HandModel, plugin } from "../fake";
import { FakeModel } from "../harness/kernel";
import { drawing } from "../pen";

let el: HTMLElement;
let cleanups: (() => void)[];

beforeEach(() => {
  vi.useFakeTimers();
  el = document.body.appendChild(document.createElement("div"));
  cleanups = [];
});
afterEach(() => {
  for (const cleanup of cleanups) cleanup();
  el.remove();
  vi.useRealTimers();
});

function show<M extends FakeModel | HandModel>(model: M): M {
  cleanups.push(lab.render({ model, el }));
  return model;
}
async function wait(time: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(time);
}
const text = (selector: string) => el.querySelector(selector)?.textContent ?? "";
const press = (words: string) =>
  [...el.querySelectorAll<HTMLElement>("button")].find((one) => one.textContent === words)?.click();

test.each(["processes", "observables", "cuts", "training", "record"])(
  "%s is shown in every scenario without an error",
  async (tab) => {
    const errors = vi.spyOn(console, "error");
    for (const scenario of ["empty", "filled", "running", "error"]) {
      show(new FakeModel(scenario, tab));
      await wait(400);
      expect(el.querySelectorAll('[role="tab"][aria-selected="true"]')).toHaveLength(1);
      expect(text(".hml-footer code")).not.toBe("");
      cleanups.pop()?.();
    }
    expect(el.childElementCount).toBe(0);
    expect(errors).not.toHaveBeenCalled();
  },
);

test("render is re-entrant, and a cleaned-up view leaves no listener behind", async () => {
  const model = new HandModel({ ...new FakeModel("filled", "cuts").traits });
  const first = lab.render({ model, el });
  const second = lab.render({ model, el });
  expect(el.querySelectorAll(".hml-lab")).toHaveLength(2);
  await wait(50);
  first();
  second();
  await wait(1000);
  expect(el.childElementCount).toBe(0);
  expect(model.listeners).toBe(0);
});

test("a drag sends nothing; letting go sends one commit, and the cards follow without a message", async () => {
  cleanups.push(plugin().stop);
  const model = show(new FakeModel("filled", "cuts"));
  await wait(3000);
  const before = model.sent.length;
  const handle = el.querySelector('[aria-label="met: keep what is above"]') as HTMLElement;
  const other = () =>
    drawing(el.querySelector('[aria-label="fatjet0.mass"] .hml-sheet')).filled.at(-1)?.corners;
  const drawn = other();
  const pointer = (type: string, clientX: number) =>
    handle.dispatchEvent(new MouseEvent(type, { clientX, button: 0, bubbles: true }));
  pointer("pointerdown", 10);
  for (let x = 10; x < 90; x += 2) {
    pointer("pointermove", x);
    await wait(16);
  }
  expect(model.sent.length).toBe(before);
  expect(other()).not.toEqual(drawn);
  expect(handle.getAttribute("aria-valuetext")).toMatch(
    /^met above \d+ GeV, [\d,]+ of 2,000 signal events$/,
  );
  expect(text(".hml-footer code")).toMatch(/"met >= \d+"/);
  expect(text(".hml-cutflow tbody tr:last-child")).toMatch(/^met >= /);
  pointer("pointerup", 90);
  expect(model.sent.slice(before).map(({ action }) => action)).toContain("commit");
  expect(model.sent.filter(({ action }) => action === "commit")).toHaveLength(1);
  const { values } = model.sent.find(({ action }) => action === "commit") ?? { values: {} };
  expect(values).toMatchObject({ panel: "cuts", action: "set" });
  await wait(200);
  expect(handle.getAttribute("aria-valuetext")).toMatch(/^met above/);
});

test("names from the kernel are text", async () => {
  const hostile = '<img src=x onerror="alert(1)">';
  const model = new FakeModel("filled", "processes");
  const swap = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll('"zz"', JSON.stringify(hostile)));
  for (const name of ["processes", "observables", "cuts", "training", "record"]) {
    model.traits[name] = swap(model.traits[name]);
  }
  model.traits.study = hostile;
  show(model);
  for (const title of ["Observables", "Cuts", "Training", "Record", "Processes"]) {
    const tab = [...el.querySelectorAll<HTMLElement>('[role="tab"]')];
    tab.find((one) => one.textContent?.startsWith(title))?.click();
    await wait(500);
    expect(el.querySelector("img")).toBeNull();
  }
  expect(text("h2")).toBe(hostile);
});

test("an empty panel says what comes first and leads there", async () => {
  const model = show(new FakeModel("empty", "training"));
  expect(text(".hml-empty p")).toMatch(/Build a dataset first/);
  press("Go to Observables");
  expect(model.get("tab")).toBe("observables");
  expect(text(".hml-empty p")).toMatch(/Generate a signal/);
});

test("tabs are walked with the arrow keys", () => {
  const model = show(new FakeModel("filled", "processes"));
  const selected = () => el.querySelector<HTMLElement>('[aria-selected="true"]');
  selected()?.focus();
  selected()?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  expect(model.get("tab")).toBe("observables");
  expect(document.activeElement).toBe(selected());
});

test("keys stay in the Lab", () => {
  show(new FakeModel("filled", "processes"));
  const heard = vi.fn();
  document.addEventListener("keydown", heard);
  el.querySelector("input")?.dispatchEvent(
    new KeyboardEvent("keydown", { key: "d", bubbles: true }),
  );
  document.removeEventListener("keydown", heard);
  expect(heard).not.toHaveBeenCalled();
  expect(el.querySelector("[data-lm-suppress-shortcuts]")).not.toBeNull();
});

test("a preset fills the form, and its background follows the signal", async () => {
  const model = show(new FakeModel("empty", "processes"));
  await wait(50);
  press("Z versus QCD jets");
  await wait(300);
  expect(text(".hml-footer code")).toMatch(/^zz = hml.generate\("p p > z z"/);
  el.querySelector("form")?.requestSubmit();
  await wait(300);
  const commit = model.sent.find(({ action }) => action === "commit");
  expect(commit?.values).toMatchObject({ action: "generate", cells: null, values: { name: "zz" } });
  expect(text(".hml-footer code")).toMatch(/^qcd = hml.generate/);
});

test("another generator takes other fields, and the button says what it does", async () => {
  const model = show(new FakeModel("filled", "processes"));
  await wait(300);
  const hidden = (name: string) =>
    el.querySelector(`[data-field="${name}"]`)?.closest("[hidden]") !== null;
  const choose = async (value: string) => {
    const select = el.querySelector<HTMLSelectElement>('[data-field="generator"] select');
    if (!select) throw new Error("no generator");
    select.value = value;
    for (const type of ["input", "change"])
      select.dispatchEvent(new Event(type, { bubbles: true }));
    await wait(300);
  };
  expect(["process", "file", "madspin"].map(hidden)).toEqual([false, true, true]);
  await choose("madgraph5");
  expect(["process", "file", "madspin"].map(hidden)).toEqual([false, true, false]);
  await choose("folder");
  expect(["process", "file", "run", "seed"].map(hidden)).toEqual([true, false, false, true]);
  expect(text(".hml-primary")).toBe("Open");
  expect(model.sent.some(({ action }) => action === "files")).toBe(true);
  await choose("lhe");
  expect(["run", "seed", "detector"].map(hidden)).toEqual([true, false, false]);
  expect(text(".hml-primary")).toBe("Shower");
  const asked = () => model.sent.filter(({ action }) => action === "check").at(-1)?.values.events;
  expect(asked()).toBe("");
  await choose("pythia8");
  expect(asked()).toBe("2000");
});

test("a refused commit of a preset gives back its form and what follows it", async () => {
  show(new FakeModel("error", "processes"));
  await wait(300);
  press("Z versus QCD jets");
  await wait(300);
  el.querySelector("form")?.requestSubmit();
  await wait(300);
  const name = () => el.querySelector<HTMLInputElement>('[data-field="name"] input')?.value;
  expect(name()).toBe("zz");
  expect(text(".hml-complaint")).toMatch(/locked by another kernel/);
  el.querySelector("form")?.requestSubmit();
  expect(name()).toBe("qcd");
});

test("log and diagrams of a run open below the table and close again", async () => {
  show(new FakeModel("filled", "processes"));
  await wait(300);
  const opener = [...el.querySelectorAll("button")].find((one) => one.textContent === "log");
  opener?.focus();
  opener?.click();
  await wait(50);
  expect(text(".hml-view")).toContain("chunk 0: 500 events");
  expect(document.activeElement?.classList).toContain("hml-log");
  document.activeElement?.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Escape", bubbles: true }),
  );
  expect(el.querySelector(".hml-view")).toBeNull();
  expect(document.activeElement).toBe(opener);
  const drawn = vi.fn(() => "blob:one");
  const dropped = vi.fn();
  Object.assign(URL, { createObjectURL: drawn, revokeObjectURL: dropped });
  press("diagrams");
  await wait(50);
  expect(text(".hml-view figcaption")).toBe("P1_gg_zz_matrix1");
  press("log");
  await wait(50);
  el.querySelector<HTMLElement>('.hml-view [aria-label="close"]')?.click();
  expect([drawn, dropped].map((one) => one.mock.calls.length)).toEqual([1, 1]);
});

test("a form that lacks something shows where, and commits nothing", async () => {
  const model = show(new FakeModel("empty", "processes"));
  await wait(50);
  el.querySelector("form")?.requestSubmit();
  expect(text('[data-field="process"] .hml-message')).toMatch(/write a process/);
  expect(model.sent.filter(({ action }) => action === "commit")).toHaveLength(0);
});

test("a refused commit is told in the panel that asked", async () => {
  show(new FakeModel("error", "training"));
  await wait(300);
  el.querySelector("form")?.requestSubmit();
  await wait(100);
  expect(text(".hml-complaint")).toMatch(/locked by another kernel/);
});

test("progress moves the bars and the curve", async () => {
  const model = show(new FakeModel("running", "training"));
  await wait(100);
  const progress = { type: "progress", record_id: "0006", panel: "training", fraction: 0.35 };
  const history = { at: [1, 2], curves: { loss: [0.6, 0.5], val_loss: [0.7, null] } };
  model.emit("msg:custom", {
    ...progress,
    text: "epoch 7 of 20",
    rate: null,
    left: "4 s left",
    history,
  });
  expect(text(".hml-status")).toMatch(/epoch 7 of 20 · 4 s left/);
  expect(el.querySelector(".hml-status [aria-valuenow]")?.getAttribute("aria-valuenow")).toBe("35");
  expect(text('[aria-label="how it learned"] .hml-legend')).toBe(" mlp training validation");
});

test("what runs is canceled by keyboard, and the focus stays in the Lab", async () => {
  const model = show(new HandModel({ ...new FakeModel("running", "training").traits }));
  const cancel = el.querySelector<HTMLElement>('.hml-header [data-key="cancel"]');
  cancel?.focus();
  expect(document.activeElement).toBe(cancel);
  model.traits.header = { ...(model.get("header") as object), running: null };
  model.emit("change:header");
  expect(cancel?.isConnected).toBe(false);
  expect(document.activeElement).toBe(el.querySelector('[data-key="tab training"]'));
});

test.each([
  ["filled", "Next: train a classifier →"],
  ["alone", "Next: score it with a bundle →"],
])("what follows the cuts of %s", async (scenario, next) => {
  show(new FakeModel(scenario, "cuts"));
  await wait(400);
  const offered = [...el.querySelectorAll<HTMLElement>(".hml-next")].filter((one) => !one.hidden);
  expect(offered.map(({ textContent }) => textContent)).toEqual([next]);
});

test("what waits can be seen and dropped", async () => {
  const model = show(new HandModel({ ...new FakeModel("filled", "processes").traits }));
  await wait(10);
  await model.answer("attached", { ops: [] });
  press("undo");
  press("undo");
  await flush();
  press("1 waiting");
  el.querySelector<HTMLElement>(".hml-queue .hml-remove")?.click();
  expect(el.querySelector(".hml-queue li")).toBeNull();
  expect(model.of("commit")).toHaveLength(1);
});

test("a notice can be read and closed, and makes way for the next one", async () => {
  const model = show(new FakeModel("filled", "processes"));
  const say = (words: string) =>
    model.emit("msg:custom", { type: "notice", text: words, panel: null });
  say("qcd: loaded, its recipe has not changed");
  expect(text(".hml-notice [role=status]")).toBe("qcd: loaded, its recipe has not changed");
  say("3 events have no value (NaN)");
  expect(text(".hml-notice [role=status]")).toBe("3 events have no value (NaN)");
  const close = el.querySelector<HTMLElement>(".hml-notice button");
  expect(close?.hidden).toBe(false);
  close?.click();
  expect(text(".hml-notice [role=status]")).toBe("");
  expect(close?.hidden).toBe(true);
});
