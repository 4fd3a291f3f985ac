import { type Learned, Learning } from "../pieces/learning";
import { Models } from "../pieces/models";
import { ProgressBar } from "../pieces/progress";
import { Roc } from "../pieces/roc";
import { Scores } from "../pieces/scores";
import { drawWaiting, waitingItems } from "../pieces/waiting";
import { button, fill, h, keepFocus } from "../shared/dom";
import type { Progress, Result } from "../shared/kernel";
import type { ModelRow, TrainingState, TrainingValues } from "../shared/trainingstate";
import { Desk } from "./desk";
import { type Bench, block, type Panel } from "./panel";
import { free, TrainingForm } from "./training-form";

/** Classifiers: a method, what it learns from, how it went, and how they compare. */
export class TrainingPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private readonly form: TrainingForm;
  private readonly desk: Desk<TrainingValues>;
  private readonly learning = new Learning();
  private readonly scores = new Scores();
  private readonly roc = new Roc(
    (target, signal_efficiency) => {
      const text = `working point of ${target}`;
      this.send("working_point", { target, signal_efficiency }, text, text);
    },
    () => this.drawChosen(this.state),
  );
  private readonly status = h("div", { class: "hml-running hml-status" });
  private readonly queue = h("ul", { class: "hml-queue", "aria-label": "waiting" });
  private readonly models = new Models({
    compare: (targets) =>
      this.send("compare", { targets }, `compare ${targets.join(", ")}`, "compare"),
    score: ({ target, scored }) =>
      scored
        ? this.show(scored)
        : this.send("score", { target }, `score ${target}`, `score:${target}`),
    select: (row) => this.select(row),
    closure: ({ target }) =>
      this.send("closure", { target }, `closure of ${target}`, `closure:${target}`),
    take: ({ target }, { text, action, values }) =>
      this.send(action, values, `${target}: ${text}`, `train:${target}`),
  });
  private readonly about = h("div", {});
  private readonly data = h("div", {});
  private readonly next = h("p", {});
  private bar: ProgressBar | null = null;
  private live: Learned | null = null;
  /** Names of trainings that were sent and have not ended. */
  private readonly sent = new Set<string>();

  constructor(private readonly bench: Bench) {
    this.form = new TrainingForm(
      () => this.state,
      () => this.sent,
    );
    this.desk = this.furnish();
    const pictures = [this.learning.root, this.roc.root, this.scores.root];
    const curves = h("div", { class: "hml-curves" }, ...pictures);
    this.main.append(this.desk.root, curves, this.models.root);
    this.side.append(
      block("Method", this.about),
      block("Data", this.data),
      block("What next", this.next),
    );
  }

  update(): void {
    const { state } = this;
    const renewed = this.form.offer();
    if (this.form.propose() || renewed) this.desk.ask();
    if (this.live?.target !== state.running?.target) this.live = null;
    keepFocus(this.main, () => this.draw(state), after);
  }

  private draw(state: TrainingState): void {
    this.drawStatus(state);
    this.roc.draw(state.roc);
    this.drawChosen(state);
    this.models.draw(state.models);
    this.drawAbout();
    fill(this.next, state.next);
  }

  shown(): void {
    this.desk.ask(0);
  }

  progress(message: Progress): void {
    this.bar?.hear(message);
    const { record_id, history, text } = message;
    if (!record_id || !history) return;
    const { running } = this.state;
    if (running) this.live = { ...running, text, ...history };
    this.drawChosen(this.state);
  }

  result({ status, error }: Result): void {
    this.live = null;
    this.bar = null;
    const words = {
      done: "",
      failed: error ?? "it failed",
      interrupted: "Stopped: what can be kept of it is said in its row below.",
    }[status];
    this.desk.complaint.show(words, null, status === "interrupted");
    if (status === "done") this.desk.ask(0);
  }

  /** Trainings that wait can be taken back. */
  queued(): void {
    const items = waitingItems(this.bench.queue, "training");
    drawWaiting(this.main, this.queue, items, "train");
  }

  dispose(): void {
    this.desk.dispose();
    this.learning.dispose();
    this.roc.dispose();
    this.scores.dispose();
  }

  private get state(): TrainingState {
    return this.bench.model.get("training") as TrainingState;
  }

  private furnish(): Desk<TrainingValues> {
    const { form } = this;
    const desk = new Desk<TrainingValues>(this.bench, "training", form.fields, {
      submit: (values) => void this.train(values),
      answered: ({ errors, notes }) => form.options.tell(errors, notes),
    });
    const train = h(
      "button",
      { type: "submit", class: "hml-button hml-primary", "data-key": "train" },
      "Train",
    );
    desk.lay(form.parts, [train, this.status]);
    desk.root.append(this.queue);
    form.start(desk.draft);
    desk.form.also = form.options.names;
    form.onchosen = () => {
      desk.form.also = form.options.names;
      this.drawAbout();
    };
    form.options.onfold = () => this.drawAbout();
    return desk;
  }

  /** Several can be sent one after the other; each needs a name of its own. */
  private async train(values: TrainingValues): Promise<void> {
    const { name } = values;
    if (this.sent.has(name)) {
      const other = free(name, this.sent);
      const error = `${name} waits or is being trained: take another name, such as ${other}`;
      this.desk.form.show({ name: error });
      this.desk.form.insist();
      return;
    }
    this.sent.add(name);
    if (this.form.propose()) this.desk.ask();
    await this.desk.follow(this.bench.commit("training", "train", values, `train ${name}`));
    this.sent.delete(name);
    if (this.form.propose()) this.desk.ask();
  }

  private drawAbout(): void {
    const { chosen, data } = this.form;
    const docs = this.form.options.seen.flatMap(({ label, doc }) => [
      h("dt", {}, label),
      h("dd", {}, doc),
    ]);
    const [title = "", address = ""] = chosen?.read ?? [];
    const link = h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, title);
    fill(
      this.about,
      h("p", {}, chosen?.doc ?? ""),
      h("p", { class: "hml-hint" }, "read on: ", link),
      h("dl", { class: "hml-docs" }, ...docs),
    );
    const { n_train = 0, n_validation = 0, n_test = 0, warning = null, lines = [] } = data ?? {};
    const counts = `${n_train} train, ${n_validation} validation, ${n_test} test events`;
    const { crossed } = this.form;
    fill(
      this.data,
      h("p", {}, counts),
      crossed && h("p", {}, crossed),
      warning && h("p", { class: "hml-warn" }, warning),
      ...lines.map((line) => h("p", { class: "hml-muted" }, line)),
    );
  }

  private drawStatus({ running }: TrainingState): void {
    if (!running) this.bar = null;
    else this.bar ??= new ProgressBar("training");
    const stop = button("stop", () => this.bench.interrupt(), {
      "data-key": `stop ${running?.target ?? ""}`,
      title: "Stop the training; what it has learned can be kept",
    });
    fill(
      this.status,
      ...(running && this.bar ? [h("b", {}, running.target), this.bar.root, stop] : []),
    );
  }

  /** What runs is drawn as it learns; else how the chosen model has learned. */
  private drawChosen({ history, scores, running }: TrainingState): void {
    const target = this.roc.target || (Object.keys(history).at(-1) ?? "");
    const learned = history[target];
    const starts = running && { ...running, at: [], curves: {} };
    this.learning.draw(this.live ?? starts ?? (learned ? { target, ...learned } : null));
    this.scores.draw(scores.find((one) => one.target === target));
  }

  private select({ target, selected, dataset }: ModelRow): void {
    if (selected && dataset) this.show(dataset);
    else this.send("select", { target }, `select by the cuts of ${target}`, `select:${target}`);
  }

  /** Open a dataset under Cuts. */
  private show(target: string): void {
    void this.bench.kernel.request("cuts", "dataset", { target });
    this.bench.go("cuts");
  }

  private send(action: string, values: Record<string, unknown>, text: string, key?: string): void {
    void this.desk.follow(this.bench.commit("training", action, values, text, key));
  }
}

/** Where the focus goes from what is no more: from a training that was stopped to what can become of it, else to its row. */
function after(lost: string): string[] {
  const [action = "", target = ""] = lost.split(" ");
  const offers = action === "stop" ? ["keep", "go_on"] : [];
  return [...offers, "row"].map((what) => `${what} ${target}`).concat("train");
}
