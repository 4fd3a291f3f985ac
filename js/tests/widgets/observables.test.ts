import { afterEach, beforeEach, expect, test, vi } from "vitest";
import lab from "../../src/widgets/lab";
import { FakeModel } from "../harness/kernel";

let el: HTMLElement;
let cleanup: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  el = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  cleanup();
  el.remove();
  vi.useRealTimers();
});

async function show(tab = "observables"): Promise<FakeModel> {
  const model = new FakeModel("filled", tab);
  cleanup = lab.render({ model, el });
  await wait(1000);
  return model;
}
const wait = (time: number) => vi.advanceTimersByTimeAsync(time);
const text = (selector: string) => el.querySelector(selector)?.textContent ?? "";
const control = (name: string) =>
  el.querySelector(`[data-field="${name}"]`)?.querySelector("input, select") as HTMLInputElement;
const hidden = (name: string) =>
  el.querySelector(`[data-field="${name}"]`)?.closest("[hidden]") !== null;
async function enter(name: string, value: string): Promise<void> {
  control(name).value = value;
  control(name).dispatchEvent(new Event("input", { bubbles: true }));
  await wait(1000);
}
const last = (model: FakeModel, action: string) =>
  model.sent.filter((sent) => sent.action === action).at(-1)?.values;

test("preview, ranking and counts follow what is required and what has a row", async () => {
  const model = await show();
  expect(last(model, "preview")).toMatchObject({ observable: "fatjet0.mass", per: "" });
  await enter("require", "met > 100");
  const wanted = { require: "met > 100", kind: "set", per: "" };
  expect(last(model, "preview")).toMatchObject({ ...wanted, observable: "fatjet0.mass" });
  expect(last(model, "rank")).toMatchObject(wanted);
  await enter("per", "jet[pt > 30]");
  expect(last(model, "preview")).toMatchObject({ per: "jet[pt > 30]" });
  expect(last(model, "rank")).toMatchObject({ per: "jet[pt > 30]" });
  expect(el.querySelector('[data-name="jet.mass"]')).not.toBeNull();
  expect(text(".hml-side")).toContain("Jets left");
});

test("another choice of sources is previewed anew", async () => {
  const model = await show();
  const asked = () => model.sent.filter(({ action }) => action === "preview").length;
  const before = asked();
  el.querySelector<HTMLInputElement>('[aria-label="qcd is observed data"]')?.click();
  await wait(1000);
  expect(asked()).toBe(before + 1);
  expect(last(model, "preview")).toMatchObject({ observed: ["qcd"] });
});

test("each kind has its name until one is typed; a built one is not carried over", async () => {
  const model = await show();
  const name = () => control("name").value;
  expect(name()).toBe("dataset");
  await enter("kind", "image");
  expect(name()).toBe("images");
  await enter("name", "mine");
  await enter("kind", "graph");
  expect(name()).toBe("mine");
  const state = model.get("observables") as { datasets: object[] };
  const built = { target: "mine", label: "mine", kind: "graphs", n: {}, notes: ["3 are left out"] };
  model.put("observables", { ...state, datasets: [built] });
  await wait(500);
  expect(name()).toBe("mine");
  expect(text('[aria-label="datasets"]')).toContain("3 are left out");
  await enter("kind", "image");
  expect(name()).toBe("images");
});

test("a name that was typed outlives a build that failed", async () => {
  const model = await show();
  await enter("name", "mine");
  el.querySelector("form")?.requestSubmit();
  const failed = { type: "result", record_id: "0003", panel: "observables", status: "failed" };
  const state = model.get("observables") as { names: object };
  model.put("observables", { ...state, names: { ...state.names, set: "dataset_2" } });
  model.emit("msg:custom", { ...failed, error: "met is missing", offer: null });
  await wait(1000);
  expect(control("name").value).toBe("mine");
  expect(text(".hml-complaint")).toBe("met is missing");
});

test("nearest ones and a radius have fields of their own", async () => {
  await show();
  await enter("kind", "graph");
  expect([hidden("reach"), hidden("radius")]).toEqual([false, true]);
  await enter("edges", "radius");
  expect([hidden("reach"), hidden("radius")]).toEqual([true, false]);
  expect(control("radius").value).toBe("0.4");
  await enter("edges", "knn");
  expect(control("reach").value).toBe("8");
});

test("a build says how far it is beside its button; an old notice makes way", async () => {
  const model = await show();
  model.emit("msg:custom", { type: "notice", text: "old news", panel: null });
  el.querySelector("form")?.requestSubmit();
  expect(text(".hml-notice [role=status]")).toBe("");
  expect(text(".hml-actions")).toContain("dataset is asked for");
  const message = { record_id: "3", panel: "observables", fraction: 0.5, rate: null, left: null };
  model.emit("msg:custom", { type: "progress", ...message, text: "zz", curves: null });
  expect(text(".hml-actions")).toMatch(/zz.*cancel/);
  await wait(1000);
  expect(text(".hml-actions")).not.toContain("cancel");
});

test("the footer says whether its cell is a new one", async () => {
  await show();
  expect(text(".hml-word")).toBe("replaces the last cell");
});

test("a bad observable is not taken", async () => {
  await show();
  const search = control("observables");
  search.value = "bad7.pt";
  search.dispatchEvent(new Event("input", { bubbles: true }));
  search.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await wait(1000);
  expect(search.value).toBe("bad7.pt");
  expect(text('[data-field="observables"] .hml-message')).toContain("unknown observable");
  expect(text(".hml-chips")).not.toContain("bad7");
});

test("the background of a preset has as many events as were typed for its signal", async () => {
  await show("processes");
  [...el.querySelectorAll("button")]
    .find((one) => one.textContent === "Z versus QCD jets")
    ?.click();
  await wait(500);
  await enter("events", "300");
  el.querySelector("form")?.requestSubmit();
  await wait(500);
  expect([control("name").value, control("events").value]).toEqual(["qcd", "300"]);
});
