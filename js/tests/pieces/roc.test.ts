import { expect, test } from "vitest";
import { Roc } from "../../src/pieces/roc";
import type { RocLine } from "../../src/shared/trainingstate";

const line = (target: string, given: Partial<RocLine> = {}): RocLine => ({
  target,
  efficiency: [0.25, 0.5, 0.75, 1],
  rejection: [null, 40, 8, 1],
  threshold: [0.9, 0.7, 0.4, 0.01],
  z: [null, 0.12, 0.2, 0.05],
  working: null,
  ...given,
});

function drawn(...lines: RocLine[]) {
  const sent: [string, number][] = [];
  const roc = new Roc((...one) => sent.push(one));
  document.body.replaceChildren(roc.root);
  roc.draw(lines);
  const slider = roc.root.querySelector<HTMLElement>('[role="slider"]');
  if (!slider) throw new Error("there is no handle");
  const press = (key: string) =>
    slider.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const spoken = () => slider.getAttribute("aria-valuetext");
  return { roc, slider, sent, press, spoken };
}

test("the handle begins at half of the signal, or where the working point is", () => {
  const { roc, spoken } = drawn(line("bdt"));
  expect(spoken()).toBe("bdt: 50 % of signal, rejection 40, score ≥ 0.7, Z 0.12");
  roc.draw([line("bdt", { working: 0.75 })]);
  expect(spoken()).toBe("bdt: 75 % of signal, rejection 8, score ≥ 0.4, Z 0.2");
});

test("it moves by keys, says what it would keep, and what it is let go at is sent", () => {
  const { press, spoken, sent, roc } = drawn(line("bdt"));
  press("ArrowLeft");
  expect(spoken()).toContain(
    "25 % of signal, no background left, score ≥ 0.9, too little background for Z",
  );
  expect(roc.root.textContent).toContain("25 % of signal");
  press("End");
  press("Enter");
  expect(sent).toEqual([["bdt", 1]]);
});

test("where it stands can be recorded as it is, once", () => {
  const { roc, sent, press } = drawn(line("bdt"));
  const record = roc.root.querySelector<HTMLButtonElement>('[data-key="record working point"]');
  expect(record?.hidden).toBe(false);
  record?.click();
  expect(sent).toEqual([["bdt", 0.5]]);
  roc.draw([line("bdt", { working: 0.5 })]);
  expect(record?.hidden).toBe(true);
  press("ArrowRight");
  expect(record?.hidden).toBe(false);
});

test("a threshold is never rounded up", () => {
  const { spoken } = drawn(line("bdt", { threshold: [0.99999, 0.99996, 0.4, 0.01] }));
  expect(spoken()).toContain("score ≥ 0.9999,");
});

test("Escape puts it back", () => {
  const { press, spoken, sent } = drawn(line("bdt"));
  press("Home");
  press("Escape");
  expect(spoken()).toContain("50 % of signal");
  expect(sent).toEqual([]);
});

test("the newest model has the handle, until another one is chosen", () => {
  const { roc, spoken } = drawn(line("bdt"), line("mlp"));
  expect(spoken()).toContain("mlp:");
  const choice = roc.root.querySelector("select");
  if (!choice) throw new Error("there is no choice");
  choice.value = "bdt";
  choice.dispatchEvent(new Event("change"));
  expect(spoken()).toContain("bdt:");
  roc.draw([line("bdt"), line("mlp")]);
  expect(spoken()).toContain("bdt:");
  roc.draw([line("bdt"), line("mlp"), line("cnn")]);
  expect(spoken()).toContain("cnn:");
});

test("the chosen model stands out, and the legend hides others", () => {
  const { roc } = drawn(line("bdt"), line("mlp"), line("cnn"));
  const drawnLines = () =>
    [...roc.root.querySelectorAll(".hml-plot .hml-line")].map((one) => one.classList.length > 1);
  const key = (name: string) =>
    roc.root.querySelector<HTMLButtonElement>(`[data-key="legend ${name}"]`);
  expect(drawnLines()).toEqual([true, true, false]);
  expect(key("cnn")).toBeNull();
  key("bdt")?.focus();
  key("bdt")?.click();
  expect(drawnLines()).toEqual([true, false]);
  expect(document.activeElement).toBe(key("bdt"));
  expect([key("bdt")?.getAttribute("aria-pressed"), key("bdt")?.title]).toEqual([
    "false",
    "show bdt",
  ]);
  roc.draw([line("bdt"), line("mlp"), line("cnn")]);
  expect(drawnLines()).toEqual([true, false]);
  const choice = roc.root.querySelector("select");
  if (!choice) throw new Error("there is no choice");
  choice.value = "bdt";
  choice.dispatchEvent(new Event("change"));
  expect(drawnLines()).toEqual([false, true, true]);
  expect(key("bdt")).toBeNull();
});

test("a model that lets no background pass is not called missing", () => {
  const { roc } = drawn();
  const said = () => roc.root.querySelector("svg")?.textContent;
  expect(said()).toContain("Trained models are drawn here");
  roc.draw([line("bdt", { rejection: [null, null, null, null] })]);
  expect(said()).toContain("no background passes any cut");
});

test("the focus stays at the handle when its working point was recorded", () => {
  const { roc, slider } = drawn(line("bdt"));
  roc.root.querySelector<HTMLButtonElement>('[data-key="record working point"]')?.focus();
  roc.draw([line("bdt", { working: 0.5 })]);
  expect(document.activeElement).toBe(slider);
});

test("without cross sections there is no Z, and without models no handle", () => {
  const { roc, slider, spoken } = drawn(line("bdt", { z: null }));
  expect(spoken()).toBe("bdt: 50 % of signal, rejection 40, score ≥ 0.7");
  roc.draw([]);
  expect(slider.hidden).toBe(true);
});
