import { Cutflow } from "../pieces/cutflow";
import { CutList, type ListedCut } from "../pieces/cutlist";
import { type Arrangement, LayoutForm } from "../pieces/layout";
import { styles, swatch } from "../pieces/styles";
import { type Bins, ViewMenu } from "../pieces/viewmenu";
import type { BoardLayout, BoardState, FlowRow, IndexValue } from "../shared/boardstate";
import { fill, h } from "../shared/dom";
import { Indexes } from "../shared/indexes";
import { reason } from "../shared/kernel";
import { inWords, layoutValues, rebinned, shifted, Wish, without } from "./arranging";
import { Board, type Held, type Shift } from "./board";
import { Estimate } from "./estimate";
import { Exact } from "./exact";
import type { Host } from "./host";
import { Look } from "./look";
import { Maps } from "./maps";
import { block, Complaint } from "./panel";

const HINT =
  "Drag a handle inwards, or focus it and use the arrow keys. Letting go writes the cell below. Escape puts the handle back.";
const NONE = "No histogram is on the board: the button above adds observables.";
const STILL =
  "Drag a handle inwards, or focus it and use the arrow keys. This page keeps what was counted when it was saved: one observable moves at a time, and another one puts it back.";

/** The live board with what belongs beside it; a host keeps the cuts. */
export class Live {
  readonly complaint = new Complaint();
  readonly board: Board;
  readonly toolbar = h("div", { class: "hml-toolbar" });
  readonly main: HTMLElement[];
  readonly side: HTMLElement[];
  /** What the kernel has said, and the same as it shall look. */
  private given: BoardState | null = null;
  private state: BoardState | null = null;
  private readonly wish = new Wish();
  private version = "";
  private visible = false;
  private readonly indexes: Indexes;
  private readonly cutflow = new Cutflow();
  private readonly none = h("p", { class: "hml-hint" }, NONE);
  private readonly legend = h("span", { class: "hml-legend" });
  private readonly look: Look;
  private readonly estimate: Estimate;
  private readonly exact: Exact;
  private readonly maps: Maps;
  private readonly cuts = new CutList({ change: (cuts) => this.list(cuts) });
  private readonly menus = new Map<string, ViewMenu>();
  private readonly form = new LayoutForm({ change: (next) => this.arrange(next) });

  constructor(private readonly host: Host) {
    this.indexes = new Indexes((observable) => host.request<IndexValue>("index", { observable }));
    this.indexes.onarrival = (observable) => this.arrived(observable);
    this.indexes.onprogress = () => this.tellReady();
    this.indexes.onfailure = (error) => host.locked || this.complaint.show(reason(error));
    this.board = new Board({
      index: (observable) => this.indexes.get(observable),
      near: (observable) => this.indexes.prefer(observable),
      hold: (held) => this.hold(held),
      commit: (shifts) => this.commit(shifts),
      select: () => this.drawExact(),
    });
    this.board.locked = host.locked;
    this.board.still = host.still;
    this.look = new Look((layout) => this.restyle(layout));
    this.estimate = new Estimate((action, value) => this.ask(action, { value }));
    this.exact = new Exact({
      commit: (shifts) => (host.still ? this.put(shifts) : this.commit(shifts)),
      best: (observable, side) => host.request("best", { observable, side }),
    });
    this.maps = new Maps({
      ask: (x, y) => host.request("box", { x, y }),
      hold: (row) => this.box(row),
      commit: (shifts) => this.commit(shifts),
      remove: (x, y) =>
        void this.rearrange((now) => ({
          ...now,
          maps: now.maps.filter((pair) => pair[0] !== x || pair[1] !== y),
        })).then(this.tell),
    });
    this.toolbar.append(this.look.root, this.complaint.root, this.legend);
    if (!host.still) this.toolbar.prepend(this.form.toggle);
    this.main = [this.toolbar, this.form.panel, this.none, this.board.root, this.maps.root];
    const flow = block("Cutflow", this.cutflow.root);
    const list = host.still ? [] : [block("Cuts", this.cuts.root)];
    const hint = h("p", { class: "hml-hint" }, host.still ? STILL : HINT);
    this.side = [this.estimate.root, this.exact.root, flow, ...list, hint];
  }

  update(given: BoardState): void {
    const state = this.wish.over(given);
    this.given = given;
    this.state = state;
    const names = state.views.map(({ name }) => name);
    const version = `${state.dataset} ${state.counted} ${names.join(" ")}`;
    const fresh = version !== this.version;
    if (fresh) this.indexes.reset(names);
    this.version = version;
    this.board.root.dataset.version = String(state.version);
    this.none.hidden = names.length > 0;
    this.tellReady();
    this.drawLegend(state);
    this.look.draw(state.layout);
    this.form.draw(this.wish.now(state), state.catalogue);
    this.cuts.draw(state.cuts.map(({ text, on }) => ({ text, on })));
    this.board.update(state);
    this.drawMenus(state);
    this.maps.update(state, fresh);
    if (!this.board.moving) this.rest();
  }

  shown(): void {
    this.visible = true;
    this.indexes.pause(false);
    this.board.redraw();
    this.maps.redraw();
  }

  hidden(): void {
    this.visible = false;
    this.indexes.pause(true);
  }

  dispose(): void {
    this.indexes.pause(true);
    for (const menu of this.menus.values()) menu.dispose();
    this.board.dispose();
    this.maps.dispose();
  }

  /** Ask the kernel for something that writes no cell. */
  ask(action: string, values: Record<string, unknown>): void {
    this.host.request(action, values).then(
      () => this.complaint.show(""),
      (error) => this.complaint.show(reason(error)),
    );
  }

  private arrived(observable: string): void {
    if (!this.board.moving) this.board.redraw();
    if (!this.board.index(observable))
      this.complaint.show(`${observable} cannot be dragged: its counts are for other places`);
  }

  private tellReady(): void {
    this.board.root.dataset.ready = String(this.indexes.complete);
  }

  private drawLegend(state: BoardState): void {
    const looks = styles(state.samples);
    const line = state.layout.how !== "stacked";
    const one = ({ name, kind }: BoardState["samples"][number], at: number) =>
      h(
        "span",
        {},
        swatch(looks[at] ?? 0, line),
        ` ${name}`,
        h("small", {}, kind === "signal" ? " signal" : ""),
      );
    fill(this.legend, ...state.samples.map(one));
  }

  /** A small menu on each card. */
  private drawMenus(state: BoardState): void {
    if (this.host.still) return;
    const { observables } = this.wish.now(state);
    for (const [name, menu] of this.menus) {
      if (observables.some((one) => one.name === name)) continue;
      menu.dispose();
      this.menus.delete(name);
    }
    observables.forEach(({ name, bins, range }, at) => {
      const menu = this.menus.get(name) ?? this.menu(name);
      this.menus.set(name, menu);
      const tools = this.board.card(name)?.tools;
      if (tools && menu.root.parentElement !== tools) fill(tools, menu.root);
      menu.draw({ bins, range, first: at === 0, last: at === observables.length - 1 });
    });
  }

  private menu(name: string): ViewMenu {
    const events = {
      change: (next: Bins) => this.rearrange((now) => rebinned(now, name, next)),
      move: (by: -1 | 1) => void this.rearrange((now) => shifted(now, name, by)).then(this.tell),
      remove: () => void this.rearrange((now) => without(now, name)).then(this.tell),
    };
    return new ViewMenu(events, name);
  }

  private readonly tell = (error: string) => this.complaint.show(error);

  private rearrange(change: (now: Arrangement) => Arrangement): Promise<string> {
    return this.state ? this.arrange(change(this.wish.now(this.state))) : Promise.resolve("");
  }

  /** Show the state as it is, no handle in the hand. */
  private rest(): void {
    const { state } = this;
    if (!state) return;
    this.numbers();
    this.drawExact();
    this.host.cell(state.code, "Drag a handle inwards: letting go writes the cell.");
  }

  private numbers(): void {
    const { state } = this;
    if (!state) return;
    const rows = this.board.cutflow();
    this.cutflow.draw(rows, state.samples, state.luminosity === null ? 0 : state.scale);
    this.estimate.draw(state, rows);
  }

  private drawExact(): void {
    const { state } = this;
    const { selected } = this.board;
    const view = state?.views.find(({ name }) => name === selected) ?? state?.views[0];
    if (!state || !view) return;
    this.exact.draw({ ...view, ...this.board.bounds(view.name) }, state.best[view.name] ?? null);
  }

  private hold(held: Held | null): void {
    this.indexes.pause(!this.visible || this.board.moving);
    if (!held) {
      this.rest();
      return;
    }
    if (!held.index) return;
    this.numbers();
    const { part, window, index } = held;
    if (part === "window") {
      this.host.asking();
      return;
    }
    const { code, places } = index.value;
    const place = window[part] ?? (part === "low" ? 0 : places.length - 1);
    this.host.cell(code[part][place] ?? null, "");
  }

  private async put(shifts: Shift[]): Promise<void> {
    this.board.put(shifts);
  }

  /** The numbers behind the state have changed, not what was counted. */
  refresh(): void {
    this.board.redraw(true);
    this.numbers();
  }

  /** What is in a box that is held; the cutflow follows when it is let go. */
  private box(row: FlowRow | null): void {
    if (row && this.state) this.estimate.draw(this.state, [row]);
    else this.numbers();
  }

  private async commit(moves: Shift[]): Promise<void> {
    this.indexes.pause(!this.visible);
    if (this.host.still) {
      this.drawExact();
      return new Promise(() => {});
    }
    const dataset = this.state?.dataset ?? "";
    const key = `${dataset} ${moves.map(({ observable, side }) => `${observable} ${side}`).join(" ")}`;
    const end = await this.host.commit("set", { dataset, moves }, inWords(moves), key);
    this.complaint.show(end.error ?? "");
  }

  private restyle({ how, below, log, snap }: BoardLayout): void {
    if (!this.given) return;
    const look = { how, below, log, snap };
    if (this.host.still) this.given.layout = { ...this.given.layout, ...look };
    if (this.host.still) this.again();
    else void this.rearrange((now) => ({ ...now, ...look })).then(this.tell);
  }

  private async arrange(next: Arrangement): Promise<string> {
    const error = this.wish.during(next, async () => {
      const values = layoutValues(this.state?.dataset ?? "", next);
      const end = await this.host.commit("layout", values, "the look of the board", "layout");
      return end.error ?? "";
    });
    this.again();
    const wrong = await error;
    this.again();
    return wrong;
  }

  private readonly again = () => this.given && this.update(this.given);

  private async list(cuts: ListedCut[]): Promise<string> {
    const values = {
      dataset: this.state?.dataset ?? "",
      cuts: cuts.map(({ text }) => text),
      off: cuts.filter(({ on }) => !on).map(({ text }) => text),
    };
    const { error } = await this.host.commit("cuts", values, "the list of cuts", "cuts");
    return error ?? "";
  }
}
