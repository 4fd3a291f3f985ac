import type { Answer } from "../pieces/catalogue";
import { Picture } from "../pieces/picture";
import { Preview } from "../pieces/preview";
import { table } from "../pieces/table";
import { Checker, type Verdict } from "../shared/checker";
import { fill, h, write } from "../shared/dom";
import type { Progress, Result } from "../shared/kernel";
import type {
  LeftRow,
  ObservablesState,
  ObservablesValues,
  PictureValue,
  PreviewValue,
  Ranks,
} from "../shared/state";
import { Building } from "./building";
import { DatasetForm } from "./dataset-form";
import { Desk } from "./desk";
import { NameField } from "./naming";
import { type Bench, block, onward, type Panel } from "./panel";

interface DatasetVerdict extends Verdict {
  left?: LeftRow[];
  /** What the rows are: events, or jets. */
  rows?: string;
  /** What is wrong with single observables. */
  bad?: Record<string, string>;
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
  private readonly counted = block("Events left", this.left);
  private readonly building: Building;
  private readonly built = h("div", {});
  private readonly next = h("div", {});
  private readonly naming: NameField;
  private asked = 0;
  private ranked = "";
  private previewed = "";
  private drawn = "";

  constructor(private readonly bench: Bench) {
    this.form = new DatasetForm(() => this.state, {
      show: (name) => void this.show(name),
      ask: (text) => this.ask(text),
    });
    this.naming = new NameField(this.form.field("name"), () => this.state.names);
    this.building = new Building(bench);
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
    this.side.append(this.pictured, block("Preview", this.preview.root), this.counted, this.next);
  }

  update(): void {
    const { state } = this;
    const other = this.form.sources.offer(state.sources, false);
    const renamed = this.naming.propose(this.form.chosen);
    if (other || renamed) this.desk.ask();
    const rows = state.datasets.map(({ target, kind, n, notes }) => {
      const counts = Object.entries(n).map(([name, count]) => `${count} ${name}`);
      const said = notes.map((note) => h("div", { class: "hml-hint" }, note));
      return { cells: [h("b", {}, target), kind, h("div", {}, counts.join(", "), ...said)] };
    });
    const columns = ["dataset", "of", "how many"].map((text) => ({ text, kind: "text" as const }));
    fill(this.built, rows.length ? table(columns, rows, "datasets") : null);
    fill(this.next, rows.length ? onward(this.bench, "cuts", "Next: look and cut") : null);
  }

  shown(): void {
    this.desk.ask(0);
    const first = this.desk.form.values.observables[0];
    if (first && !this.preview.name) this.form.catalogue.show(first);
  }

  progress(message: Progress): void {
    this.building.hear(message);
  }

  result(message: Result): void {
    this.building.end();
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
        answered: (verdict) => this.answered(verdict),
      },
    );
    desk.form.fill(state.defaults);
    desk.form.fill(desk.draft);
    form.sources.offer(state.sources, true);
    form.follow();
    this.naming.begin(form.chosen);
    form.onkind = (kind) => {
      const built = this.state.datasets.some(({ target }) => target === desk.form.values.name);
      this.naming.become(kind, built);
    };
    const build = h("button", { type: "submit", class: "hml-button hml-primary" }, "Build dataset");
    desk.lay(form.laid, [build, this.building.root]);
    return desk;
  }

  private answered({ left, rows, errors, bad }: DatasetVerdict): void {
    const head = this.counted.querySelector("h3");
    const what = rows ?? "events";
    if (head) write(head, `${what[0]?.toUpperCase()}${what.slice(1)} left`);
    this.drawLeft(left ?? [], what);
    this.form.catalogue.blame(bad ?? {});
    this.form.unfold(errors);
    this.look();
  }

  /** What previews and the ranking depend on. */
  private get about(): Partial<ObservablesValues> {
    const { sources, signal, observed, kind, per, require } = this.desk.form.values;
    return { sources, signal, observed, kind, per, require };
  }

  /** Ask for the ranking, the preview and the picture where what they depend on has changed. */
  private look(): void {
    const values = this.desk.form.values;
    const about = JSON.stringify(this.about);
    if (about !== this.ranked) this.ranker.ask(this.about);
    if (about !== this.previewed && this.preview.name) void this.show(this.preview.name);
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
    this.picture.draw(wrong ? { pictures: [], error: wrong, notes: [] } : value);
  }

  private rank({ ranks }: RankVerdict): void {
    this.form.catalogue.rank(ranks ?? {});
  }

  /** What the kernel makes of an observable that is typed. */
  private async ask(text: string): Promise<Answer> {
    const values = { ...this.about, observable: text };
    return (await this.bench.kernel.request<Answer>("observables", "read", values)).value;
  }

  private async show(observable: string): Promise<void> {
    this.asked += 1;
    const { asked, about } = this;
    this.previewed = JSON.stringify(about);
    this.preview.wait(observable, this.form.catalogue.doc(observable));
    try {
      const { kernel } = this.bench;
      const values = { ...about, observable };
      const { value } = await kernel.request<PreviewValue>("observables", "preview", values);
      if (asked === this.asked) this.preview.draw(value);
    } catch (error) {
      if (asked === this.asked) this.preview.fail(error);
    }
  }

  private drawLeft(left: LeftRow[], what: string): void {
    const texts = ["left", "of", "train", "val.", "test"];
    const columns = [{ text: "", kind: "text" as const }, ...texts.map((text) => ({ text }))];
    const rows = left.map(({ label, n, of, train, validation, test }) => ({
      cells: [label, n, of, train, validation, test],
    }));
    const none = h("p", { class: "hml-hint" }, "Counted once the form is complete.");
    fill(this.left, rows.length ? table(columns, rows, `${what} left`) : none);
  }

  private submit(values: ObservablesValues): void {
    const committed = this.bench.commit("observables", "build", values, `build ${values.name}`);
    this.building.begin(values.name, committed);
    void this.desk.follow(committed);
  }
}
