import { badge } from "../pieces/badge";
import { listField, pairsField, selectField, textField } from "../pieces/fields";
import { Form } from "../pieces/form";
import { ProgressBar } from "../pieces/progress";
import { table } from "../pieces/table";
import { Checker, type Verdict } from "../shared/checker";
import { button, fill, h, write } from "../shared/dom";
import type { Progress, Result } from "../shared/kernel";
import type { ProcessesState, ProcessValues, RunRow } from "../shared/state";
import { type Bench, block, Complaint, drafted, missing, onward, type Panel } from "./panel";

interface ProcessVerdict extends Verdict {
  estimate: string | null;
  reads: string | null;
}

const DETECTORS = [
  { value: "cms", text: "cms (parametric)" },
  { value: "none", text: "none" },
];

/** Which collisions: a form for one process, and the runs there are. */
export class ProcessesPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private form: Form<ProcessValues> | null = null;
  private readonly checker: Checker<ProcessVerdict>;
  private readonly formRoot = h("form", { class: "hml-form", novalidate: true });
  private readonly generate = h(
    "button",
    { type: "submit", class: "hml-button hml-primary" },
    "Generate",
  );
  private readonly estimate = h("span", { class: "hml-muted" });
  private readonly reads = h("p", { class: "hml-reads" });
  private readonly complaint = new Complaint();
  private readonly runs = h("div", {});
  private readonly presets = h("div", {});
  private readonly words = h("div", {});
  private readonly next = h("div", {});
  private readonly bars = new Map<string, ProgressBar>();
  private verdict: ProcessVerdict | null = null;
  private following: Partial<ProcessValues>[] = [];

  constructor(private readonly bench: Bench) {
    this.checker = new Checker(bench.kernel, "processes", (verdict) => this.answered(verdict));
    this.formRoot.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.commit();
    });
    this.main.append(this.formRoot, this.runs);
    this.side.append(
      block("Start from a preset", this.presets),
      block("What it reads", this.reads),
      block("Particles", this.words),
      this.next,
    );
  }

  update(): void {
    const state = this.state;
    if (!this.form) this.build(state);
    this.drawRuns(state);
    const done = state.runs.some((run) => run.status === "done" || run.status === "stale");
    fill(this.next, done ? onward(this.bench, "observables", "Next: choose observables") : null);
  }

  shown(): void {
    this.ask(0);
  }

  progress(message: Progress): void {
    if (message.record_id) this.bar(message.record_id).hear(message);
  }

  result({ record_id, status, error }: Result): void {
    this.bars.delete(record_id);
    this.complaint.show(status === "failed" ? (error ?? "it failed") : "");
    if (status === "done") this.ask(0);
  }

  dispose(): void {
    this.checker.stop();
  }

  private get state(): ProcessesState {
    return this.bench.model.get("processes") as ProcessesState;
  }

  private build(state: ProcessesState): void {
    const fields = [
      textField("process", "Process", {
        placeholder: "p p > z z",
        help: "As MadGraph writes it: incoming > outgoing",
      }),
      listField("decays", "Decays", { add: "decay", placeholder: "z > j j" }),
      textField("name", "Name", { size: "small", help: "The variable that holds the run" }),
      textField("ecm", "Energy", { unit: "GeV", size: "tiny", numeric: true }),
      textField("events", "Events", { size: "tiny", numeric: true }),
      textField("seed", "Seed", { size: "tiny", numeric: true }),
      selectField("detector", "Detector", DETECTORS, { size: "small" }),
      pairsField("settings", "Settings", state.settings, { add: "setting" }),
    ];
    this.form = new Form<ProcessValues>(fields, () => this.ask());
    const at = (name: string) => fields.find((field) => field.name === name)?.root ?? null;
    const row = h(
      "div",
      { class: "hml-fields" },
      ...["name", "ecm", "events", "seed", "detector"].map(at),
    );
    const lists = h("div", { class: "hml-halves" }, at("decays"), at("settings"));
    const said = [this.generate, this.estimate, this.complaint.root];
    const actions = h("div", { class: "hml-actions" }, ...said);
    fill(this.formRoot, at("process"), lists, row, actions, this.form.general);
    this.form.fill(state.defaults);
    this.form.fill(drafted<ProcessValues>(this.bench, "processes"));
    this.offerPresets(state);
    fill(
      this.words,
      h("p", { class: "hml-mono" }, state.particles.join(" ")),
      ...state.multiparticles.map(([name, of]) =>
        h("div", { class: "hml-mono" }, `${name} = ${of}`),
      ),
    );
  }

  private offerPresets(state: ProcessesState): void {
    const offers = state.presets.map(({ label, help, forms }) =>
      h(
        "div",
        { class: "hml-preset" },
        button(label, () => this.preset(forms), { class: "hml-link", "data-key": label }),
        h("div", { class: "hml-hint" }, help),
      ),
    );
    fill(this.presets, ...offers);
  }

  private preset(forms: Partial<ProcessValues>[]): void {
    const [first, ...rest] = forms;
    if (!first || !this.form) return;
    this.following = rest;
    this.form.fill({ ...this.state.defaults, ...first });
    this.form.forget();
    this.offerPresets(this.state);
    this.ask(0);
  }

  private ask(delay?: number): void {
    if (!this.form) return;
    const { values } = this.form;
    this.verdict = null;
    this.bench.asking();
    this.bench.draft(values);
    this.checker.ask(values, delay);
  }

  private answered(verdict: ProcessVerdict): void {
    this.verdict = verdict;
    this.form?.show(verdict.errors, verdict.notes);
    write(this.estimate, verdict.estimate ?? "");
    write(this.reads, verdict.reads ?? "Write a process as MadGraph does, or take a preset.");
    this.bench.footer({ code: verdict.code, missing: missing(verdict.errors) });
  }

  private async commit(): Promise<void> {
    const { form, verdict } = this;
    if (!form) return;
    if (verdict && !verdict.code) {
      form.insist();
      return;
    }
    const { values } = form;
    this.complaint.show("");
    const committed = this.bench.commit("processes", "generate", values, `generate ${values.name}`);
    // The background of a preset follows its signal.
    this.preset(this.following);
    const end = await committed;
    if (end.status === "written") form.forget();
    if (end.status === "failed") form.fill(values);
    this.complaint.blame(form, end);
  }

  private bar(record_id: string): ProgressBar {
    const known = this.bars.get(record_id) ?? new ProgressBar("generation");
    this.bars.set(record_id, known);
    return known;
  }

  private drawRuns(state: ProcessesState): void {
    const columns = [
      { text: "name", kind: "text" as const },
      { text: "process", kind: "text" as const },
      { text: "σ (pb)" },
      { text: "events" },
      { text: "seed" },
      { text: "", kind: "action" as const },
    ];
    const rows = state.runs.map((run) => ({
      cells: [
        h("b", {}, run.target),
        reaction(run),
        run.cross_section ?? "–",
        run.n_events,
        run.seed,
        this.standing(run),
      ],
    }));
    const none = h(
      "p",
      { class: "hml-hint" },
      "No runs yet. A study needs a signal and a background. Take a preset and press Generate: the form for the background follows.",
    );
    fill(this.runs, rows.length ? table(columns, rows, "runs") : none);
  }

  private standing(run: RunRow): HTMLElement {
    if (run.status !== "running" || !run.record_id) {
      return h(
        "span",
        {},
        badge(run.status, run.error ?? ""),
        run.error ? h("div", { class: "hml-bad hml-why" }, run.error) : null,
      );
    }
    const cancel = button("cancel", () => this.bench.interrupt(), {
      class: "hml-link",
      "data-key": `cancel ${run.target}`,
    });
    return h("div", { class: "hml-running" }, this.bar(run.record_id).root, cancel);
  }
}

function reaction({ process, decays, generator, detector }: RunRow): HTMLElement {
  const chain = decays.length ? ` (${decays.join(", ")})` : "";
  return h(
    "span",
    {},
    h("span", { class: "hml-mono" }, `${process}${chain}`),
    h("small", { class: "hml-muted hml-below" }, `${generator}, detector ${detector}`),
  );
}
