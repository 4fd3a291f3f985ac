import { Catalogue } from "../pieces/catalogue";
import { textField } from "../pieces/fields";
import { Form } from "../pieces/form";
import { Preview } from "../pieces/preview";
import { Sources } from "../pieces/sources";
import { table } from "../pieces/table";
import { Checker, type Verdict } from "../shared/checker";
import { fill, h } from "../shared/dom";
import type { Result } from "../shared/kernel";
import type { LeftRow, ObservablesState, ObservablesValues, PreviewValue } from "../shared/state";
import { type Bench, block, Complaint, drafted, missing, onward, type Panel } from "./panel";

interface DatasetVerdict extends Verdict {
  left?: LeftRow[];
}

/** Which numbers of each event: sources, observables, what is required, and the dataset they make. */
export class ObservablesPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private form: Form<ObservablesValues> | null = null;
  private readonly checker: Checker<DatasetVerdict>;
  private readonly formRoot = h("form", { class: "hml-form", novalidate: true });
  private readonly complaint = new Complaint();
  private readonly preview = new Preview();
  private readonly sources = new Sources();
  private readonly left = h("div", { class: "hml-left" });
  private readonly built = h("div", {});
  private readonly next = h("div", {});
  private proposed = "";
  private asked = 0;
  private verdict: DatasetVerdict | null = null;

  constructor(private readonly bench: Bench) {
    this.checker = new Checker(bench.kernel, "observables", (verdict) => this.answered(verdict));
    this.formRoot.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.commit();
    });
    this.main.append(this.formRoot, this.built);
    this.side.append(
      block("Preview", this.preview.root),
      block("Events left", this.left),
      this.next,
    );
  }

  update(): void {
    const { state } = this;
    const first = this.form === null;
    if (first) this.make(state);
    const other = this.sources.offer(state.sources, first);
    const renamed = this.propose(state.defaults.name);
    if (!first && (other || renamed)) this.ask();
    const rows = state.datasets.map(({ target, n }) => {
      const counts = Object.entries(n).map(([name, count]) => `${count} ${name}`);
      return { cells: [h("b", {}, target), counts.join(", ")] };
    });
    const columns = ["dataset", "events"].map((text) => ({ text, kind: "text" as const }));
    fill(this.built, rows.length ? table(columns, rows, "datasets") : null);
    fill(this.next, rows.length ? onward(this.bench, "cuts", "Next: look and cut") : null);
  }

  shown(): void {
    this.ask(0);
    const first = this.form?.values.observables[0];
    if (first && !this.preview.name) void this.show(first);
  }

  result({ status, error }: Result): void {
    this.complaint.show(status === "failed" ? (error ?? "it failed") : "");
    if (status === "done") this.ask(0);
  }

  dispose(): void {
    this.checker.stop();
    this.preview.dispose();
  }

  private get state(): ObservablesState {
    return this.bench.model.get("observables") as ObservablesState;
  }

  private make(state: ObservablesState): void {
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
    this.form = new Form<ObservablesValues>(fields, () => this.ask());
    this.form.fill({ ...state.defaults, observables: state.picked });
    this.proposed = state.defaults.name;
    this.form.fill(drafted<ObservablesValues>(this.bench, "observables"));
    const build = h("button", { type: "submit", class: "hml-button hml-primary" }, "Build dataset");
    const row = h("div", { class: "hml-fields" }, ...small.map((field) => field.root));
    const actions = h("div", { class: "hml-actions" }, build, this.complaint.root);
    const roots = [used.root, observables.root, require.root];
    fill(this.formRoot, ...roots, row, actions, this.form.general);
  }

  /** A name that was only proposed makes way for the next proposal. */
  private propose(name: string): boolean {
    const mine = this.form?.values.name === this.proposed && name !== this.proposed;
    if (mine) this.form?.fill({ name });
    this.proposed = name;
    return mine;
  }

  private async show(observable: string): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    const about = this.state.catalogue.find(({ name }) => name === observable);
    this.preview.wait(observable, about?.doc ?? "");
    const { sources, signal } = this.form?.values ?? this.state.defaults;
    try {
      const values = { observable, sources, signal };
      const { kernel } = this.bench;
      const { value } = await kernel.request<PreviewValue>("observables", "preview", values);
      if (asked === this.asked) this.preview.draw(value);
    } catch (error) {
      if (asked === this.asked) this.preview.fail(error);
    }
  }

  private ask(delay?: number): void {
    if (!this.form) return;
    const { values } = this.form;
    this.verdict = null;
    this.bench.asking();
    this.bench.draft(values);
    this.checker.ask(values, delay);
  }

  private answered(verdict: DatasetVerdict): void {
    this.verdict = verdict;
    this.form?.show(verdict.errors, verdict.notes);
    const texts = ["left", "of", "train", "val.", "test"];
    const columns = [{ text: "", kind: "text" as const }, ...texts.map((text) => ({ text }))];
    const rows = (verdict.left ?? []).map(({ label, n, of, train, validation, test }) => ({
      cells: [label, n, of, train, validation, test],
    }));
    const none = h("p", { class: "hml-hint" }, "Counted once the form is complete.");
    fill(this.left, rows.length ? table(columns, rows, "events left") : none);
    this.bench.footer({ code: verdict.code, missing: missing(verdict.errors) });
  }

  private async commit(): Promise<void> {
    const { form, verdict } = this;
    if (!form) return;
    if (verdict && !verdict.code) {
      form.insist();
      return;
    }
    this.complaint.show("");
    const { values } = form;
    const end = await this.bench.commit("observables", "build", values, `build ${values.name}`);
    this.complaint.blame(form, end);
  }
}
