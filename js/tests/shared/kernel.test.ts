import { expect, test, vi } from "vitest";
import { Checker, type Verdict } from "../../src/shared/checker";
import { floats, Kernel, Refused } from "../../src/shared/kernel";
import { HandModel } from "../fake";

test("a reply settles its own request and no other", async () => {
  const model = new HandModel();
  const kernel = new Kernel(model);
  const first = kernel.request("cuts", "index", { observable: "met" });
  const second = kernel.request("cuts", "check");
  const buffer = new DataView(new Float32Array([1, 2]).buffer);
  await model.answer("check", { code: "x" });
  await model.answer("index", { side: "low" }, [buffer]);
  expect((await second).value).toEqual({ code: "x" });
  expect(await first).toEqual({ value: { side: "low" }, buffers: [buffer] });
  expect(model.sent[0]).toMatchObject({ type: "request", panel: "cuts", action: "index" });
});

test("a refusal carries its words and its field", async () => {
  const model = new HandModel();
  const asked = new Kernel(model).request("processes", "check");
  const refused = expect(asked).rejects.toMatchObject({ message: "no such thing", field: "name" });
  await model.refuse("check", "no such thing", "name");
  await refused;
});

test("two views of one model never take each other's replies", async () => {
  const model = new HandModel();
  const [one, other] = [new Kernel(model), new Kernel(model)];
  void one.request("a", "first");
  void other.request("a", "second");
  await model.answer("first", 1);
  expect([one.open, other.open]).toEqual([0, 1]);
});

test("a lost kernel rejects what is open, a disposed one hears nothing", async () => {
  const model = new HandModel();
  const kernel = new Kernel(model);
  const open = expect(kernel.request("a", "b")).rejects.toBeInstanceOf(Refused);
  kernel.lost("restarted");
  await open;
  const heard = vi.fn();
  kernel.onnotice = heard;
  kernel.dispose();
  model.emit("msg:custom", { type: "notice", text: "hello", panel: null });
  expect(heard).not.toHaveBeenCalled();
  expect(model.listeners).toBe(0);
});

test("floats reads a buffer that does not begin at a multiple of four", () => {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setFloat32(1, 2.5, true);
  expect([...floats(new DataView(bytes.buffer, 1, 8))]).toEqual([2.5, 0]);
});

test("a check is sent once typing rests, and only the newest answer counts", async () => {
  vi.useFakeTimers();
  const model = new HandModel();
  const heard: (string | null)[] = [];
  const kernel = new Kernel(model);
  const checker = new Checker<Verdict>(kernel, "processes", ({ code }) => heard.push(code));
  checker.ask({ name: "z" });
  vi.advanceTimersByTime(150);
  checker.ask({ name: "zz" });
  vi.advanceTimersByTime(150);
  expect(model.sent).toHaveLength(0);
  vi.advanceTimersByTime(60);
  expect(model.sent.map(({ values }) => values)).toEqual([{ name: "zz" }]);
  checker.ask({ name: "zzz" });
  await model.answer("check", { code: "old", errors: {}, notes: {} });
  vi.advanceTimersByTime(250);
  await model.answer("check", { code: "new", errors: {}, notes: {} });
  expect(heard).toEqual(["new"]);
  vi.useRealTimers();
});

test("what is asked of a kernel that is gone is refused", async () => {
  const kernel = new Kernel(new HandModel());
  kernel.lost("restarted");
  await expect(kernel.request("cuts", "index")).rejects.toThrow("restarted");
});
