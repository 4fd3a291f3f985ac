import { expect, test } from "vitest";
import type { BoardState, Side } from "../../src/shared/boardstate";
import { Index } from "../../src/shared/indexes";
import { contents, flow, type Move, sight, windowOf } from "../../src/shared/snapshot";
import { accumulate, Bins, between, span, type Window } from "../../src/shared/window";
import { ToyBoard, type ToyColumn, type ToySample } from "../harness/board";

test("running sums give what is between two of them", () => {
  const sums = accumulate([1, 2, 3, 4, 5, 6], 3, 2);
  expect([...sums]).toEqual([0, 0, 1, 2, 4, 6, 9, 12]);
  expect([...between(sums, 0, [1, 3], 3, 2)]).toEqual([8, 10]);
});

test("a window starts after its lower slice, and what is missing passes only without thresholds", () => {
  expect(span({ low: null, high: null }, 6)).toEqual([0, 6]);
  expect(span({ low: 0, high: null }, 6)).toEqual([1, 5]);
  expect(span({ low: null, high: 3 }, 6)).toEqual([0, 4]);
  expect(span({ low: 2, high: 1 }, 6)).toEqual([3, 3]);
});

test("fill bins are drawn in their bins, thresholds outside of the range in the flows", () => {
  const bins = new Bins({ edges: [0, 1, 2], fill: [-1, 0, 0.5, 1, 2, 3], whole: false });
  expect([...bins.fold([1, 2, 3, 4, 5, 6, 7, 8], null)]).toEqual([3, 7, 5, 13, 8]);
  expect([...(bins.shares({ low: 0.5, high: null }) ?? [])]).toEqual([0, 0, 0, 1, 1, 1, 1, 0]);
  expect([...(bins.shares({ low: -1, high: 3 }) ?? [])]).toEqual([0, 1, 1, 1, 1, 1, 0, 0]);
  expect(bins.shares({ low: null, high: null })).toBeNull();
});

test("a bin that is cut through counts in proportion, of things that are counted by whole numbers", () => {
  const some = new Bins({ edges: [0, 1, 2], fill: [0, 1, 2], whole: false });
  expect([...(some.shares({ low: 0.25, high: 1.5 }) ?? [])]).toEqual([0, 0.75, 0.5, 0, 0]);
  const whole = new Bins({ edges: [0.5, 2.5], fill: [0.5, 2.5], whole: true });
  expect([...(whole.shares({ low: 2, high: null }) ?? [])]).toEqual([0, 0.5, 1, 0]);
});

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

const COLUMNS: ToyColumn[] = [
  { name: "a", unit: "GeV", edges: [0, 1, 2, 3], places: [0, 0.5, 1, 1.5, 2, 2.5, 3] },
  { name: "b", unit: "", edges: [0, 2, 4], places: [0, 1, 2, 3, 4] },
  { name: "n", unit: "", edges: [0, 1, 2, 3, 4], places: [0, 1, 2, 3, 4], whole: true },
];

/** Ties on edges, missing values, infinities, negative weights, an empty class. */
function random(seed: number): ToyBoard {
  const next = generator(seed);
  const value = () => {
    const kind = next();
    if (kind < 0.05) return Number.NaN;
    if (kind < 0.08) return Number.POSITIVE_INFINITY;
    if (kind < 0.11) return Number.NEGATIVE_INFINITY;
    return kind < 0.5 ? Math.round(next() * 10) / 2 - 0.5 : next() * 5 - 0.5;
  };
  const sample = (name: string, kind: ToySample["kind"], n: number): ToySample => ({
    name,
    kind,
    generated: 2 * n,
    weights: Float64Array.from({ length: n }, () => (kind === "data" ? 1 : next() * 2 - 0.4)),
    columns: {
      a: Float64Array.from({ length: n }, value),
      b: Float64Array.from({ length: n }, value),
      n: Float64Array.from({ length: n }, () => Math.floor(next() * 5)),
    },
  });
  const board = new ToyBoard(
    [
      sample("s", "signal", 60),
      sample("b", "background", 90),
      sample("none", "background", 0),
      sample("data", "data", 30),
    ],
    COLUMNS,
  );
  for (const name of ["a", "b", "n", "a"]) {
    const side: Side = next() < 0.5 ? "low" : "high";
    const at = name === "n" ? Math.floor(next() * 4) : Math.round(next() * 30) / 10;
    if (next() < 0.75) board.set(name, side, at);
  }
  const off = board.cut("b", "low", 1.5, false);
  board.cuts.splice(1, 0, off);
  return board;
}

const index = (board: ToyBoard, observable: string) => new Index(...board.index(observable));
const rounded = (rows: BoardState["cutflow"]) =>
  rows.map(({ label, events, sums, squares }) => [
    label,
    ...[events, sums, squares].map((some) => some.map((x) => x && Math.round(x * 1e6) / 1e6 + 0)),
  ]);

/** What the board counts after the thresholds were put there event by event. */
function moved(board: ToyBoard, observable: string, places: number[], window: Window): ToyBoard {
  const next = new ToyBoard(board.samples, board.columns);
  next.cuts = [...board.cuts];
  for (const side of ["low", "high"] as const) {
    const place = window[side];
    const value = place === null ? null : (places[place] ?? 0);
    if (value !== board.bound(observable, side)?.value || value === null)
      next.set(observable, side, value);
  }
  return next;
}

/** Two places, or none at a side. */
function drawn(places: number[], next: () => number): Window {
  const low = next() < 0.3 ? null : Math.floor(next() * (places.length - 1));
  const first = (low ?? 0) + 1;
  return { low, high: next() < 0.3 ? null : first + Math.floor(next() * (places.length - first)) };
}

/** Bins of a view by arithmetic and by counting: rows of numbers. */
function both(state: BoardState, again: BoardState, move: Move, one: Index): number[][][] {
  return state.views.flatMap((view, at) => {
    const [seen, there] = [sight(view), sight(again.views[at] ?? view)];
    const here = view.name === move.observable ? move.window : windowOf(seen);
    const found = contents(seen, 4, here, { index: one, move });
    const counted = contents(there, 4, windowOf(there), null);
    return (["before", "after", "squares"] as const).map((what) =>
      [found, counted].map((of) => of[what].flatMap((bins) => [...bins])),
    );
  });
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "arithmetic of an index agrees with a recount, seed %i",
  (seed) => {
    const board = random(seed);
    const state = board.state();
    const next = generator(seed + 100);
    for (const observable of ["a", "b", "n"]) {
      const one = index(board, observable);
      for (let trial = 0; trial < 12; trial += 1) {
        const window = drawn(one.value.places, next);
        const again = moved(board, observable, one.value.places, window).state();
        const move = { observable, window };
        expect(rounded(flow(state, move, one))).toEqual(rounded(again.cutflow));
        for (const [found = [], counted = []] of both(state, again, move, one)) {
          const most = found.map((x, at) => Math.abs(x - (counted[at] ?? Number.NaN)));
          expect(found.length).toBe(counted.length);
          expect(Math.max(...most)).toBeLessThan(1e-4);
        }
      }
    }
  },
);
