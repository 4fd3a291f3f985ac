import { Picture } from "../pieces/picture";
import { Preview } from "../pieces/preview";
import { table } from "../pieces/table";
import { Checker, type Verdict } from "../shared/checker";
import { fill, h } from "../shared/dom";
import type { Result } from "../shared/kernel";
import type {
  LeftRow,
  ObservablesState,
  ObservablesValues,
  PictureValue,
  PreviewValue,
  Ranks,
} from "../shared/state";
import { DatasetForm } from "./dataset-form";
import { Desk } from "./desk";
import { type Bench, block, onward, type Panel } from "./panel";

interface DatasetVerdict extends Verdict {
  left?: LeftRow[];
}
interface RankVerdict extends Verdict {
  ranks?: Ranks;
}

/** Which numbers of each event: sources, observables, what is required, and the dataset they make. */
export class ObservablesPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private readonly form: DatasetForm;
  private readonly desk: Desk<ObservablesValues, DatasetVerdict>;
  private readonly ranker: Checker<RankVerdict>;
  private readonly painter: Checker<PictureValue & Verdict>;
  private readonly preview = new Preview();
  private readonly picture = new Picture();
  private readonly pictured = block("Picture", this.picture.root);
  private readonly left = h("div", { class: "hml-left" });
  private readonly built = h("div", {});
  private readonly next = h("div", {});
  private proposed = "";
  private asked = 0;
  private ranked = "";
  private drawn = "";

  constructor(private readonly bench: Bench) {
    this.form = new DatasetForm(
      () => this.state,
      (name) => void this.show(name),
    );
    const { kernel } = bench;
    this.ranker = new Checker<RankVerdict>(kernel, "observables", (v) => this.rank(v), "rank", 400);
    this.painter = new Checker<PictureValue & Verdict>(
      kernel,
      "observables",
      (value) => this.draw(value),
      "picture",
      400,
    );
    this.desk = this.furnish(this.state);
    this.main.append(this.desk.root, this.built);
    this.side.append(
      this.pictured,
      block("Preview", this.preview.root),
      block("Events left", this.left),
      this.next,
    );
  }

  update(): void {
    const { state } = this;
    const other = this.form.sources.offer(state.sources, false);
    const renamed = this.propose(state.defaults.name);
    if (other || renamed) this.desk.ask();
    const rows = state.datasets.map(({ target, kind, n }) => {
      const counts = Object.entries(n).map(([name, count]) => `${count} ${name}`);
      return { cells: [h("b", {}, target), kind, counts.join(", ")] };
    });
    const columns = ["dataset", "of", "events"].map((text) => ({ text, kind: "text" as const }));
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
    this.ranker.stop();
    this.painter.stop();
    this.preview.dispose();
  }

  private get state(): ObservablesState {
    return this.bench.model.get("observables") as ObservablesState;
  }

  private furnish(state: ObservablesState): Desk<ObservablesValues, DatasetVerdict> {
    const { form } = this;
    const desk = new Desk<ObservablesValues, DatasetVerdict>(
      this.bench,
      "observables",
      form.fields,
      {
        submit: (values) => this.submit(values),
        answered: ({ left, errors }) => {
          this.drawLeft(left ?? []);
          form.unfold(errors);
          this.look();
        },
      },
    );
    desk.form.fill(state.defaults);
    this.proposed = state.defaults.name;
    desk.form.fill(desk.draft);
    form.sources.offer(state.sources, true);
    form.follow();
    const build = h("button", { type: "submit", class: "hml-button hml-primary" }, "Build dataset");
    desk.lay(form.laid, [build]);
    return desk;
  }

  /** Ask for the ranking and the picture where what they depend on has changed. */
  private look(): void {
    const values = this.desk.form.values;
    const { sources, signal, observed } = values;
    const about = JSON.stringify([sources, signal, observed]);
    if (about !== this.ranked) this.ranker.ask({ sources, signal, observed });
    this.ranked = about;
    this.pictured.hidden = values.kind === "set";
    const { observables, name, seed, split, regions, ...drawing } = values;
    const wanted = JSON.stringify(drawing);
    if (values.kind !== "set" && wanted !== this.drawn) {
      this.picture.wait();
      this.painter.ask(values);
    }
    this.drawn = wanted;
  }

  private draw(value: PictureValue & Verdict): void {
    const wrong = Object.values(value.errors ?? {})[0];
    this.picture.draw(wrong ? { png: null, error: wrong, notes: [], about: "" } : value);
  }

  private rank({ ranks }: RankVerdict): void {
    this.form.catalogue.rank(ranks ?? {});
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
    const { sources, signal, observed } = this.desk.form.values;
    try {
      const values = { observable, sources, signal, observed };
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
