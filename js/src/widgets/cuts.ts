import type { BoardState } from "../shared/boardstate";
import { fill, h, unique } from "../shared/dom";
import { compares } from "../shared/snapshot";
import type { Host } from "./host";
import { Live } from "./live";
import { type Bench, onward, type Panel } from "./panel";

/** Cuts by hand: handles on live histograms, the significance and the cutflow beside them. */
export class CutsPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private readonly live: Live;
  private readonly dataset = h("select", {
    class: "hml-input",
    id: unique("in"),
    "data-key": "dataset",
    onchange: () => this.live.ask("dataset", { target: this.dataset.value }),
  });

  private readonly train: HTMLElement;
  private readonly score: HTMLElement;

  constructor(private readonly bench: Bench) {
    const host: Host = {
      hint: "Drag a handle inwards, or focus it and use the arrow keys. Letting go, Enter or a pause writes the cell below; Escape puts the handle back.",
      still: false,
      locked: "",
      request: (action, values) => bench.kernel.request("cuts", action, values),
      commit: (action, values, text, key) => bench.commit("cuts", action, values, text, key),
      cell: (code, missing) => bench.footer({ code, missing }),
      asking: () => bench.asking(),
    };
    this.live = new Live(host);
    const label = h("label", { class: "hml-muted", htmlFor: this.dataset.id }, "on");
    this.live.toolbar.prepend(label, this.dataset);
    this.main.append(...this.live.main);
    this.train = onward(bench, "training", "Next: train a classifier");
    this.score = onward(bench, "preserve", "Next: score it with a bundle");
    this.side.append(...this.live.side, this.train, this.score);
  }

  update(): void {
    const state = this.bench.model.get("cuts") as BoardState;
    const options = (state.datasets ?? []).map(({ target, label }) =>
      h("option", { value: target }, label),
    );
    fill(this.dataset, ...options);
    this.dataset.value = state.dataset ?? "";
    // A method learns to tell signal from background.
    const learns = compares(state);
    this.train.hidden = !learns;
    this.score.hidden = learns;
    this.live.update(state);
  }

  shown(): void {
    this.live.shown();
  }

  hidden(): void {
    this.live.hidden();
  }

  dispose(): void {
    this.live.dispose();
  }
}
