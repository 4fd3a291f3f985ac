import { badge } from "../pieces/badge";
import { listField, pairsField, selectField, textField } from "../pieces/fields";
import { ProgressBar } from "../pieces/progress";
import { table } from "../pieces/table";
import type { Verdict } from "../shared/checker";
import { button, fill, h, write } from "../shared/dom";
import type { Progress, Result } from "../shared/kernel";
import type { ProcessesState, ProcessValues, RunRow } from "../shared/state";
import { Desk } from "./desk";
import { type Bench, block, onward, type Panel } from "./panel";

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
  private readonly desk: Desk<ProcessValues, ProcessVerdict>;
  private readonly generate = h(
    "button",
    { type: "submit", class: "hml-button hml-primary" },
    "Generate",
  );
  private readonly estimate = h("span", { class: "hml-muted" });
  private readonly reads = h("p", { class: "hml-reads" });
  private readonly runs = h("div", {});
  private readonly presets = h("div", {});
  private readonly words = h("div", {});
  private readonly next = h("div", {});
  private readonly bars = new Map<string, ProgressBar>();
  private following: Partial<ProcessValues>[] = [];

  constructor(private readonly bench: Bench) {
    this.desk = this.furnish(this.state);
    this.main.append(this.desk.root, this.runs);
    this.side.append(
      block("Start from a preset", this.presets),
      block("What it reads", this.reads),
      block("Particles", this.words),
      this.next,
    );
  }

  update(): void {
    const state = this.state;
    this.drawRuns(state);
    const done = state.runs.some((run) => run.status === "done" || run.status === "stale");
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
  }

  dispose(): void {
    this.desk.dispose();
  }

  private get state(): ProcessesState {
    return this.bench.model.get("processes") as ProcessesState;
  }

  private furnish(state: ProcessesState): Desk<ProcessValues, ProcessVerdict> {
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
    const desk = new Desk<ProcessValues, ProcessVerdict>(this.bench, "processes", fields, {
      submit: (values) => this.submit(values),
      answered: ({ estimate, reads }) => {
        write(this.estimate, estimate ?? "");
        write(this.reads, reads ?? "Write a process as MadGraph does, or take a preset.");
      },
    });
    const at = (name: string) => fields.find((field) => field.name === name)?.root ?? null;
    const row = h(
      "div",
      { class: "hml-fields" },
      ...["name", "ecm", "events", "seed", "detector"].map(at),
    );
    const lists = h("div", { class: "hml-halves" }, at("decays"), at("settings"));
    desk.lay([at("process"), lists, row], [this.generate, this.estimate]);
    desk.form.fill(state.defaults);
    desk.form.fill(desk.draft);
    this.offerPresets(state);
    fill(
      this.words,
      h("p", { class: "hml-mono" }, state.particles.join(" ")),
      ...state.multiparticles.map(([name, of]) =>
        h("div", { class: "hml-mono" }, `${name} = ${of}`),
      ),
    );
    return desk;
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
    if (!first) return;
    this.following = rest;
    this.desk.form.fill({ ...this.state.defaults, ...first });
    this.desk.form.forget();
    this.offerPresets(this.state);
    this.desk.ask(0);
  }

  private submit(values: ProcessValues): void {
    const { bench, desk } = this;
    const committed = bench.commit("processes", "generate", values, `generate ${values.name}`);
    const settled = committed.then((end) => {
      if (end.status === "written") desk.form.forget();
      if (end.status === "failed") desk.form.fill(values);
      return end;
    });
    void desk.follow(settled);
    // The background of a preset follows its signal.
    this.preset(this.following);
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
