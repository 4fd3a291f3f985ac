import { badge } from "../pieces/badge";
import { ProgressBar } from "../pieces/progress";
import { table } from "../pieces/table";
import { View } from "../pieces/views";
import type { Verdict } from "../shared/checker";
import { button, fill, h, write } from "../shared/dom";
import { type Progress, type Result, reason } from "../shared/kernel";
import type { ProcessesState, ProcessValues, RunRow } from "../shared/state";
import { Desk } from "./desk";
import { type Bench, block, onward, type Panel } from "./panel";
import { ProcessForm } from "./process-form";

interface ProcessVerdict extends Verdict {
  estimate: string | null;
  reads: string | null;
  runs: number | null;
}

const COLUMNS = [
  { text: "name", kind: "text" as const },
  { text: "process", kind: "text" as const },
  { text: "σ (pb)" },
  { text: "events" },
  { text: "seed" },
  { text: "", kind: "action" as const },
];

/** Which collisions: a form for one process, and the runs there are. */
export class ProcessesPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private readonly form: ProcessForm;
  private readonly desk: Desk<ProcessValues, ProcessVerdict>;
  private readonly submitter = h("button", { type: "submit", class: "hml-button hml-primary" });
  private readonly estimate = h("span", { class: "hml-muted" });
  private readonly reads = h("p", { class: "hml-reads" });
  private readonly runs = h("div", {});
  private readonly view = new View();
  private readonly presets = h("div", {});
  private readonly next = h("div", {});
  private readonly bars = new Map<string, ProgressBar>();
  private following: Partial<ProcessValues>[] = [];
  /** The form of the preset that was filled in last. */
  private offered: Partial<ProcessValues> = {};

  constructor(private readonly bench: Bench) {
    this.form = new ProcessForm(() => this.state);
    this.desk = this.furnish();
    this.main.append(this.desk.root, this.runs, this.view.root);
    this.side.append(
      block("Start from a preset", this.presets),
      block("What it reads", this.reads),
      block("Particles", particles(this.state)),
      this.next,
    );
  }

  update(): void {
    this.drawRuns();
    if (this.view.of && !this.state.runs.some(({ target }) => target === this.view.of))
      this.view.close();
    this.form.follow();
    const done = this.state.runs.some((run) => run.status === "done" || run.status === "stale");
    fill(this.next, done ? onward(this.bench, "observables", "Next: choose observables") : null);
  }

  shown(): void {
    this.desk.ask(0);
  }

  progress(message: Progress): void {
    if (message.record_id) this.bar(message.record_id).hear(message);
  }

  result(message: Result): void {
    this.bars.delete(message.record_id);
    this.desk.result(message);
    const run = this.state.runs.find(({ record_id }) => record_id === message.record_id);
    if (message.status !== "failed" || !run) return;
    const log = button("show its log", () => void this.showLog(run.target), { class: "hml-link" });
    this.desk.complaint.show(message.error ?? "it failed", log);
  }

  dispose(): void {
    this.view.close();
    this.desk.dispose();
  }

  private get state(): ProcessesState {
    return this.bench.model.get("processes") as ProcessesState;
  }

  private furnish(): Desk<ProcessValues, ProcessVerdict> {
    const desk = new Desk<ProcessValues, ProcessVerdict>(
      this.bench,
      "processes",
      this.form.fields,
      {
        submit: (values) => this.submit(values),
        answered: (verdict) => this.answered(verdict),
      },
    );
    desk.lay(this.form.parts, [this.submitter, this.estimate]);
    this.form.onchosen = () => this.chosen();
    desk.form.fill(this.state.defaults);
    desk.form.fill(desk.draft);
    this.form.unfold(desk.form.values, {});
    this.chosen();
    this.offerPresets();
    return desk;
  }

  private answered({ estimate, reads, runs, errors }: ProcessVerdict): void {
    write(this.estimate, estimate ?? "");
    write(this.reads, reads ?? "Write a process as MadGraph does, or take a preset.");
    write(this.submitter, this.form.verb(runs ?? 1));
    this.form.unfold(this.desk.form.values, errors);
  }

  /** Another generator takes other fields. */
  private chosen(): void {
    this.form.follow();
    write(this.submitter, this.form.verb(1));
    if (this.form.chosen !== "folder" && this.form.chosen !== "lhe") return;
    this.bench.kernel
      .request<Record<string, string[]>>("processes", "files")
      .then(({ value }) => this.form.know(value))
      .catch(() => {});
  }

  private offerPresets(): void {
    const offers = this.state.presets.map(({ label, help, forms }) =>
      h(
        "div",
        { class: "hml-preset" },
        button(label, () => this.preset(forms), { class: "hml-link", "data-key": label }),
        h("div", { class: "hml-hint" }, help),
      ),
    );
    fill(this.presets, ...offers);
  }

  private preset(forms: Partial<ProcessValues>[], kept: Partial<ProcessValues> = {}): void {
    const [first, ...rest] = forms;
    if (!first) return;
    this.following = rest;
    this.offered = first;
    this.desk.form.fill({ ...this.state.defaults, ...first, ...kept });
    this.desk.form.forget();
    this.form.unfold(this.desk.form.values, {}, true);
    this.chosen();
    this.offerPresets();
    this.desk.ask(0);
  }

  private submit(values: ProcessValues): void {
    const { bench, desk } = this;
    const what = `${this.form.verb(1).toLowerCase()} ${values.name}`;
    const following = this.following;
    const committed = bench.commit("processes", "generate", values, what);
    const settled = committed.then((end) => {
      if (end.status === "written") desk.form.forget();
      if (end.status === "failed") this.restore(values, following);
      return end;
    });
    void desk.follow(settled);
    // The background of a preset follows its signal; what was typed of these holds for both.
    const { offered } = this;
    const typed = ["events", "ecm", "detector"].filter((name) => values[name] !== offered[name]);
    this.preset(following, Object.fromEntries(typed.map((name) => [name, values[name]])));
  }

  /** What was refused is there again, to be mended. */
  private restore(values: ProcessValues, following: Partial<ProcessValues>[]): void {
    this.desk.form.fill(values);
    this.following = following;
    this.chosen();
    this.desk.ask(0);
  }

  private bar(record_id: string): ProgressBar {
    const known = this.bars.get(record_id) ?? new ProgressBar("generation");
    this.bars.set(record_id, known);
    return known;
  }

  private drawRuns(): void {
    const { runs } = this.state;
    const rows = runs.map((run) => ({
      cells: [
        h("b", {}, run.target),
        reaction(run),
        run.cross_section ?? "–",
        run.n_events ?? "all",
        run.seed ?? "–",
        this.standing(run),
      ],
    }));
    const hints = [
      "No runs yet. A study needs a signal and a background. Take a preset and press Generate: the form for the background follows.",
      'A study that somebody has packed opens with hml.Lab("study.zip") in a cell; a network that somebody has preserved opens under Preserve.',
    ].map((words) => h("p", { class: "hml-hint" }, words));
    const summary = button("Table of cross sections", () => this.summarise(), {
      "data-key": "summary",
    });
    const hint = h("span", { class: "hml-muted" }, "writes the summary of all runs as a cell");
    const bar = h("div", { class: "hml-actions" }, summary, hint);
    const some = runs.some(({ cross_section }) => cross_section !== null);
    const parts = [table(COLUMNS, rows, "runs"), some ? bar : null];
    fill(this.runs, ...(rows.length ? parts : hints));
  }

  private summarise(): void {
    const committed = this.bench.commit("processes", "summary", {}, "summary", "summary");
    void this.desk.follow(committed);
  }

  private standing(run: RunRow): HTMLElement {
    const { target, status, record_id, error, diagrams } = run;
    if (status === "running" && record_id) {
      const cancel = button("cancel", () => this.bench.interrupt(), {
        class: "hml-link",
        "data-key": `cancel ${target}`,
      });
      return h("div", { class: "hml-running" }, this.bar(record_id).root, cancel);
    }
    const link = (text: string, act: () => Promise<void>) =>
      button(text, () => void act(), { class: "hml-link", "data-key": `${text} ${target}` });
    const tools = h(
      "span",
      { class: "hml-row-tools" },
      link("log", () => this.showLog(target)),
      diagrams ? link("diagrams", () => this.showDiagrams(target)) : null,
    );
    const why = error ? h("div", { class: "hml-bad hml-why" }, error) : null;
    return h("span", {}, badge(status, error ?? ""), tools, why);
  }

  private async showLog(target: string): Promise<void> {
    await this.showing(async () => {
      const { value } = await this.bench.kernel.request<{ text: string }>("processes", "log", {
        target,
      });
      this.view.text(target, `Log of ${target}`, value.text);
    });
  }

  private async showDiagrams(target: string): Promise<void> {
    await this.showing(async () => {
      const { value, buffers } = await this.bench.kernel.request<{ names: string[] }>(
        "processes",
        "diagrams",
        { target },
      );
      this.view.images(target, `Feynman diagrams of ${target}`, value.names, buffers);
    });
  }

  private async showing(show: () => Promise<void>): Promise<void> {
    try {
      await show();
    } catch (error) {
      this.desk.complaint.show(reason(error));
    }
  }
}

function reaction({ process, decays, generator, detector }: RunRow): HTMLElement {
  const chain = decays.length ? ` (${decays.join(", ")})` : "";
  return h(
    "span",
    {},
    h("span", { class: "hml-mono" }, `${process}${chain}`),
    h("small", { class: "hml-muted hml-below" }, `${generator}, detector ${detector ?? "none"}`),
  );
}

function particles(state: ProcessesState): HTMLElement {
  const rows = state.particles.map(([name, note]) =>
    h(
      "div",
      {},
      h("span", { class: "hml-mono" }, name),
      h("small", { class: "hml-muted" }, ` ${note}`),
    ),
  );
  return h(
    "div",
    { class: "hml-particles", tabindex: "0", role: "region", "aria-label": "particles" },
    ...rows,
  );
}
