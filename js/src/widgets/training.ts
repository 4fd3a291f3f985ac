import { Curve, type Line } from "../pieces/curve";
import { selectField, textField } from "../pieces/fields";
import { Models } from "../pieces/models";
import { Options } from "../pieces/options";
import { ProgressBar } from "../pieces/progress";
import { Roc } from "../pieces/roc";
import { button, fill, h } from "../shared/dom";
import type { Progress, Result } from "../shared/kernel";
import type { Method, ModelRow, TrainingState, TrainingValues } from "../shared/state";
import { Desk } from "./desk";
import { type Bench, block, type Panel } from "./panel";

const LOSS = {
  x: "epoch or tree",
  y: "loss",
  whole: true,
  empty: "The loss is drawn here while a model trains.",
};
/** Classifiers: a method, what it learns from, how it went, and how they compare. */
export class TrainingPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private readonly desk: Desk<TrainingValues>;
  private readonly loss = new Curve("loss", LOSS);
  private readonly roc = new Roc((target, signal_efficiency) => {
    const text = `working point of ${target}`;
    this.send("training", "working_point", { target, signal_efficiency }, text, text);
  });
  private readonly status = h("div", { class: "hml-running hml-status" });
  private readonly models = new Models(
    (targets) =>
      this.send("training", "compare", { targets }, `compare ${targets.join(", ")}`, "compare"),
    (row) => this.score(row),
  );
  private readonly options = new Options();
  private readonly method = selectField("method", "Method", [], { size: "medium" });
  private readonly dataset = selectField("dataset", "On dataset", [], { size: "tiny" });
  private readonly epochs = textField("epochs", "Epochs", { size: "tiny", numeric: true });
  private readonly about = h("div", {});
  private readonly data = h("div", {});
  private bar: ProgressBar | null = null;
  private live: { target: string; loss: number[]; val_loss: number[]; text: string } | null = null;
  private proposed = { name: "", dataset: "" };

  constructor(private readonly bench: Bench) {
    this.desk = this.furnish();
    this.start(this.state);
    const curves = h("div", { class: "hml-curves" }, this.loss.root, this.roc.root);
    this.main.append(this.desk.root, curves, this.models.root);
    this.side.append(block("Method", this.about), block("Data", this.data));
  }

  update(): void {
    const { state } = this;
    this.offer(state);
    if (this.propose(state)) this.desk.ask();
    this.drawStatus(state);
    this.drawCurves(state);
    this.models.draw(state.models);
    this.drawAbout(state);
  }

  shown(): void {
    this.desk.ask(0);
  }

  progress(message: Progress): void {
    this.bar?.hear(message);
    const { record_id, curves, text } = message;
    if (!record_id || !curves) return;
    const { loss = [], val_loss = [] } = curves;
    const target = this.state.running?.target ?? "";
    this.live = { target, loss, val_loss, text };
    this.drawCurves(this.state);
  }

  result({ status, error, offer }: Result): void {
    this.live = null;
    this.bar = null;
    const words = { done: "", failed: error ?? "it failed", interrupted: "Stopped." }[status];
    const keep = () => {
      if (offer) this.send(offer.panel, offer.action, offer.values, offer.text);
    };
    this.desk.complaint.show(
      words,
      offer && button(offer.text, keep, { class: "hml-button hml-primary" }),
      status === "interrupted",
    );
    if (status === "done") this.desk.ask(0);
  }

  dispose(): void {
    this.desk.dispose();
    this.loss.dispose();
    this.roc.dispose();
  }

  private get state(): TrainingState {
    return this.bench.model.get("training") as TrainingState;
  }

  private chosen(state: TrainingState): Method | undefined {
    return state.methods.find(({ name }) => name === this.method.get());
  }

  private furnish(): Desk<TrainingValues> {
    const { method, dataset, epochs, options } = this;
    const seed = textField("seed", "Seed", { size: "tiny", numeric: true });
    const name = textField("name", "Name", {
      size: "tiny",
      help: "The variable that holds the model",
    });
    const fields = [method, dataset, epochs, seed, name];
    const desk = new Desk<TrainingValues>(this.bench, "training", [...fields, options], {
      submit: (values) => this.send("training", "train", values, `train ${values.name}`),
      answered: ({ errors }) => options.blame(errors),
    });
    const train = h("button", { type: "submit", class: "hml-button hml-primary" }, "Train");
    const row = h("div", { class: "hml-fields" }, ...fields.map((field) => field.root));
    desk.lay([row, options.root], [train, this.status]);
    return desk;
  }

  /** Begin with what the kernel proposes, and with what was typed before. */
  private start(state: TrainingState): void {
    const { method, dataset, desk } = this;
    const { draft } = desk;
    this.offer(state);
    method.set(draft.method ?? state.defaults.method);
    this.take(state);
    desk.form.fill(state.defaults);
    this.propose(state);
    desk.form.fill(draft);
    method.root.addEventListener("input", () => {
      this.take(this.state);
      this.propose(this.state);
      this.drawAbout(this.state);
      desk.ask();
    });
    dataset.root.addEventListener("input", () => this.drawAbout(this.state));
  }

  private offer({ methods, datasets }: TrainingState): void {
    this.method.offer(methods.map(({ name, label }) => ({ value: name, text: label })));
    this.dataset.offer(datasets.map(({ target, label }) => ({ value: target, text: label })));
  }

  /** Show the options of the chosen method. */
  private take(state: TrainingState): void {
    const method = this.chosen(state);
    this.options.offer(method);
    this.desk.form.also = this.options.names;
    this.epochs.root.classList.toggle("hml-unused", !method?.epochs);
    this.epochs.disable(!method?.epochs);
  }

  /** A name and a dataset that were only proposed make way for the next proposal. */
  private propose({ defaults }: TrainingState): boolean {
    const next = {
      name: defaults.names[String(this.method.get())] ?? "",
      dataset: String(defaults.dataset),
    };
    const { values } = this.desk.form;
    const mine: Partial<TrainingValues> = {};
    for (const field of ["name", "dataset"] as const) {
      const before = this.proposed[field];
      if (values[field] === before && next[field] !== before) mine[field] = next[field];
    }
    this.desk.form.fill(mine);
    this.proposed = next;
    return Object.keys(mine).length > 0;
  }

  private drawAbout(state: TrainingState): void {
    const method = this.chosen(state);
    const docs = (method?.options ?? []).flatMap(({ name, doc }) => [
      h("dt", { class: "hml-mono" }, name),
      h("dd", {}, doc),
    ]);
    fill(this.about, h("p", {}, method?.doc ?? ""), h("dl", { class: "hml-docs" }, ...docs));
    const dataset = state.datasets.find(({ target }) => target === this.dataset.get());
    const { n_train = 0, n_validation = 0, n_test = 0, warning = null, lines = [] } = dataset ?? {};
    const counts = `${n_train} train, ${n_validation} validation, ${n_test} test events`;
    fill(
      this.data,
      h("p", {}, counts),
      warning && h("p", { class: "hml-warn" }, warning),
      ...lines.map((line) => h("p", { class: "hml-muted" }, line)),
    );
  }

  private drawStatus({ running }: TrainingState): void {
    if (!running) this.bar = null;
    else this.bar ??= new ProgressBar("training");
    const stop = button("stop", () => this.bench.interrupt(), {
      "data-key": "stop",
      title: "Stop the training; what it has learned can be kept",
    });
    fill(
      this.status,
      ...(running && this.bar ? [h("b", {}, running.target), this.bar.root, stop] : []),
    );
  }

  private drawCurves({ history, roc }: TrainingState): void {
    const { live } = this;
    const last = Object.entries(history).at(-1);
    const [target, curves] = live ? [live.target, live] : (last ?? ["", {}]);
    const points = (numbers: number[] | undefined): [number, number][] =>
      (numbers ?? []).map((value, at) => [at + 1, value]);
    const lines: Line[] = [
      { label: `${target} train`, style: 0, points: points(curves.loss) },
      { label: "validation", style: 2, dashed: true, points: points(curves.val_loss) },
    ];
    this.loss.draw(lines, live?.text ?? "");
    this.roc.draw(roc);
  }

  private score({ target, scored }: ModelRow): void {
    if (!scored) this.send("training", "score", { target }, `score ${target}`, `score:${target}`);
    else {
      void this.bench.kernel.request("cuts", "dataset", { target: scored });
      this.bench.go("cuts");
    }
  }

  private send(...action: Parameters<Bench["commit"]>): void {
    void this.desk.follow(this.bench.commit(...action));
  }
}
