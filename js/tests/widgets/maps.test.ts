import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { press, Stage } from "../stage";

let stage: Stage;

beforeEach(async () => {
  vi.useFakeTimers();
  stage = new Stage(["fatjet0.mass", "met"]);
  stage.toys.maps = [["fatjet0.mass", "met"]];
  stage.toys.version += 1;
  await stage.told();
});
afterEach(() => {
  stage.dispose();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const side = (n: number) =>
  [...stage.find(".hml-mapcard").querySelectorAll<HTMLElement>("[role=slider]")].at(
    n,
  ) as HTMLElement;
const LOW_Y = 2;
const z = () => stage.find("dd").textContent;

test("a box that goes back while the kernel is busy takes its threshold away", () => {
  press(side(LOW_Y), "PageUp", "Enter");
  press(side(LOW_Y), "PageDown", "Enter");
  expect(stage.moves).toEqual([
    [{ observable: "met", side: "low", value: expect.any(Number) }],
    [{ observable: "met", side: "low", value: null }],
  ]);
});

test("a box that waits is seen by the handles, which know that their numbers do not hold it", async () => {
  const before = z();
  press(side(LOW_Y), "PageUp", "Enter");
  const inside = z();
  expect(inside).not.toBe(before);
  expect(stage.spoken("met: keep what is above")).toMatch(/^met above [\d.]+ GeV/);
  expect(stage.live.board.stale("fatjet0.mass")).toBe(true);
  await stage.settle("refused");
  expect(stage.spoken("met: keep what is above")).toBe("met: no lower threshold");
  expect(side(LOW_Y).getAttribute("aria-valuetext")).toBe("met: no lower cut");
  expect(z()).toBe(before);
});

test("a strict threshold is read so, on the board or not", async () => {
  const labels = () =>
    [...stage.root.querySelectorAll(".hml-sides text")].map((n) => n.textContent);
  const state = stage.toys.state();
  const met = state.views.find(({ name }) => name === "met");
  if (met) met.low = { value: 50.00000000000001, text: "50.0", operator: ">" };
  stage.live.update(state);
  expect(labels()).toContain("> 50.0");
  const cut = { text: "met > 50", on: true, observable: "met", side: "low" as const };
  const views = state.views.filter(({ name }) => name !== "met");
  stage.live.update({ ...state, views, cuts: [{ ...cut, value: 50.00000000000001 }] });
  expect(labels()).toContain("> 50");
});

test("boxes are counted in their turn, none while a handle is held or nobody looks", async () => {
  stage.toys.version += 1;
  stage.live.hidden();
  stage.asked.length = 0;
  await stage.told();
  expect(stage.asked).toEqual([]);
  stage.live.shown();
  await vi.advanceTimersByTimeAsync(50);
  expect(stage.asked).toEqual(["index fatjet0.mass", "index met", "box fatjet0.mass"]);
});
