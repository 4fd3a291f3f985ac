import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { textField } from "../../src/pieces/fields";
import { Kernel } from "../../src/shared/kernel";
import type { End } from "../../src/shared/recorder";
import { Desk } from "../../src/widgets/desk";
import type { Bench } from "../../src/widgets/panel";
import { HandModel } from "../fake";

interface Recipe extends Record<string, unknown> {
  name: string;
  seed: string;
}
const GOOD = { code: "zz = hml.generate()", target: "zz", errors: {}, notes: {} };
const BAD = { code: null, target: null, errors: { name: "write a name", seed: "no" }, notes: {} };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

function desk(traits: Record<string, unknown> = {}) {
  const model = new HandModel(traits);
  const bench = { asking: vi.fn(), draft: vi.fn(), footer: vi.fn() };
  const duties = { submit: vi.fn(), answered: vi.fn() };
  const fields = [textField("name", "Name"), textField("seed", "Seed", { numeric: true })];
  const whole = { ...bench, model, kernel: new Kernel(model) } as unknown as Bench;
  const made = new Desk<Recipe>(whole, "processes", fields, duties);
  made.lay(
    fields.map((field) => field.root),
    [],
  );
  document.body.append(made.root);
  return { made, model, bench, duties };
}
function type(name: string, text: string): void {
  const input = document.querySelector<HTMLInputElement>(`[data-field="${name}"] input`);
  if (!input) throw new Error(`there is no ${name}`);
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
const said = (name: string) =>
  document.querySelector(`[data-field="${name}"] .hml-message`)?.textContent;
const failed = (error: string | null, field: string | null = null) =>
  Promise.resolve({ status: "failed", error, field } as End);

test("what is typed is drafted at once and checked a moment later", async () => {
  const { model, bench, duties } = desk();
  type("name", "zz");
  expect(bench.draft).toHaveBeenLastCalledWith({ name: "zz", seed: "" });
  expect(bench.asking).toHaveBeenCalledOnce();
  expect(model.of("check")).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(200);
  expect(model.of("check")[0]?.values).toEqual({ name: "zz", seed: "" });
  await model.answer("check", GOOD);
  expect(duties.answered).toHaveBeenCalledWith(GOOD);
  expect(bench.footer).toHaveBeenCalledWith({ code: GOOD.code, missing: "" });
});

test("the footer says what is missing first, and how much more", async () => {
  const { made, model, bench } = desk();
  made.ask(0);
  await vi.advanceTimersByTimeAsync(0);
  await model.answer("check", BAD);
  expect(bench.footer).toHaveBeenCalledWith({ code: null, missing: "write a name (and 1 more)" });
  expect(said("name")).toBe("");
});

test("what is still to be filled in is a hint, and an error once the form is sent off", async () => {
  const { made, model, bench, duties } = desk();
  made.ask(0);
  await vi.advanceTimersByTimeAsync(0);
  await model.answer("check", { ...BAD, errors: {}, notes: { name: "write a name" } });
  const bad = () => document.querySelectorAll(".hml-message.hml-bad").length;
  expect([said("name"), bad()]).toEqual(["write a name", 0]);
  expect(bench.footer).toHaveBeenCalledWith({ code: null, missing: "write a name" });
  made.root.requestSubmit();
  expect([said("name"), bad()]).toEqual(["write a name", 1]);
  expect(duties.submit).not.toHaveBeenCalled();
});

test("a form the kernel objects to is not sent off, but says where", async () => {
  const { made, model, duties } = desk();
  made.ask(0);
  await vi.advanceTimersByTimeAsync(0);
  await model.answer("check", BAD);
  made.root.requestSubmit();
  expect(duties.submit).not.toHaveBeenCalled();
  expect(said("name")).toBe("write a name");
  expect(document.activeElement?.closest("[data-field]")?.getAttribute("data-field")).toBe("name");
});

test("a form is sent off when the kernel agrees, or has not answered yet", async () => {
  const { made, model, duties } = desk();
  type("name", "zz");
  made.root.requestSubmit();
  expect(duties.submit).toHaveBeenLastCalledWith({ name: "zz", seed: "" });
  await vi.advanceTimersByTimeAsync(200);
  await model.answer("check", BAD);
  type("seed", "42");
  made.root.requestSubmit();
  expect(duties.submit).toHaveBeenLastCalledWith({ name: "zz", seed: "42" });
  await vi.advanceTimersByTimeAsync(200);
  await model.answer("check", GOOD);
  made.root.requestSubmit();
  expect(duties.submit).toHaveBeenCalledTimes(3);
});

test("what went wrong on a commit is told beside its field, or in a line", async () => {
  const { made } = desk();
  await made.follow(failed("the journal is locked"));
  expect(made.complaint.root.textContent).toBe("the journal is locked");
  await made.follow(failed("42 is taken", "seed"));
  expect(made.complaint.root.textContent).toBe("");
  expect(said("seed")).toBe("42 is taken");
  await made.follow(failed(null));
  expect(made.complaint.root.textContent).toBe("it failed");
  await made.follow(Promise.resolve({ status: "written", error: null, field: null } as End));
  expect(made.complaint.root.textContent).toBe("");
});

test("the form is checked again when its cell is done; a failure stands in the line", async () => {
  const { made, model } = desk();
  made.result({ status: "failed", error: "MadGraph is not installed" });
  await vi.advanceTimersByTimeAsync(200);
  expect(made.complaint.root.textContent).toBe("MadGraph is not installed");
  expect(model.of("check")).toHaveLength(0);
  made.result({ status: "done", error: null });
  await vi.advanceTimersByTimeAsync(0);
  expect(made.complaint.root.textContent).toBe("");
  expect(model.of("check")).toHaveLength(1);
});

test("an old complaint goes when something new is asked for", async () => {
  const { made, duties } = desk();
  made.complaint.show("the build failed");
  made.root.requestSubmit();
  expect(duties.submit).toHaveBeenCalledOnce();
  expect(made.complaint.root.textContent).toBe("");
});

test("a draft is of its own panel, and may be missing", () => {
  expect(desk({ drafts: { processes: { name: "zz" }, cuts: {} } }).made.draft).toEqual({
    name: "zz",
  });
  expect(desk({ drafts: {} }).made.draft).toEqual({});
  expect(desk().made.draft).toEqual({});
});

test("nothing is asked after the desk is cleared", async () => {
  const { made, model } = desk();
  made.ask();
  made.dispose();
  await vi.advanceTimersByTimeAsync(1000);
  expect(model.sent).toHaveLength(0);
});
