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
  const line = el.querySelector("form .hml-still");
  expect(line?.textContent).toBe("the card still lacks: licence");
  field("licence")?.dispatchEvent(new Event("input", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(300);
  await model.answer("check", verdict(rows.map((row) => ({ ...row, ok: true }))));
  expect(line?.textContent).toBe("");
});

test("the focus goes to the button that asked when what was canceled is over", async () => {
  await show();
  model.emit("msg:custom", { type: "progress", panel: "preserve", fraction: 0.5, text: "" }, []);
  const cancel = el.querySelector<HTMLElement>("form .hml-running button");
  cancel?.focus();
  expect(document.activeElement).toBe(cancel);
  const over = { type: "result", record_id: "0009", panel: "preserve", status: "interrupted" };
  model.emit("msg:custom", over, []);
  expect(document.activeElement).toBe(key("preserve"));
  const said = el.querySelector("form .hml-complaint");
  expect([said?.textContent, said?.className]).toEqual([
    "stopped: nothing was written",
    "hml-complaint hml-calm",
  ]);
});

test("a bundle that waits is taken back, and the focus stays", async () => {
  await show();
  for (const name of ["one", "two"]) {
    const input = field("name") as HTMLInputElement;
    input.value = name;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    key("preserve")?.click();
  }
  await flush();
  const drop = el.querySelector<HTMLElement>('.hml-main [data-key^="drop"]');
  drop?.focus();
  expect(document.activeElement).toBe(drop);
  drop?.click();
  expect(document.activeElement).toBe(key("preserve"));
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

/** The kernel has another state. */
function tell(change: (state: PreserveState) => void): void {
  const state = structuredClone(model.get("preserve")) as PreserveState;
  change(state);
  model.traits.preserve = state;
  model.emit("change:preserve");
}
const BDT = "study/preserved/bdt_bundle";
const MLP = "study/preserved/mlp_bundle";
const cards = () => [...el.querySelectorAll<HTMLElement>(".hml-bundle")];

test("a bundle is verified, and what was found is said in words", async () => {
  await show();
  key(`verify ${BDT}`)?.focus();
  key(`verify ${BDT}`)?.click();
  expect(key(`verify ${BDT}`)?.textContent).toBe("Verifying …");
  key(`verify ${BDT}`)?.click();
  expect(model.of("verify").map(({ values }) => values)).toEqual([{ bundle: BDT }]);
  const rows = [{ what: "files", ok: false, text: "model.onnx is not what was saved" }];
  tell(({ bundles }) => {
    for (const row of bundles) if (row.place === BDT) row.verified = { ok: false, rows };
  });
  await model.answer("verify", { ok: false, rows });
  const card = cards().at(-1);
  expect(card?.textContent).toContain("model.onnx is not what was saved");
  expect(card?.textContent).toContain("A check has failed: do not use its scores.");
  expect(card?.querySelector(".hml-mark")?.getAttribute("aria-label")).toBe("missing or wrong");
  expect(document.activeElement?.textContent).toBe("Verify");
});

test("a file is read where it lies, and Escape goes back to its name", async () => {
  await show();
  expect(key(`read ${BDT} model.onnx`)).toBeNull();
  key(`read ${BDT} README.md`)?.click();
  await model.answer("read", { file: "README.md", text: "# <b>bdt</b>", cut: true });
  const text = () => cards().at(-1)?.querySelector<HTMLElement>('[aria-label="README.md"][role]');
  expect(text()?.textContent).toBe("# <b>bdt</b>\n…");
  expect(document.activeElement).toBe(text());
  expect(key(`read ${BDT} README.md`)?.getAttribute("aria-expanded")).toBe("true");
  text()?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(text()).toBeNull();
  expect(document.activeElement).toBe(key(`read ${BDT} README.md`));
  for (let i = 0; i < 2; i += 1) {
    key(`read ${BDT} README.md`)?.click();
    await model.answer("read", { file: "README.md", text: "# bdt", cut: false });
  }
  expect(text()).toBeNull();
});

test("files stand in lines of their folders; a picture is shown, and hidden by its button", async () => {
  await show();
  const lines = [...(cards().at(-1)?.querySelectorAll(".hml-files") ?? [])];
  expect(lines.map((line) => [...line.children].map((one) => one.textContent))).toEqual([
    ["README.md", "card.yaml", "model.onnx", "model.lwtnn.json"],
    ["validation/", "cutflow.csv", "histograms.png"],
  ]);
  const name = "validation/histograms.png";
  expect(key(`read ${BDT} ${name}`)?.getAttribute("aria-label")).toBe(name);
  key(`read ${BDT} ${name}`)?.click();
  await model.answer("read", { file: name, picture: "iVBORw0KGgo=" });
  const image = cards().at(-1)?.querySelector("img");
  expect([image?.src, image?.alt]).toEqual(["data:image/png;base64,iVBORw0KGgo=", name]);
  expect(document.activeElement).toBe(image?.parentElement);
  cards().at(-1)?.querySelector<HTMLElement>(`[aria-label="hide ${name}"]`)?.click();
  expect(cards().at(-1)?.querySelector("img")).toBeNull();
  expect(document.activeElement).toBe(key(`read ${BDT} ${name}`));
});

test("a dataset is scored from the card alone, as a cell; what goes wrong is said at its bundle", async () => {
  await show();
  const select = key(`dataset ${MLP}`) as HTMLSelectElement;
  select.value = "dataset";
  select.dispatchEvent(new Event("change"));
  key(`score ${MLP}`)?.click();
  await flush();
  const { values } = model.of("commit").at(-1) ?? {};
  expect(values).toMatchObject({
    panel: "preserve",
    action: "score",
    values: { bundle: MLP, dataset: "dataset" },
  });
  await model.refuse("commit", "mlp_bundle cannot score dataset, which lacks met", "dataset");
  expect(cards()[0]?.querySelector("[role=alert]")?.textContent).toContain("which lacks met");
  expect((key(`dataset ${MLP}`) as HTMLSelectElement).value).toBe("dataset");
  const failed = { type: "result", record_id: "0009", panel: "preserve", status: "failed" };
  model.emit("msg:custom", { ...failed, error: "met is in MeV" }, []);
  expect(cards()[0]?.querySelector("[role=alert]")?.textContent).toBe("met is in MeV");
  model.emit("msg:custom", { ...failed, status: "interrupted" }, []);
  expect(cards()[0]?.querySelector("[role=alert]")?.textContent).toContain("stopped");
});

test("what the kernel refuses is said at the bundle", async () => {
  await show();
  key(`verify ${MLP}`)?.click();
  await model.refuse("verify", "there is no bundle here any more");
  expect(cards()[0]?.querySelector("[role=alert]")?.textContent).toContain("there is no bundle");
  expect(key(`verify ${MLP}`)?.textContent).toBe("Verify");
});

test("bundles beside the notebook are offered; one that is opened gets the focus", async () => {
  await show();
  await model.answer("near", { found: ["theirs.zip", "published/susy"] });
  expect(el.querySelector(".hml-found")?.textContent).toBe("found here:theirs.zippublished/susy");
  key("found published/susy")?.focus();
  key("found published/susy")?.click();
  expect(model.of("open").at(-1)?.values).toEqual({ path: "published/susy" });
  const other = new FakeModel("odd", "preserve").traits.preserve as PreserveState;
  tell((state) => {
    state.bundles = other.bundles;
  });
  await model.answer("open", { bundle: "published/susy" });
  expect(document.activeElement).toBe(key("bundle published/susy"));
  expect((key("open") as HTMLInputElement).value).toBe("");
  await model.answer("near", { found: ["theirs.zip"] });
  expect(key("found published/susy")).toBeNull();
  expect(document.activeElement).toBe(key("bundle published/susy"));
  const card = cards()[0];
  expect(card?.querySelector<HTMLDetailsElement>("details[open] table")).not.toBeNull();
  expect(card?.textContent).toContain("its card leaves 5 questions open");
  expect(card?.textContent).toContain("selected (lacks jet0.phi)");

  key("close published/susy")?.focus();
  key("close published/susy")?.click();
  expect(model.of("close").at(-1)?.values).toEqual({ bundle: "published/susy" });
  tell(({ bundles }) => bundles.shift());
  await model.answer("close", {});
  expect(document.activeElement).toBe(key("open"));
});

test("who comes to the line of the opener is offered what lies there now", async () => {
  await show();
  await model.answer("near", { found: [] });
  expect(el.querySelector(".hml-found")?.textContent).toContain("it is offered here by its name");
  key("open")?.focus();
  await model.answer("near", { found: ["sent.zip"] });
  expect(el.querySelector(".hml-found")?.textContent).toBe("found here:sent.zip");
  expect(document.activeElement).toBe(key("open"));
});

test("the opener stands below the bundles", async () => {
  await show();
  const last = cards().at(-1) as HTMLElement;
  const opener = el.querySelector(".hml-opener") as HTMLElement;
  expect(last.compareDocumentPosition(opener)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});

test("what was read of a bundle is forgotten when the bundle goes", async () => {
  await show();
  key(`read ${BDT} README.md`)?.click();
  await model.answer("read", { file: "README.md", text: "# bdt", cut: false });
  const { bundles } = model.get("preserve") as PreserveState;
  const read = () => el.querySelector('[aria-label="README.md"][role]');
  expect(read()).not.toBeNull();
  tell((state) => {
    state.bundles = state.bundles.filter(({ place }) => place !== BDT);
  });
  tell((state) => {
    state.bundles = bundles;
  });
  expect(key(`read ${BDT} README.md`)).not.toBeNull();
  expect(read()).toBeNull();
});

test("a path that is refused says why in its line, and nothing moves", async () => {
  await show();
  const input = key("open") as HTMLInputElement;
  input.value = " ../theirs ";
  input.focus();
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }));
  expect(model.of("open").at(-1)?.values).toEqual({ path: "../theirs" });
  await model.refuse("open", "'../theirs' is no folder inside the notebook's", "path");
  expect(el.querySelector(".hml-opener .hml-message")?.textContent).toContain("is no folder");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(input);
  expect(input.value).toBe(" ../theirs ");
});

test("what was unfolded stays so while the state changes", async () => {
  await show();
  const details = () => key(`files ${MLP}`)?.parentElement as HTMLDetailsElement;
  details().open = true;
  details().dispatchEvent(new Event("toggle"));
  key(`files ${MLP}`)?.focus();
  tell(({ bundles }) => bundles[1]?.stale.push("mlp has been made anew since"));
  expect(details().open).toBe(true);
  expect(document.activeElement).toBe(key(`files ${MLP}`));
});

test("without a model the panel says what to do first, and bundles can be opened", async () => {
  await show("empty");
  expect(key("next")?.textContent).toBe("Go to Training →");
  expect(el.querySelector<HTMLElement>("form")?.hidden).toBe(true);
  expect(key("open")).not.toBeNull();
  expect(model.of("check")).toEqual([]);
  const other = new FakeModel("filled", "preserve").traits.preserve as PreserveState;
  tell((state) => Object.assign(state, other));
  expect(el.querySelector<HTMLElement>("form")?.hidden).toBe(false);
  expect(field("model")?.value).toBe("mlp");
  expect(field("name")?.value).toBe("mlp_bundle_2");
});
