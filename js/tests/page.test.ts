import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { show } from "../src/page";
import type { Standing } from "../src/widgets/standing";
import type { ToyBoard } from "./harness/board";
import { saved, toyBoard } from "./harness/saved";

let toys: ToyBoard;
let board: Standing;

beforeEach(async () => {
  vi.useFakeTimers();
  toys = toyBoard();
  toys.maps = [["fatjet0.mass", "met"]];
  board = show(saved(toys, ["met", "fatjet0.mass"]), document.body);
  await vi.advanceTimersByTimeAsync(10);
});
afterEach(() => {
  board.dispose();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const $ = <T extends HTMLElement>(selector: string) => board.root.querySelector<T>(selector);
const handle = (label: string) => $(`[role=slider][aria-label="${label}"]`);
function keys(label: string, ...names: string[]): void {
  for (const key of names)
    handle(label)?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}
const press = (text: string) =>
  [...board.root.querySelectorAll("button")].find((one) => one.textContent === text)?.click();
const flow = () =>
  [...board.root.querySelectorAll<HTMLElement>(".hml-cutflow tbody tr")]
    .filter((row) => !row.hidden)
    .map((row) => [...row.children].map((cell) => cell.textContent));
const counted = () =>
  toys
    .cutflow()
    .map(({ label, events }) => [
      label,
      ...events.map((n) => String(n).replace(/(?=\d{3}$)/, n && n > 999 ? "\u202f" : "")),
    ]);

test("a saved page drags what it has an index of, and counts right", () => {
  expect(flow()).toEqual(counted());
  keys("met: keep what is above", "PageUp", "PageUp", "Enter");
  const { places } = toys.columns.find(({ name }) => name === "met") ?? { places: [] };
  toys.set("met", "low", places[20] ?? 0);
  expect(flow()).toEqual(counted());
  expect($(".hml-footer code")?.textContent).toContain(`met >= ${places[20]}`);
  expect(handle("met: keep what is above")?.getAttribute("aria-valuetext")).toMatch(
    /^met above 60 GeV, [\d,]+ of 2,000 signal events$/,
  );
});

test("another observable puts the first one back", () => {
  const start = flow();
  keys("met: keep what is above", "PageUp", "Enter");
  expect(flow()).not.toEqual(start);
  keys("fatjet0.mass: keep what is above", "ArrowRight", "Enter");
  expect(handle("met: keep what is above")?.getAttribute("aria-valuetext")).toBe(
    "met: no lower threshold",
  );
  toys.set("fatjet0.mass", "low", 71);
  expect(flow()).toEqual(counted());
});

test("what has no index says where it can be dragged", () => {
  const locked = handle("fatjet0.pt: keep what is above");
  expect(locked?.title).toBe("open the notebook to drag this one");
  const start = flow();
  keys("fatjet0.pt: keep what is above", "PageUp", "Enter");
  expect(flow()).toEqual(start);
});

test("exact values go to the place next to them, luminosity scales, best is found among the places", async () => {
  keys("met: keep what is above", "ArrowRight", "Escape");
  const input = $<HTMLInputElement>('[aria-label="met above"]');
  if (!input) throw new Error("no input");
  input.value = "60.2";
  input.dispatchEvent(new Event("change"));
  toys.set("met", "low", 60);
  expect(flow()).toEqual(counted());
  const luminosity = $<HTMLInputElement>('[aria-label="luminosity"]');
  if (!luminosity) throw new Error("no luminosity");
  const s = $("dd")?.textContent;
  luminosity.value = "1390";
  luminosity.dispatchEvent(new Event("change"));
  await vi.advanceTimersByTimeAsync(5);
  expect($("dd")?.textContent).not.toBe(s);
  $('[data-key="best-low"]')?.click();
  await vi.advanceTimersByTimeAsync(5);
  expect($(".hml-exact .hml-hint")?.textContent).toMatch(/^Z .+ at ≥ \d+, of the places/);
});

test("what was dragged stays when the look changes, and when its handle is clicked", async () => {
  const start = flow();
  keys("met: keep what is above", "PageUp", "Enter");
  const [dragged, code] = [flow(), $(".hml-footer code")?.textContent];
  expect(dragged).not.toEqual(start);
  press("log y");
  const node = handle("met: keep what is above");
  const at = { button: 0, pointerId: 1, clientX: 50 };
  for (const name of ["pointerdown", "pointerup"])
    node?.dispatchEvent(Object.assign(new Event(name), at));
  expect(node?.getAttribute("aria-valuetext")).toMatch(/^met above 30 GeV/);
  expect(flow()).toEqual(dragged);
  expect($(".hml-footer code")?.textContent).toBe(code);
});

test("the cell of two thresholds that were moved one after the other is not known", () => {
  keys("met: keep what is above", "PageUp", "Enter");
  keys("met: keep what is below", "PageDown", "Enter");
  expect($(".hml-footer")?.textContent).toMatch(/Both thresholds were moved/);
});

test("a luminosity that cannot be is refused, and the next one is taken", async () => {
  const luminosity = $<HTMLInputElement>('[aria-label="luminosity"]');
  if (!luminosity) throw new Error("no luminosity");
  const type = async (text: string) => {
    luminosity.value = text;
    luminosity.dispatchEvent(new Event("change"));
    await vi.advanceTimersByTimeAsync(5);
    return [board.root.textContent?.match(/luminosity: .* 1000000000/)?.[0], $("dd")?.textContent];
  };
  const [, s] = await type("139");
  const said = "luminosity: 1e+300 is not a number from 0.000001 to 1000000000";
  expect(await type("1e+300")).toEqual([said, s]);
  const below = () => $(".hml-side .hml-bad, .hml-block .hml-bad")?.textContent;
  for (const wrong of ["0", "-1"]) {
    await type(wrong);
    expect(below()).toContain("above 0");
  }
  for (const wrong of ["x", "", "1,200"]) {
    await type(wrong);
    expect(below()).toContain("is not a plain number");
    expect($("dd")?.textContent).toBe(s);
  }
  expect((await type("1390"))[0]).toBeUndefined();
  expect($("dd")?.textContent).not.toBe(s);
});

test("the box of a 2-D view is dragged with the numbers in it, and goes back when a handle is taken", async () => {
  const side = board.root.querySelectorAll<HTMLElement>(".hml-mapcard [role=slider]")[2];
  const move = (...names: string[]) => {
    for (const key of names)
      side?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  };
  expect($(".hml-mapcard .hml-note")?.textContent).toBe("");
  expect($(".hml-mapcard .hml-remove")).toBeNull();
  const start = $("dd")?.textContent;
  move("PageUp", "Enter");
  await vi.advanceTimersByTimeAsync(5);
  const inside = $("dd")?.textContent;
  expect(inside).not.toBe(start);
  // The 2-D view holds what passes all cuts but its own.
  const [x, edge] = ["fatjet0.mass", Number(side?.getAttribute("aria-valuetext")?.split(" ")[2])];
  expect(edge).toBeGreaterThan(0);
  press("log y");
  expect(side?.getAttribute("aria-valuetext")).toContain(`above ${edge}`);
  expect($("dd")?.textContent).toBe(inside);
  expect($(".hml-footer")?.textContent).toMatch(/A box was put/);
  keys(`${x}: keep what is above`, "ArrowRight", "Enter");
  expect(side?.getAttribute("aria-valuetext")).toBe("met: no lower cut");
  toys.set(x, "low", 71);
  expect(flow()).toEqual(counted());
});
