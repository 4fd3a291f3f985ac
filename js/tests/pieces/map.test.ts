import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Box, MapCard, type MapLayer } from "../../src/pieces/map";
import { REST } from "../../src/pieces/nudge";

const BINS = 48;
const edges = (high: number) => Array.from({ length: BINS + 1 }, (_, n) => (high * n) / BINS);
const X = { name: "mass", unit: "GeV", edges: edges(480) };
const Y = { name: "tau21", unit: "", edges: edges(0.96) };
const NONE: Box = { x: [null, null], y: [null, null] };
const BOX: Box = { x: [100, 300], y: [null, 0.5] };
// Without a layout a card is 240 pixels wide: the frame is 190 by 175 of them, from (38, 24) on.
const x = (mass: number) => 38 + (190 * mass) / 480;
const y = (tau: number) => 24 + 175 - (175 * tau) / 0.96;

interface Rect {
  fill: string;
  width: number;
}
let rects: Rect[];
let card: MapCard;
let said: [string, Box?][];

function layer(kind: MapLayer["kind"], bin: number, events: number): MapLayer {
  const contents = new Float64Array(BINS * BINS);
  contents[0] = 100;
  contents[bin] = events;
  return { label: kind, kind, style: kind === "signal" ? 0 : 2, contents };
}

beforeEach(() => {
  vi.useFakeTimers();
  rects = [];
  said = [];
  const pen = {
    fillStyle: "",
    globalAlpha: 1,
    fillRect: (_x: number, _y: number, width: number) => rects.push({ fill: pen.fillStyle, width }),
  };
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(pen as never);
  card = new MapCard("mass", "tau21", {
    hold: (box) => said.push(["hold", box]),
    commit: (box) => said.push(["commit", box]),
    cancel: () => said.push(["cancel"]),
  });
  document.body.replaceChildren(card.root);
  card.frame(X, Y);
  card.root.querySelector("canvas")?.style.setProperty("--hml-s0", "#0072b2");
  card.draw([], BOX);
});
afterEach(() => {
  card.dispose();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const plot = () => card.root.querySelector(".hml-map") as HTMLElement;
const slider = (n: number) =>
  card.root.querySelectorAll<HTMLElement>("[role=slider]")[n] as HTMLElement;
const [LOW_X, HIGH_X, LOW_Y, HIGH_Y] = [0, 1, 2, 3];
const spoken = () => [0, 1, 2, 3].map((n) => slider(n).getAttribute("aria-valuetext"));
const only = (what: string) => said.filter(([word]) => word === what).map(([, box]) => box);
function pointer(type: string, clientX: number, clientY: number): void {
  plot().dispatchEvent(new MouseEvent(type, { clientX, clientY, button: 0, bubbles: true }));
}
function drag(from: [number, number], to: [number, number]): void {
  pointer("pointerdown", ...from);
  pointer("pointermove", ...to);
  vi.advanceTimersByTime(20);
  pointer("pointerup", ...to);
}
function key(node: HTMLElement, name: string): void {
  node.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
}

test("four sliders say where the thresholds stand", () => {
  expect(spoken()).toEqual([
    "mass above 100 GeV",
    "mass below 300 GeV",
    "tau21: no lower cut",
    "tau21 below 0.5",
  ]);
  expect(slider(LOW_X).getAttribute("aria-label")).toBe("mass: keep what is above");
  expect(slider(LOW_X).getAttribute("aria-valuenow")).toBe("10");
  expect(slider(LOW_X).getAttribute("aria-valuemax")).toBe("48");
  expect(slider(LOW_Y).getAttribute("aria-orientation")).toBe("vertical");
  expect(slider(HIGH_Y).tabIndex).toBe(0);
});

test("sides stand at their exact values, or at the border of the frame", () => {
  const path = card.root.querySelector(".hml-box")?.getAttribute("d");
  const half = (value: number) => Math.round(value * 2) / 2;
  expect(path).toBe(
    `M${half(x(100))} ${half(y(0.5))}H${half(x(300))}V${half(y(0))}H${half(x(100))}Z`,
  );
  const words = [...card.root.querySelectorAll(".hml-sides text")].map((node) => node.textContent);
  expect(words.sort()).toEqual(["< 0.5", "< 300", "≥ 100"]);
});

test("thresholds of the state are written as they stand there, others as they are", () => {
  const next = 50.00000000000001;
  card.frame(
    { ...X, own: [{ value: next, text: "50.0", operator: ">" }, null] },
    { ...Y, own: [null, { value: 0.2496, text: "0.2496", operator: "<=" }] },
  );
  card.draw([], { x: [next, 300], y: [0.1, 0.2496] });
  const words = [...card.root.querySelectorAll(".hml-sides text")].map((node) => node.textContent);
  expect(words.sort()).toEqual(["< 300", "> 50.0", "≤ 0.2496", "≥ 0.1"]);
  expect(spoken()).toEqual([
    "mass above 50.0 GeV",
    "mass below 300 GeV",
    "tau21 above 0.1",
    "tau21 at most 0.2496",
  ]);
});

test("a side is dragged to an edge, told at most once a frame, and committed", () => {
  pointer("pointerdown", x(100), y(0.2));
  for (let mass = 100; mass <= 150; mass += 1) pointer("pointermove", x(mass), y(0.2));
  expect(only("hold")).toEqual([]);
  vi.advanceTimersByTime(20);
  const box = { ...BOX, x: [150, 300] };
  expect(only("hold")).toEqual([box]);
  pointer("pointerup", x(151), y(0.3));
  expect(only("commit")).toEqual([box]);
});

test("a corner moves two thresholds; the side that is not held keeps its exact value", () => {
  drag([x(300), y(0.5)], [x(350), y(0.7)]);
  expect(only("commit")).toEqual([{ x: [100, 350], y: [null, expect.closeTo(0.7)] }]);
});

test("a side does not pass the other, and at the border there is no threshold", () => {
  drag([x(100), y(0.2)], [x(400), y(0.2)]);
  expect(only("commit").at(-1)?.x).toEqual([290, 300]);
  card.draw([], BOX);
  drag([x(100), y(0.2)], [x(-50), y(0.2)]);
  expect(only("commit").at(-1)?.x).toEqual([null, 300]);
});

test("the box is moved as a whole, within the frame; what has no threshold gets none", () => {
  drag([x(200), y(0.25)], [x(250), y(0.35)]);
  expect(only("commit").at(-1)).toEqual({ x: [150, 350], y: [null, expect.closeTo(0.6)] });
  card.draw([], { x: [100, 300], y: [null, null] });
  drag([x(200), y(0.5)], [x(460), y(0.5)]);
  expect(only("commit").at(-1)).toEqual({ x: [280, null], y: [null, null] });
});

test("where there is no threshold, a box is drawn", () => {
  card.draw([], NONE);
  drag([x(300), y(0.6)], [x(100), y(0.2)]);
  expect(only("commit")).toEqual([
    { x: [100, 300], y: [expect.closeTo(0.2), expect.closeTo(0.6)] },
  ]);
});

test("a drag that begins outside of the box draws a new one", () => {
  drag([x(350), y(0.3)], [x(450), y(0.8)]);
  const drawn = { x: [350, 450], y: [expect.closeTo(0.3), expect.closeTo(0.8)] };
  expect(only("commit")).toEqual([drawn]);
  card.draw([], { x: [101, null], y: [null, null] });
  drag([x(40), y(0.6)], [x(100), y(0.2)]);
  expect(only("commit").at(-1)).toEqual({
    x: [40, 100],
    y: [expect.closeTo(0.2), expect.closeTo(0.6)],
  });
});

test("a new box has nothing of the old one, and escape puts that back", () => {
  card.draw([], { x: [null, null], y: [0.101, 0.499] });
  drag([x(200), y(0.9)], [x(400), y(0.1)]);
  expect(only("commit").at(-1)?.y).toEqual([expect.closeTo(0.1), expect.closeTo(0.9)]);
  card.draw([], BOX);
  pointer("pointerdown", x(400), y(0.8));
  pointer("pointermove", x(450), y(0.9));
  vi.advanceTimersByTime(20);
  key(slider(LOW_Y), "Escape");
  expect(spoken()[0]).toBe("mass above 100 GeV");
  expect(only("commit")).toHaveLength(1);
});

test("a press beside the frame is nobody's; one without a movement commits nothing", () => {
  drag([10, y(0.2)], [200, y(0.6)]);
  expect(said).toEqual([]);
  for (const mass of [200, 400]) drag([x(mass), y(0.2)], [x(mass) + 1, y(0.2)]);
  card.draw([], NONE);
  drag([x(200), y(0.2)], [x(200), y(0.2)]);
  expect(only("commit")).toEqual([]);
  expect(only("cancel")).toHaveLength(3);
});

test("the cursor tells what a press would do", () => {
  const over = (mass: number, tau: number) => {
    pointer("pointermove", x(mass), y(tau));
    return plot().style.cursor;
  };
  expect([over(100, 0.2), over(200, 0.2), over(400, 0.2)]).toEqual([
    "ew-resize",
    "move",
    "crosshair",
  ]);
});

test("escape puts a dragged box back", () => {
  pointer("pointerdown", x(300), y(0.2));
  pointer("pointermove", x(400), y(0.2));
  vi.advanceTimersByTime(20);
  expect(document.activeElement).toBe(slider(HIGH_X));
  expect(spoken()[1]).toBe("mass below 400 GeV");
  key(slider(HIGH_X), "Escape");
  pointer("pointerup", x(400), y(0.2));
  expect(spoken()[1]).toBe("mass below 300 GeV");
  expect(only("commit")).toEqual([]);
  expect(only("cancel")).toHaveLength(1);
});

test("a state that comes during a drag does not move the box", () => {
  pointer("pointerdown", x(300), y(0.2));
  pointer("pointermove", x(400), y(0.2));
  vi.advanceTimersByTime(20);
  card.draw([], NONE);
  expect(card.moving).toBe(true);
  expect(spoken()[1]).toBe("mass below 400 GeV");
});

test("keys move by one edge, by ten, and to the ends; a pause commits", () => {
  key(slider(LOW_X), "ArrowRight");
  key(slider(LOW_X), "PageUp");
  key(slider(LOW_X), "ArrowDown");
  expect(only("hold").map((box) => box?.x[0])).toEqual([110, 210, 200]);
  vi.advanceTimersByTime(REST - 1);
  expect(only("commit")).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(only("commit")).toEqual([{ ...BOX, x: [200, 300] }]);
  key(slider(HIGH_Y), "End");
  key(slider(HIGH_Y), "Enter");
  expect(only("commit").at(-1)?.y).toEqual([null, null]);
  key(slider(LOW_Y), "ArrowUp");
  slider(LOW_Y).dispatchEvent(new FocusEvent("blur"));
  expect(only("commit").at(-1)?.y[0]).toBeCloseTo(0.02);
});

test("what was moved and moved back is not committed; other keys are left alone", () => {
  key(slider(LOW_X), "ArrowRight");
  key(slider(LOW_X), "Escape");
  vi.advanceTimersByTime(1000);
  expect(only("commit")).toEqual([]);
  expect(only("cancel")).toHaveLength(1);
  const tab = new KeyboardEvent("keydown", { key: "Tab", bubbles: true, cancelable: true });
  slider(LOW_X).dispatchEvent(tab);
  expect(tab.defaultPrevented).toBe(false);
});

test("background is drawn as shades, signal as squares of its content", () => {
  card.draw([layer("signal", 5, 25), layer("background", 7, 50)], BOX);
  const squares = rects.filter(({ fill }) => fill === "#0072b2");
  expect(rects).toHaveLength(4);
  expect(squares).toHaveLength(2);
  // A quarter of the events of the fullest bin: half the width.
  expect((squares[1]?.width ?? 0) / (squares[0]?.width ?? 1)).toBeCloseTo(0.5, 1);
  const select = card.root.querySelector("select") as HTMLSelectElement;
  const show = (value: string) => {
    rects = [];
    select.value = value;
    select.dispatchEvent(new Event("change"));
    return rects.length;
  };
  expect(["background", "signal", "s/(s+b)"].map(show)).toEqual([2, 2, 2]);
  expect([...select.options].map(({ value }) => value)).not.toContain("data");
  card.draw([layer("data", 3, 1)], BOX);
  expect([...select.options].map(({ value }) => value)).toContain("data");
});

test("axes carry names and units, the note its text, and all of it is text", () => {
  card.draw([], BOX, "12 of 40 events");
  const words = [...card.root.querySelectorAll(".hml-axis text")].map((node) => node.textContent);
  expect(words).toContain("mass [GeV]");
  expect(words).toContain("tau21");
  expect(card.root.querySelector(".hml-note")?.textContent).toBe("12 of 40 events");
  const hostile = new MapCard("<b>x</b>", "<i>", {} as never);
  expect(hostile.root.querySelector("b, i")).toBeNull();
  hostile.dispose();
});

test("a box that is blocked says why, and does not move", () => {
  card.block("open the notebook");
  expect(slider(LOW_Y).getAttribute("aria-disabled")).toBe("true");
  expect(slider(LOW_Y).title).toBe("open the notebook");
  slider(LOW_Y).dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp" }));
  expect(said).toEqual([]);
  card.block("");
  expect(slider(LOW_Y).getAttribute("aria-disabled")).toBe("false");
});
