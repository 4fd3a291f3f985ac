// A saved page: the board as it was, with the indexes of its thresholds, and nothing else.
import type { BestValue, BoardState, IndexValue, Side } from "./shared/boardstate";
import { h } from "./shared/dom";
import { Index } from "./shared/indexes";
import { Refused, type Reply } from "./shared/kernel";
import { withError } from "./shared/numbers";
import { estimate, operator, SIGNS } from "./shared/snapshot";
import type { Window } from "./shared/window";
import { Standing } from "./widgets/standing";

export interface Saved {
  state: BoardState;
  indexes: { reply: IndexValue; buffers: string[] }[];
  /** What is in the bins of each 2-D view. */
  boxes: { x: string; y: string; buffer: string }[];
}
const LOCKED = "open the notebook to drag this one";
const NOTHING: Reply = { value: {}, buffers: [] };
const NEEDS = "this needs the events: open the notebook";

/** As in the kernel: beyond them squares of expected events are no numbers. */
const LIMITS = { luminosity: [1e-6, 1e9], uncertainty: [0, 1000] } as const;

function bytes(text: string): DataView {
  return new DataView(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer);
}

/** The place with the largest significance, the other threshold as it was saved. */
function best(state: BoardState, index: Index, side: Side): BestValue {
  const { observable, places, labels } = index.value;
  const view = state.views.find(({ name }) => name === observable);
  const at = (value: number | undefined) => (value === undefined ? null : places.indexOf(value));
  const now: Window = { low: at(view?.low?.value), high: at(view?.high?.value) };
  const found = places.map((value, place) => {
    const row = index.yields(index.rows - 1, { ...now, [side]: place });
    const { value: z, error } = estimate(state, row);
    return { value, label: labels[place] ?? "", z, error, place };
  });
  const top = found.reduce((a, b) => ((b.z ?? -1) > (a.z ?? -1) ? b : a));
  if (top.z === null) throw new Refused("nowhere are there enough background events");
  const sign = SIGNS[operator(side, index.value.strict.includes(top.place))];
  const text = `Z ${withError(top.z, top.error)} at ${sign} ${top.label}, of the places of the handle`;
  return { value: top.value, label: top.label, z: top.z, text };
}

/** What a page can answer by itself. */
export function answer({ state, indexes, boxes }: Saved, refresh: () => void) {
  const found = ({ observable }: Record<string, unknown>) => {
    const one = indexes.find(({ reply }) => reply.observable === observable);
    if (!one) throw new Refused(LOCKED);
    return { value: one.reply, buffers: one.buffers.map(bytes) };
  };
  const setting = (name: keyof typeof LIMITS, { value }: Record<string, unknown>) => {
    const number = Number(value);
    const [least, most] = LIMITS[name];
    if (value === "" || !(number >= least && number <= most))
      throw new Refused(`${name}: ${value} is not a number from ${least} to ${most}`);
    if (name === "uncertainty") state.uncertainty = number;
    else if (state.luminosity) {
      state.scale *= number / state.luminosity;
      state.luminosity = number;
    }
    refresh();
    return NOTHING;
  };
  const box = ({ x, y }: Record<string, unknown>) => {
    const one = boxes.find((saved) => saved.x === x && saved.y === y);
    if (!one) throw new Refused(LOCKED);
    return { value: { x, y }, buffers: [bytes(one.buffer)] };
  };
  const actions: Record<string, (values: Record<string, unknown>) => Reply> = {
    index: found,
    best: (values) => {
      const { value, buffers } = found(values);
      return { value: best(state, new Index(value, buffers), values.side as Side), buffers: [] };
    },
    box,
    luminosity: (values) => setting("luminosity", values),
    uncertainty: (values) => setting("uncertainty", values),
  };
  return async <T>(action: string, values: Record<string, unknown>): Promise<Reply<T>> => {
    const act = actions[action];
    if (!act) throw new Refused(NEEDS);
    return act(values) as Reply<T>;
  };
}

export function show(saved: Saved, into: HTMLElement): Standing {
  const request = answer(saved, () => board.live.refresh());
  const board = new Standing({
    hint: "Drag a handle inwards, or focus it and use the arrow keys; Escape puts it back. This page keeps what was counted when it was saved: one observable is moved at a time, and moving another one puts the first back.",
    still: true,
    locked: LOCKED,
    request,
    commit: async (action) => ({ error: action === "layout" ? null : NEEDS }),
  });
  into.append(board.root);
  board.live.update(saved.state);
  board.live.shown();
  return board;
}

/** Dark where the reader's system is. */
function follow(root: HTMLElement): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const put = () => {
    root.classList.toggle("hml-dark", dark.matches);
    document.documentElement.classList.toggle("hml-night", dark.matches);
  };
  dark.addEventListener("change", put);
  put();
}

const data = document.getElementById("hml-board");
if (data) {
  const into = document.body.appendChild(h("main", { class: "hml-page" }));
  follow(show(JSON.parse(data.textContent ?? "") as Saved, into).root);
}
