import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Card } from "../../src/pieces/card";
import type { ThresholdEvents } from "../../src/pieces/threshold";
import type { CutView } from "../../src/shared/state";

const edges = (n: number, high: number) => Array.from({ length: n + 1 }, (_, i) => (high * i) / n);
const VIEW: CutView = {
  name: "met",
  unit: "GeV",
  edges: edges(10, 100),
  values: {},
  before: {},
  variances: {},
  low: null,
  high: null,
  grab: { edges: edges(20, 100), labels: edges(20, 100).map(String) },
  underflow: 0,
  overflow: 0,
  missing: 0,
};
// Without a layout a card is 240 pixels wide, 10 of them margin at each side: 11 pixels an edge.
const STEP = 11;

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
  card.frame(VIEW);
  put(0);
  card.place("high", { edge: 20, exact: null, label: "", spoken: "met: no upper cut" });
});
afterEach(() => {
  card.dispose();
  card.root.remove();
  vi.useRealTimers();
});

function put(edge: number): void {
  const label = edge ? String(VIEW.grab.labels[edge]) : "";
  card.place("low", { edge, exact: null, label, spoken: `met above ${label} GeV` });
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

test("keys move by one edge, by ten, and to the ends; 600 ms of rest commit", () => {
  key("ArrowRight");
  key("ArrowUp");
  key("PageUp");
  key("ArrowLeft");
  expect(only("move").map(([, , edge]) => edge)).toEqual([1, 2, 12, 11]);
  vi.advanceTimersByTime(599);
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
  expect(handle().getAttribute("aria-valuenow")).toBe("1");
  expect(handle().getAttribute("aria-valuemax")).toBe("20");
  expect(handle().getAttribute("aria-valuetext")).toBe("met above 5 GeV");
  expect(handle().style.transform).toBe("translateX(21px)");
});

test("the significance is drawn where it is known, and a name is text", () => {
  const curve = VIEW.grab.edges.map((edge) => (edge < 50 ? edge : null));
  card.significance(curve, 4);
  const path = card.root.querySelector(".hml-curve")?.getAttribute("d") ?? "";
  expect(path.split("L")).toHaveLength(10);
  expect(card.root.querySelector(".hml-dot")?.getAttribute("cx")).toBe("54");
  const hostile = new Card("<b>met</b>", "<i>", {} as ThresholdEvents, () => {});
  expect(hostile.root.querySelector("b, i")).toBeNull();
  expect(hostile.root.querySelector("h4")?.textContent).toBe("<b>met</b><i>");
});
