import { Cutflow } from "../pieces/cutflow";
import { styles, swatch } from "../pieces/histogram";
import { button, fill, h, unique } from "../shared/dom";
import { Indexes } from "../shared/indexes";
import { reason } from "../shared/kernel";
import type { CutsState, Side } from "../shared/state";
import { Board, type Held } from "./board";
import { type Bench, block, Complaint, onward, type Panel } from "./panel";

/** "0.083 ± 0.006" or "(1.02 ± 0.05) × 10⁻⁵"; anything else says why there is no number. */
const NUMBER = /^\(?([\d.]+)(?: ± ([\d.]+))?\)?( × .+)?$/;

/** Cuts by hand: handles on live histograms, the significance and the cutflow beside them. */
export class CutsPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private state: CutsState | null = null;
  private version: unknown = null;
  private visible = false;
  private readonly indexes: Indexes;
  private readonly board: Board;
  private readonly cutflow = new Cutflow();
  private readonly complaint = new Complaint();
  private readonly legend = h("span", { class: "hml-legend" });
  private readonly dataset = h("select", {
    class: "hml-input",
    id: unique("in"),
    "data-key": "dataset",
  });
  private readonly luminosity = h("input", {
    class: "hml-input hml-tiny",
    type: "text",
    inputmode: "decimal",
    id: unique("in"),
  });
  private readonly z = h("div", { class: "hml-figure" });
  private readonly yields = h("div", { class: "hml-muted hml-yields" });
  private readonly exact = h("div", { class: "hml-exact" });

  constructor(private readonly bench: Bench) {
    this.indexes = new Indexes(bench.kernel);
    this.indexes.onarrival = () => !this.board.moving && this.board.redraw();
    this.indexes.onprogress = () => this.tellReady();
    this.indexes.onfailure = (error) => this.complaint.show(reason(error));
    this.board = new Board({
      index: (observable, side) => this.indexes.get(observable, side),
      near: (observable, side) => this.indexes.prefer(observable, side),
      hold: (held) => this.hold(held),
      commit: (observable, side, value) => this.commit(observable, side, value),
    });
    this.build();
  }

  update(): void {
    const state = this.bench.model.get("cuts") as CutsState;
    this.state = state;
    const names = state.views.map((view) => view.name);
    const version = `${state.dataset} ${state.version} ${names.join(" ")}`;
    if (version !== this.version) this.indexes.reset(names);
    this.version = version;
    this.tellReady();
    this.controls(state);
    this.board.update(state);
    if (!this.board.moving) this.rest();
  }

  private tellReady(): void {
    this.board.root.dataset.ready = String(this.indexes.complete);
  }

  shown(): void {
    this.visible = true;
    this.indexes.pause(false);
    this.board.redraw();
  }

  hidden(): void {
    this.visible = false;
    this.indexes.pause(true);
  }

  dispose(): void {
    this.indexes.pause(true);
    this.board.dispose();
  }

  private build(): void {
    const { board, bench } = this;
    this.dataset.addEventListener("change", () =>
      this.request("dataset", { target: this.dataset.value }),
    );
    this.luminosity.addEventListener("change", () =>
      this.request("luminosity", { value: this.luminosity.value }),
    );
    const toggle = (text: string, title: string, on: () => boolean, set: () => void) => {
      const node = button(
        text,
        () => {
          set();
          node.setAttribute("aria-pressed", String(on()));
          board.redraw(true);
        },
        { class: "hml-toggle", title, "aria-pressed": String(on()) },
      );
      return node;
    };
    const shapes = toggle(
      "same area",
      "Draw every class with the same area, one over the other; off: stacked yields",
      () => board.display.shapes,
      () => {
        board.display.shapes = !board.display.shapes;
      },
    );
    const log = toggle(
      "log y",
      "Logarithmic vertical axis",
      () => board.display.log,
      () => {
        board.display.log = !board.display.log;
      },
    );
    const bar = h(
      "div",
      { class: "hml-toolbar" },
      h("label", { class: "hml-muted", htmlFor: this.dataset.id }, "on"),
      this.dataset,
      shapes,
      log,
      this.complaint.root,
      this.legend,
    );
    this.main.append(bar, board.root);
    const z = h(
      "div",
      { class: "hml-muted hml-inline" },
      h("label", { htmlFor: this.luminosity.id }, "Asimov Z at"),
      this.luminosity,
      "fb⁻¹",
    );
    const hint =
      "Drag a handle inwards, or focus it and use the arrow keys. Letting go writes the cell below. Escape puts the handle back.";
    this.side.append(
      h("section", { class: "hml-block" }, z, this.z, this.yields),
      this.exact,
      block("Cutflow", this.cutflow.root),
      h("p", { class: "hml-hint" }, hint),
      onward(bench, "training", "Next: train a classifier"),
    );
  }

  private controls(state: CutsState): void {
    const { dataset, luminosity } = this;
    fill(
      dataset,
      ...state.datasets.map(({ target, label }) => h("option", { value: target }, label)),
    );
    dataset.value = state.dataset;
    if (luminosity.ownerDocument.activeElement !== luminosity)
      luminosity.value = String(state.luminosity);
    const looks = styles(state.classes);
    fill(
      this.legend,
      ...state.classes.map(({ name, is_signal }, at) =>
        h(
          "span",
          {},
          swatch(looks[at] ?? 0),
          ` ${name}`,
          h("small", {}, is_signal ? " signal" : ""),
        ),
      ),
    );
  }

  /** Show the state as it is, no handle in the hand. */
  private rest(): void {
    const { state } = this;
    if (!state) return;
    const { text, reason: why, s, b, mc } = state.significance;
    this.figure(text ?? "", why ?? "", s, b, mc);
    this.cutflow.draw(state.cutflow);
    this.thresholds();
    this.bench.footer({
      code: state.code || null,
      missing: "Drag a handle inwards: letting go writes the cell.",
    });
  }

  private figure(text: string, why: string, s: string, b: string, mc: string): void {
    const [, value, error, power = ""] = text.match(NUMBER) ?? [];
    const shown =
      value === undefined
        ? [h("span", { class: "hml-warn" }, text || why)]
        : [
            h("span", { class: "hml-big" }, value + power),
            h("span", { class: "hml-muted" }, error && `± ${error}${power}`),
          ];
    fill(this.z, ...shown);
    const count = /MC/.test(mc) ? mc : mc && `MC: ${mc}`;
    const parts = [s && `s = ${s}`, b && `b = ${b}`, count && `(${count})`];
    fill(this.yields, ...parts.map((part) => part && h("span", {}, part)));
  }

  private hold(held: Held | null): void {
    this.indexes.pause(!this.visible || this.board.moving);
    this.thresholds();
    if (!held) {
      this.rest();
      return;
    }
    const { index, edge, observable } = held;
    const view = this.state?.views.find(({ name }) => name === observable);
    if (!index || !view) return;
    const { z, code, cutflow } = index.value;
    this.figure(
      z.text[edge] ?? "",
      z.text[edge] || (this.state?.significance.reason ?? ""),
      z.s[edge] ?? "",
      z.b[edge] ?? "",
      z.mc[edge] ?? "",
    );
    this.cutflow.preview(
      cutflow.from,
      cutflow.rows.map((row) => row[edge] ?? []),
    );
    this.bench.footer({ code: code[edge] ?? null, missing: "" });
  }

  private async commit(observable: string, side: Side, value: number | null): Promise<void> {
    this.indexes.pause(!this.visible);
    const dataset = this.state?.dataset ?? "";
    const values = { dataset, observable, side, value };
    const text =
      value === null
        ? `no ${side} cut on ${observable}`
        : `${observable} ${side === "low" ? "≥" : "<"} ${value}`;
    const end = await this.bench.commit(
      "cuts",
      "set",
      values,
      text,
      `${dataset} ${observable} ${side}`,
    );
    this.complaint.show(end.error ?? "");
  }

  /** Exact numbers for the observable that was touched last. */
  private thresholds(): void {
    const view =
      this.state?.views.find(({ name }) => name === this.board.selected) ?? this.state?.views[0];
    const focused = (this.exact.getRootNode() as Document).activeElement;
    if (!view || this.exact.contains(focused)) return;
    const input = (side: Side) => {
      const node = h("input", {
        class: "hml-input hml-tiny",
        type: "text",
        inputmode: "decimal",
        value: view[side]?.text ?? "",
        placeholder: side === "low" ? "lowest" : "highest",
        "aria-label": `${view.name} ${side === "low" ? "above" : "below"}`,
        onchange: () => this.typed(view.name, side, node),
      });
      return node;
    };
    fill(
      this.exact,
      h("div", { class: "hml-name" }, view.name),
      h(
        "div",
        { class: "hml-inline" },
        "above",
        input("low"),
        "below",
        input("high"),
        h("span", { class: "hml-muted" }, view.unit),
      ),
    );
  }

  private typed(observable: string, side: Side, input: HTMLInputElement): void {
    const text = input.value.trim().replace(",", ".");
    const value = text === "" ? null : Number(text);
    const bad = value !== null && !Number.isFinite(value);
    input.setAttribute("aria-invalid", String(bad));
    this.complaint.show(bad ? `${input.value} is not a number` : "");
    if (!bad) void this.commit(observable, side, value);
  }

  private request(action: string, values: Record<string, unknown>): void {
    this.bench.kernel.request("cuts", action, values).then(
      () => this.complaint.show(""),
      (error) => this.complaint.show(reason(error)),
    );
  }
}
