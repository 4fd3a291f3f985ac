import { Catalogue } from "../pieces/catalogue";
import { textField } from "../pieces/fields";
import { Preview } from "../pieces/preview";
import { Sources } from "../pieces/sources";
import { table } from "../pieces/table";
import type { Verdict } from "../shared/checker";
import { fill, h } from "../shared/dom";
import type { Result } from "../shared/kernel";
import type { LeftRow, ObservablesState, ObservablesValues, PreviewValue } from "../shared/state";
import { Desk } from "./desk";
import { type Bench, block, onward, type Panel } from "./panel";

interface DatasetVerdict extends Verdict {
  left?: LeftRow[];
}

/** Which numbers of each event: sources, observables, what is required, and the dataset they make. */
export class ObservablesPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private readonly desk: Desk<ObservablesValues, DatasetVerdict>;
  private readonly preview = new Preview();
  private readonly sources = new Sources();
  private readonly left = h("div", { class: "hml-left" });
  private readonly built = h("div", {});
  private readonly next = h("div", {});
  private proposed = "";
  private asked = 0;

  constructor(private readonly bench: Bench) {
    this.desk = this.furnish(this.state);
    this.main.append(this.desk.root, this.built);
    this.side.append(
      block("Preview", this.preview.root),
      block("Events left", this.left),
      this.next,
    );
  }

  update(): void {
    const { state } = this;
    const other = this.sources.offer(state.sources, false);
    const renamed = this.propose(state.defaults.name);
    if (other || renamed) this.desk.ask();
    const rows = state.datasets.map(({ target, n }) => {
      const counts = Object.entries(n).map(([name, count]) => `${count} ${name}`);
      return { cells: [h("b", {}, target), counts.join(", ")] };
    });
    const columns = ["dataset", "events"].map((text) => ({ text, kind: "text" as const }));
    fill(this.built, rows.length ? table(columns, rows, "datasets") : null);
    fill(this.next, rows.length ? onward(this.bench, "cuts", "Next: look and cut") : null);
  }

  shown(): void {
    this.desk.ask(0);
    const first = this.desk.form.values.observables[0];
    if (first && !this.preview.name) void this.show(first);
  }

  result(message: Result): void {
    this.desk.result(message);
  }

  dispose(): void {
    this.desk.dispose();
    this.preview.dispose();
  }

  private get state(): ObservablesState {
    return this.bench.model.get("observables") as ObservablesState;
  }

  private furnish(state: ObservablesState): Desk<ObservablesValues, DatasetVerdict> {
    const observables = new Catalogue(state.catalogue, (name) => void this.show(name));
    const require = textField("require", "Required of each event", {
      placeholder: "fatjet.size > 0 and jet.size > 1",
      help: "Events that fail are left out; the cutflow counts them",
    });
    const small = [
      textField("name", "Name", { size: "small", help: "The variable that holds the dataset" }),
      textField("split", "Split", { unit: "train, validation, test", size: "half" }),
      textField("seed", "Seed", { size: "tiny", numeric: true }),
    ];
    const { used, signal } = this.sources;
    const fields = [used, signal, observables, require, ...small];
    const desk = new Desk<ObservablesValues, DatasetVerdict>(this.bench, "observables", fields, {
      submit: (values) => this.submit(values),
      answered: ({ left }) => this.drawLeft(left ?? []),
    });
    desk.form.fill({ ...state.defaults, observables: state.picked });
    this.proposed = state.defaults.name;
    desk.form.fill(desk.draft);
    this.sources.offer(state.sources, true);
    const build = h("button", { type: "submit", class: "hml-button hml-primary" }, "Build dataset");
    const row = h("div", { class: "hml-fields" }, ...small.map((field) => field.root));
    desk.lay([used.root, observables.root, require.root, row], [build]);
    return desk;
  }

  /** A name that was only proposed makes way for the next proposal. */
  private propose(name: string): boolean {
    const mine = this.desk.form.values.name === this.proposed && name !== this.proposed;
    if (mine) this.desk.form.fill({ name });
    this.proposed = name;
    return mine;
  }

  private async show(observable: string): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    const about = this.state.catalogue.find(({ name }) => name === observable);
    this.preview.wait(observable, about?.doc ?? "");
    const { sources, signal } = this.desk.form.values;
    try {
      const values = { observable, sources, signal };
      const { kernel } = this.bench;
      const { value } = await kernel.request<PreviewValue>("observables", "preview", values);
      if (asked === this.asked) this.preview.draw(value);
    } catch (error) {
      if (asked === this.asked) this.preview.fail(error);
    }
  }

  private drawLeft(left: LeftRow[]): void {
    const texts = ["left", "of", "train", "val.", "test"];
    const columns = [{ text: "", kind: "text" as const }, ...texts.map((text) => ({ text }))];
    const rows = left.map(({ label, n, of, train, validation, test }) => ({
      cells: [label, n, of, train, validation, test],
    }));
    const none = h("p", { class: "hml-hint" }, "Counted once the form is complete.");
    fill(this.left, rows.length ? table(columns, rows, "events left") : none);
  }

  private submit(values: ObservablesValues): void {
    const committed = this.bench.commit("observables", "build", values, `build ${values.name}`);
    void this.desk.follow(committed);
  }
}
