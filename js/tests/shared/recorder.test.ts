import { afterEach, beforeEach, expect, test } from "vitest";
import { Kernel } from "../../src/shared/kernel";
import { Notebook } from "../../src/shared/notebook";
import { type Commit, Recorder } from "../../src/shared/recorder";
import { flush, HandModel, op, plugin } from "../fake";

let model: HandModel;
let root: HTMLElement;
let stops: (() => void)[];

beforeEach(() => {
  model = new HandModel();
  root = document.body.appendChild(document.createElement("div"));
  stops = [];
});
afterEach(() => {
  for (const stop of stops) stop();
  root.remove();
});

function recorder(): Recorder {
  const made = new Recorder(new Kernel(model), new Notebook(root, () => "study"));
  stops.push(() => made.dispose());
  return made;
}

function notebook(): ReturnType<typeof plugin> {
  const made = plugin();
  stops.push(made.stop);
  return made;
}

async function attached(): Promise<Recorder> {
  const made = recorder();
  const waiting = made.attach();
  await flush();
  await model.answer("attached", { ops: [] });
  await waiting;
  return made;
}

const commit = (value: number, more: Partial<Commit> = {}): Commit => ({
  panel: "cuts",
  action: "set",
  values: { value },
  key: "cut",
  text: `cut at ${value}`,
  ...more,
});
const outcome = (record_id: string, what: string, ran: string | null = null) =>
  ({ record_id, outcome: what, ran }) as never;

test("without a plugin the way is C, and the kernel runs the text itself", async () => {
  const made = await attached();
  expect(made.way).toBe("C");
  expect(model.of("attached")[0]?.values).toMatchObject({ way: "C", cells: [] });
  const end = made.commit(commit(70));
  expect(model.of("commit")[0]?.values).toMatchObject({ panel: "cuts", cells: null });
  await model.answer("commit", { ops: [] });
  expect(await end).toEqual({ status: "written", error: null, field: null });
});

test("a commit goes to the kernel, its cells to the notebook, and what became of them back", async () => {
  const { asked } = notebook();
  const made = await attached();
  expect(made.way).toBe("A");
  const end = made.commit(commit(70));
  expect(model.of("commit")[0]?.values).toMatchObject({ cells: [], values: { value: 70 } });
  await model.answer("commit", { ops: [op("0001")] });
  expect(asked[0]?.ops).toHaveLength(1);
  asked[0]?.applied([outcome("0001", "inserted")]);
  await model.answer("applied", {});
  asked[0]?.done({ outcomes: [outcome("0001", "inserted", "ok")] });
  await flush();
  await model.answer("ran", {});
  expect((await end).status).toBe("written");
  expect(model.sent.map(({ action }) => action)).toEqual(["attached", "commit", "applied", "ran"]);
});

test("one commit is in flight; waiting ones of equal key are replaced by the newest", async () => {
  const made = await attached();
  void made.commit(commit(1));
  const replaced = made.commit(commit(2));
  void made.commit(commit(3));
  void made.commit(commit(9, { key: "other" }));
  const last = made.commit(commit(4));
  expect((await replaced).status).toBe("replaced");
  expect(model.of("commit")).toHaveLength(1);
  expect(made.waiting.map(({ values }) => values.value)).toEqual([9, 4]);
  await model.answer("commit", {});
  await model.answer("commit", {});
  await model.answer("commit", {});
  expect((await last).status).toBe("written");
  expect(model.of("commit").map(({ values }) => values.values)).toEqual([
    { value: 1 },
    { value: 9 },
    { value: 4 },
  ]);
});

test("a cut that a waiting training may rely on is not moved behind it", async () => {
  const made = await attached();
  void made.commit(commit(1, { key: null }));
  void made.commit(commit(2));
  void made.commit(commit(0, { panel: "training", key: null }));
  void made.commit(commit(3));
  expect(made.waiting.map(({ values }) => values.value)).toEqual([2, 0, 3]);
});

test("a waiting commit can be dropped", async () => {
  const made = await attached();
  void made.commit(commit(1));
  const dropped = made.commit(commit(2));
  made.drop(made.waiting[0]?.id ?? 0);
  expect((await dropped).status).toBe("dropped");
  expect(made.waiting).toHaveLength(0);
});

test("a refused commit fails with its field, and the next one goes on", async () => {
  const made = await attached();
  const failed = made.commit(commit(1, { key: null }));
  const next = made.commit(commit(2, { key: null }));
  await model.refuse("commit", "the name is taken", "name");
  expect(await failed).toEqual({ status: "failed", error: "the name is taken", field: "name" });
  await model.answer("commit", { ops: [] });
  expect((await next).status).toBe("written");
});

test("an edited cell is left alone, and the new cells that the kernel asks for are applied", async () => {
  const { asked } = notebook();
  const made = await attached();
  const end = made.commit(commit(70));
  await model.answer("commit", { ops: [op("0001")] });
  asked[0]?.applied([outcome("0001", "edited")]);
  await model.answer("applied", { ops: [op("0002")] });
  asked[0]?.done({ outcomes: [outcome("0001", "edited")] });
  await flush();
  await model.answer("ran", {});
  expect(asked[1]?.ops.map(({ record_id }) => record_id)).toEqual(["0002"]);
  asked[1]?.applied([outcome("0002", "inserted")]);
  await model.answer("applied", {});
  asked[1]?.done({ outcomes: [outcome("0002", "inserted", "ok")] });
  await flush();
  await model.answer("ran", {});
  expect((await end).status).toBe("written");
});

test("where the notebook fails, the kernel is told that the cells will never run", async () => {
  const { asked } = notebook();
  const made = await attached();
  const end = made.commit(commit(70));
  await model.answer("commit", { ops: [op("0001")] });
  asked[0]?.fail(new Error("the notebook is closed"));
  await flush();
  expect(model.of("ran")[0]?.values.outcomes).toEqual([outcome("0001", "missing", "aborted")]);
  await model.answer("ran", {});
  expect(await end).toMatchObject({ status: "failed", error: "the notebook is closed" });
});

test("changed cells are reported, but not in the middle of an own change", async () => {
  const { tell } = notebook();
  const made = await attached();
  void made.commit(commit(70));
  tell([{ record_id: "0001", edited: true }]);
  expect(model.of("cells")).toHaveLength(0);
  await model.answer("commit", { ops: [] });
  expect(model.of("cells").map(({ values }) => values.cells)).toEqual([
    [{ record_id: "0001", edited: true }],
  ]);
});

test("cells of a reopened study that are missing are written on attaching", async () => {
  const { asked } = notebook();
  const made = recorder();
  const waiting = made.attach();
  const later = made.commit(commit(70));
  await flush();
  await model.answer("attached", { ops: [op("0001"), op("0002")] });
  expect(asked[0]?.ops).toHaveLength(2);
  expect(model.of("commit")).toHaveLength(0);
  asked[0]?.done({ outcomes: [] });
  await flush();
  await model.answer("ran", {});
  await waiting;
  expect(model.of("commit")).toHaveLength(1);
  await model.answer("commit", { ops: [] });
  expect((await later).status).toBe("written");
});
