import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PreserveState } from "../../src/shared/preservestate";
import lab from "../../src/widgets/lab";
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

async function show(scenario = "filled", change: (state: PreserveState) => void = () => {}) {
  const { traits } = new FakeModel(scenario, "preserve");
  change(traits.preserve as PreserveState);
  model = new HandModel({ ...traits });
  clean = lab.render({ model, el });
  await vi.advanceTimersByTimeAsync(300);
  await model.answer("attached", { ops: [] });
}
const verdict = (checklist: object[]) => ({
  code: "mlp_bundle_2 = hml.preserve(mlp)",
  target: "mlp_bundle_2",
  errors: {},
  notes: {},
  checklist,
});
const field = (name: string) =>
  el.querySelector<HTMLInputElement>(`[data-field="${name}"] :is(input, select)`);
const key = (name: string) => el.querySelector<HTMLElement>(`[data-key="${name}"]`);
const marks = () => [...el.querySelectorAll(".hml-side .hml-mark")].map((one) => one.textContent);

test("the checklist says what is missing, in words", async () => {
  await show();
  expect(model.of("check").at(-1)?.values).toMatchObject({ model: "mlp", name: "mlp_bundle_2" });
  const rows = [
    { item: "licence", ok: false, text: "under which licence" },
    { item: "data", ok: true, text: "what it was trained on" },
  ];
  await model.answer("check", verdict(rows));
  expect(marks()).toEqual(["✗", "✓"]);
  const list = el.querySelector(".hml-side .hml-checklist")?.textContent;
  expect(list).toContain("missing: under which licence");
  expect(list).not.toContain("what it was trained on");
});

test("a level that is chosen is asked about at once, and only what differs is sent", async () => {
  await show("odd");
  const select = key("level column.m_jj") as HTMLSelectElement;
  expect(select.value).toBe("unknown");
  select.value = "reco";
  select.dispatchEvent(new Event("input", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(300);
  expect(model.of("check").at(-1)?.values.levels).toEqual({ "column.m_jj": "reco" });
  expect(el.querySelector(".hml-side")?.textContent).toContain("Only a detector knows jet0.b_tag");
});

test("a text that is typed stays while the state changes, a proposed name does not", async () => {
  await show();
  const input = field("description") as HTMLInputElement;
  input.value = "for Z bosons";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  const state = structuredClone(model.get("preserve")) as PreserveState;
  state.defaults.names.mlp = "mlp_bundle_3";
  model.traits.preserve = state;
  model.emit("change:preserve");
  expect(field("description")?.value).toBe("for Z bosons");
  expect(field("name")?.value).toBe("mlp_bundle_3");
});

test("a bundle is verified, its files are read, and both are said in words", async () => {
  await show();
  key("verify bdt_bundle")?.click();
  await flush();
  expect(model.of("verify").at(-1)?.values).toEqual({ target: "bdt_bundle" });
  const rows = [{ what: "files", ok: false, text: "model.onnx is not what was saved" }];
  await model.answer("verify", { ok: false, rows });
  const card = [...el.querySelectorAll(".hml-bundle")].at(-1);
  expect(card?.textContent).toContain("model.onnx is not what was saved");
  expect(card?.querySelector(".hml-mark")?.getAttribute("aria-label")).toBe("missing or wrong");
  expect(key("read bdt_bundle model.onnx")).toBeNull();
  key("read bdt_bundle README.md")?.click();
  await flush();
  await model.answer("read", { file: "README.md", text: "# <b>bdt</b>", cut: false });
  const text = el.querySelector<HTMLElement>("pre.hml-file");
  expect(text?.textContent).toBe("README.md\n\n# <b>bdt</b>");
  expect(text?.hidden).toBe(false);
  key("read bdt_bundle README.md")?.click();
  await flush();
  await model.answer("read", { file: "README.md", text: "# bdt", cut: false });
  expect(text?.hidden).toBe(true);
});

test("a dataset is scored from the card alone, as a cell", async () => {
  await show();
  const select = key("dataset mlp_bundle") as HTMLSelectElement;
  select.value = "dataset";
  key("score mlp_bundle")?.click();
  await flush();
  const { values } = model.of("commit").at(-1) ?? {};
  expect(values).toMatchObject({
    panel: "preserve",
    action: "score",
    values: { target: "mlp_bundle", dataset: "dataset" },
  });
});

test("what the kernel refuses is said in the panel", async () => {
  await show();
  key("verify mlp_bundle")?.click();
  await flush();
  await model.refuse("verify", "there is no preserved named 'mlp_bundle' in this kernel");
  expect(el.querySelector(".hml-complaint")?.textContent).toContain("there is no preserved");
});

test("without a model the panel says what to do first", async () => {
  await show("empty");
  expect(el.querySelector(".hml-empty button")?.textContent).toBe("Go to Training");
});
