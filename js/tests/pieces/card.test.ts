import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Card, type Frame } from "../../src/pieces/card";
import { TALL } from "../../src/pieces/histogram";
import { REST } from "../../src/pieces/nudge";
import type { ThresholdEvents } from "../../src/pieces/threshold";
import { drawing } from "../pen";

const edges = (n: number, high: number) => Array.from({ length: n + 1 }, (_, i) => (high * i) / n);
const FRAME: Frame = {
  edges: edges(10, 100),
  places: edges(20, 100),
  snap: false,
  below: "significance",
};
// Without a layout a card is 240 pixels wide, 40 and 12 of them margins: 9.4 pixels a place.
const STEP = 9.4;

let card: Card;
let said: [string, string, number?][];
let limits: [number, number];

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  limits = [0, 19];
  const events: ThresholdEvents = {
    near: (side) => said.push(["near", side]),
    grab: (side) => said.push(["grab", side]),
    move: (side, edge) => {
      said.push(["move", side, edge]);
      put(edge);
    },
    commit: (side, edge) => said.push(["commit", side, edge]),
    cancel: (side) => said.push(["cancel", side]),
    limits: () => limits,
  };
  card = new Card("met", "GeV", events, () => {});
  document.body.append(card.root);
  card.frame(FRAME);
  put(0);
});
afterEach(() => {
  card.dispose();
  card.root.remove();
  vi.useRealTimers();
});

function put(place: number, high = 20): void {
  const label = place ? String(FRAME.places[place]) : "";
  const upper = high < 20 ? String(FRAME.places[high]) : "";
  card.place(
    { place, label, sign: "≥", spoken: `met above ${label} GeV` },
    {
      place: high,
      label: upper,
      sign: "<",
      spoken: upper ? `met below ${upper} GeV` : "met: no upper threshold",
    },
    "met from here to there",
  );
}
const handle = () => card.handles.low.root;
function pointer(type: string, clientX: number): void {
  handle().dispatchEvent(new MouseEvent(type, { clientX, button: 0, bubbles: true }));
}
function key(name: string): void {
  handle().dispatchEvent(
    new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }),
  );
}
const only = (what: string) => said.filter(([word]) => word === what);

test("a drag tells of edges, at most once a frame, and commits where it ends", () => {
  pointer("pointerdown", 100);
  for (let x = 100; x <= 100 + 4 * STEP; x += 1) pointer("pointermove", x);
  expect(only("move")).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(only("move")).toEqual([["move", "low", 4]]);
  pointer("pointermove", 100 + 7.4 * STEP);
  pointer("pointerup", 100 + 7.4 * STEP);
  expect(only("move").at(-1)).toEqual(["move", "low", 7]);
  expect(only("commit")).toEqual([["commit", "low", 7]]);
});

test("a drag does not pass the other handle", () => {
  limits = [0, 5];
  pointer("pointerdown", 10);
  pointer("pointermove", 300);
  vi.advanceTimersByTime(20);
  expect(only("move")).toEqual([["move", "low", 5]]);
});

test("escape puts a dragged handle back and commits nothing", () => {
  pointer("pointerdown", 10);
  pointer("pointermove", 10 + 3 * STEP);
  vi.advanceTimersByTime(20);
  key("Escape");
  pointer("pointerup", 10 + 3 * STEP);
  expect(only("cancel")).toHaveLength(1);
  expect(only("commit")).toEqual([]);
});

test("a click without a movement commits nothing", () => {
  pointer("pointerdown", 10);
  pointer("pointerup", 11);
  expect(only("commit")).toEqual([]);
  expect(only("cancel")).toHaveLength(1);
});

test("keys move by one edge, by ten, and to the ends; a pause commits", () => {
  key("ArrowRight");
  key("ArrowUp");
  key("PageUp");
  key("ArrowLeft");
  expect(only("move").map(([, , edge]) => edge)).toEqual([1, 2, 12, 11]);
  vi.advanceTimersByTime(REST - 1);
  expect(only("commit")).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(only("commit")).toEqual([["commit", "low", 11]]);
  key("End");
  key("Enter");
  expect(only("commit").at(-1)).toEqual(["commit", "low", 19]);
  key("Home");
  handle().dispatchEvent(new FocusEvent("blur"));
  expect(only("commit").at(-1)).toEqual(["commit", "low", 0]);
});

test("escape takes keys back; other keys are left alone", () => {
  key("PageUp");
  key("Escape");
  vi.advanceTimersByTime(1000);
  expect(only("commit")).toEqual([]);
  expect(only("cancel")).toHaveLength(1);
  const tab = new KeyboardEvent("keydown", { key: "Tab", bubbles: true, cancelable: true });
  handle().dispatchEvent(tab);
  expect(tab.defaultPrevented).toBe(false);
});

test("a handle is a slider that says where it stands", () => {
  key("ArrowRight");
  expect(handle().getAttribute("role")).toBe("slider");
  expect(handle().tabIndex).toBe(0);
  expect(handle().getAttribute("aria-label")).toBe("met: keep what is above");
  expect(handle().getAttribute("aria-valuenow")).toBe("5");
  expect(handle().getAttribute("aria-valuemax")).toBe("100");
  expect(handle().getAttribute("aria-valuetext")).toBe("met above 5 GeV");
  expect(handle().style.transform).toBe("translateX(49.5px)");
});

test("with snapping, drags and arrows stop at bins, and Shift goes between", () => {
  card.frame({ ...FRAME, snap: true });
  put(0);
  key("ArrowRight");
  expect(only("move").at(-1)).toEqual(["move", "low", 2]);
  handle().dispatchEvent(
    new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true, bubbles: true }),
  );
  expect(only("move").at(-1)).toEqual(["move", "low", 3]);
  key("ArrowRight");
  expect(only("move").at(-1)).toEqual(["move", "low", 4]);
  key("Enter");
  pointer("pointerdown", 100);
  pointer("pointermove", 100 + 2.8 * STEP);
  vi.advanceTimersByTime(20);
  expect(only("move").at(-1)).toEqual(["move", "low", 6]);
});

test("the window between two thresholds is a handle of its own", () => {
  expect(card.window.root.hidden).toBe(true);
  put(4, 10);
  expect(card.window.root.hidden).toBe(false);
  expect(Number.parseFloat(card.window.root.style.width)).toBeCloseTo(6 * STEP, 6);
  limits = [0, 14];
  card.window.root.dispatchEvent(
    new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }),
  );
  expect(said.at(-1)).toEqual(["move", "window", 5]);
});

test("a blocked handle says why and stays", () => {
  card.block("open the notebook to drag this one");
  key("ArrowRight");
  pointer("pointerdown", 100);
  expect(said).toEqual([]);
  expect(handle().title).toBe("open the notebook to drag this one");
  expect(handle().getAttribute("aria-disabled")).toBe("true");
});

test("the significance is drawn where it is known, with its value and the best place", () => {
  const values = FRAME.places.map((place) => (place < 50 ? place / 100 : null));
  const label = (place: number) => `at ≥ ${FRAME.places[place]}`;
  card.significance({ values, at: 4, label, why: "", stale: false });
  const strip = () => drawing(card.root.querySelector(".hml-sheet"), TALL);
  expect(strip().stroked.at(-1)?.corners).toHaveLength(10);
  const said = () => card.root.querySelector(".hml-strip")?.textContent;
  expect(said()).toBe("Z 0.2best 0.45 at ≥ 450");
  const why = "too few background events";
  card.significance({ values, at: 15, label, why, stale: false });
  expect(said()).toMatch(/^Z: too few background events/);
  card.significance({ values: values.map(() => null), at: 4, label, why, stale: false });
  expect(said()).toBe("Z: too few background events0");
});

test("a name is text", () => {
  const hostile = new Card("<b>met</b>", "<i>", {} as ThresholdEvents, () => {});
  hostile.frame(FRAME);
  hostile.draw([], { how: "stacked", log: false });
  expect(hostile.root.querySelector("b, i")).toBeNull();
  expect(hostile.root.querySelector("h4")?.textContent).toBe("<b>met</b>events / 10 <i>");
});
