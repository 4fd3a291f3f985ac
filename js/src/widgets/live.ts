import { Cutflow } from "../pieces/cutflow";
import { CutList, type ListedCut } from "../pieces/cutlist";
import { type Arrangement, LayoutForm } from "../pieces/layout";
import type { BoardLayout, BoardState, FlowRow, IndexValue } from "../shared/boardstate";
import { fill, h } from "../shared/dom";
import { Indexes } from "../shared/indexes";
import { reason } from "../shared/kernel";
import { compares } from "../shared/snapshot";
import { example, inWords, layoutValues, Wish } from "./arranging";
import { Board, type Held } from "./board";
import { Estimate } from "./estimate";
import { Exact } from "./exact";
import type { Host } from "./host";
import { entries } from "./legend";
import { Look } from "./look";
import { Maps } from "./maps";
import { Menus } from "./menus";
import { block, Complaint } from "./panel";
import { Pending, type Shift } from "./pending";
import { write } from "./writing";

const NONE = "No histogram is on the board: the button above adds observables.";

const ALONE = "What was dragged before is back: this page knows one observable at a time.";

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
  private readonly pending = new Pending();
  /** Boxes of a page where nothing is counted anew: they move no handles. */
  private readonly kept = new Pending();
  /** What is in a box that is held, or was put. */
  private inside: FlowRow | null = null;
  private readonly indexes: Indexes;
  private readonly cutflow = new Cutflow();
  private readonly none = h("p", { class: "hml-hint" }, NONE);
  private readonly legend = h("span", { class: "hml-legend" });
  private readonly look: Look;
  private readonly estimate: Estimate;
  private readonly exact: Exact;
  private readonly maps: Maps;
  private readonly cuts = new CutList({ change: (cuts) => this.list(cuts) });
  private readonly menus = new Menus(
    (change) => this.rearrange(change),
    (change) => this.change(change),
  );
  private readonly form = new LayoutForm({ change: (next) => this.arrange(next) });

  constructor(private readonly host: Host) {
    this.indexes = new Indexes((observable) => host.request<IndexValue>("index", { observable }));
    this.indexes.onarrival = (observable) => this.arrived(observable);
    this.indexes.onprogress = () => this.tellReady();
    this.indexes.onfailure = (error) => host.locked || this.complaint.show(reason(error));
    const events = {
      index: (observable: string) => this.indexes.get(observable),
      near: (observable: string) => this.indexes.prefer(observable),
      hold: (held: Held | null) => this.hold(held),
      commit: (shifts: Shift[]) => void this.commit(shifts),
      select: () => this.drawExact(),
      only: (observable: string) => this.complaint.show(`${ALONE} ${observable} moves now.`),
    };
    this.board = new Board(events, this.pending);
    this.board.locked = host.locked;
    this.board.still = host.still;
    this.look = new Look((layout) => this.restyle(layout));
    this.estimate = new Estimate({
      ask: (name, value) =>
        host.still ? this.ask(name, { value }) : this.change((now) => ({ ...now, [name]: value })),
    });
    this.exact = new Exact({
      commit: (shifts) => (host.still ? this.board.put(shifts) : void this.commit(shifts)),
      best: (observable, side) => host.request("best", { observable, side }),
      choose: (observable) => this.board.select(observable),
    });
    const remove = (x: string, y: string) =>
      this.change((now) => ({
        ...now,
        maps: now.maps.filter((pair) => pair[0] !== x || pair[1] !== y),
      }));
    this.maps = new Maps(
      {
        ask: (x, y) => this.indexes.turn(() => host.request("box", { x, y })),
        hold: (row) => this.box(row),
        commit: (shifts) => (host.still ? this.keep(shifts) : this.commit(shifts)),
        ...(host.still ? {} : { remove }),
      },
      host.still ? this.kept : this.pending,
      host.locked,
    );
    this.toolbar.append(this.look.root, this.legend);
    if (!host.still) this.toolbar.prepend(this.form.toggle);
    const { toolbar, complaint, form, none, board, maps } = this;
    this.main = [toolbar, complaint.root, form.panel, none, board.root, maps.root];
    const flow = block("Cutflow", this.cutflow.root);
    const list = host.still ? [] : [block("Cuts", this.cuts.root)];
    const hint = h("p", { class: "hml-hint" }, host.hint);
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
    fill(this.legend, ...entries(state));
    this.look.draw(state.layout, {
      expected: state.luminosity !== null,
      compared: compares(state),
    });
    this.form.draw(this.wish.now(state), state.catalogue, state.layout.most_bins);
    this.cuts.draw(state.cuts, example(state.views), state.regions);
    this.board.update(state);
    const now = this.wish.now(state);
    const tools = (name: string) => this.board.card(name)?.tools;
    if (!this.host.still) this.menus.draw(now.observables, state.layout.most_bins, tools);
    this.maps.update(state, fresh);
    if (!this.board.moving) this.hold(this.board.held);
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
    this.menus.dispose();
    this.board.dispose();
    this.maps.dispose();
  }

  /** Ask for something that writes no cell. */
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

  private async rearrange(change: (now: Arrangement) => Arrangement): Promise<string> {
    return this.state ? this.arrange(change(this.wish.now(this.state))) : "";
  }

  private change(change: (now: Arrangement) => Arrangement): void {
    void this.rearrange(change).then((error) => this.complaint.show(error));
  }

  private numbers(): void {
    const { state } = this;
    if (!state) return;
    const rows = this.board.cutflow();
    this.cutflow.draw(rows, state.samples, state.luminosity === null ? 0 : state.scale);
    this.estimate.draw(state, this.inside ? [this.inside] : rows);
  }

  private drawExact(): void {
    const { state } = this;
    const { selected } = this.board;
    const view = state?.views.find(({ name }) => name === selected) ?? state?.views[0];
    if (!state || !view) return;
    const names = state.views.map(({ name }) => name);
    const version = `${state.version} ${state.scale} ${state.uncertainty}`;
    const finds = compares(state) && state.luminosity !== null;
    this.exact.draw({ ...view, ...this.board.bounds(view.name) }, names, version, finds);
  }

  private hold(held: Held | null): void {
    const { moving } = this.board;
    this.indexes.pause(!this.visible || moving);
    if (!moving) this.drawExact();
    else if (this.inside) this.unbox();
    if (held && !held.index) return;
    this.numbers();
    write(this.host, held, this.kept.shifts.length > 0, this.state?.code ?? null);
  }

  /** The numbers behind the state have changed, not what was counted. */
  refresh(): void {
    this.board.redraw(true);
    this.numbers();
  }

  /** What is in a box that is held; the cutflow follows when it is let go. */
  private box(row: FlowRow | null): void {
    this.inside = row;
    this.numbers();
  }

  private async commit(moves: Shift[]): Promise<void> {
    if (moves.length === 0) return this.settle();
    this.pending.add(moves);
    if (this.host.still) return this.settle();
    const dataset = this.state?.dataset ?? "";
    const key = `${dataset} ${moves.map(({ observable, side }) => `${observable} ${side}`).join(" ")}`;
    const end = this.host.commit("set", { dataset, moves }, inWords(moves), key);
    this.settle();
    this.complaint.show((await end).error ?? "");
    this.pending.done(moves);
    this.settle();
  }

  /** A box stays where it was put, and handles go back. */
  private async keep(shifts: Shift[]): Promise<void> {
    this.pending.clear();
    this.kept.clear();
    this.kept.add(shifts);
    this.settle();
  }

  /** A handle is in the hand: its numbers are shown. */
  private unbox(): void {
    this.kept.clear();
    this.inside = null;
    this.maps.redraw();
  }

  private settle(): void {
    this.board.settle();
    this.maps.redraw();
  }

  private restyle({ how, below, log, snap }: BoardLayout): void {
    if (!this.given) return;
    const look = { how, below, log, snap };
    if (this.host.still) this.given.layout = { ...this.given.layout, ...look };
    if (this.host.still) this.again();
    else this.change((now) => ({ ...now, ...look }));
  }

  private async arrange(next: Arrangement): Promise<string> {
    const error = this.wish.during(next, async () => {
      const values = layoutValues(this.state?.dataset ?? "", next, this.state?.layout ?? {});
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
    const all = this.pending.over(cuts, this.state?.cuts ?? []);
    const values = {
      dataset: this.state?.dataset ?? "",
      cuts: all.map(({ text, on }) => [text, on]),
    };
    const { error } = await this.host.commit("cuts", values, "the list of cuts", "cuts");
    return error ?? "";
  }
}
