import { ProgressBar } from "../pieces/progress";
import { StepEditor, step } from "../pieces/step";
import { table } from "../pieces/table";
import { Checker, type Verdict } from "../shared/checker";
import { callOf } from "../shared/code";
import { button, fill, h, write } from "../shared/dom";
import { type Progress, type Result, reason } from "../shared/kernel";
import type { Header, RecordEntry, RecordState, Values } from "../shared/state";
import { type Bench, block, Complaint, type Panel } from "./panel";

interface EditVerdict extends Verdict {
  plan: string[];
}

const NOTHING =
  "Nothing is recorded yet. Generate a process: its cell appears here and in the notebook.";
const REPLAY = "Computes every step again in an empty folder and compares the results.";

/** The record: every cell in the order it ran; undo, edit, export, replay. */
export class RecordPanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private readonly list = h("ol", { class: "hml-steps" });
  private readonly complaint = new Complaint();
  private readonly undo = button("Undo", () => void this.askUndo({}));
  private readonly redo = button("Redo", () => void this.commit("redo", {}, "redo"));
  private readonly plan = h("div", { class: "hml-plan" });
  private readonly missing = h("div", {});
  private readonly where = h("div", {});
  private readonly replayed = h("div", {});
  private readonly replay = button("Replay and verify", () => void this.startReplay());
  private readonly said = h("p", { class: "hml-hint", role: "status" });
  private bar: ProgressBar | null = null;
  private editor: StepEditor | null = null;
  private readonly checker: Checker<EditVerdict>;

  constructor(private readonly bench: Bench) {
    const heard = (verdict: EditVerdict) => this.checked(verdict);
    this.checker = new Checker(bench.kernel, "record", heard, "check_edit");
    const give = button("Export notebook", () => void this.give());
    const copy = button("Copy all code", () => void this.copy());
    this.main.append(this.list);
    this.side.append(
      h("div", { class: "hml-actions" }, this.undo, this.redo),
      this.complaint.root,
      this.plan,
      this.missing,
      block("Recording", this.where, h("div", { class: "hml-actions" }, give, copy), this.said),
      block("Replay", h("p", { class: "hml-hint" }, REPLAY)),
      h("div", { class: "hml-actions" }, this.replay),
      this.replayed,
    );
  }

  update(): void {
    const { state } = this;
    this.offer(this.undo, state.undo?.text, "there is nothing to undo");
    this.offer(this.redo, state.redo?.text, "there is nothing to redo");
    this.drawSteps(state);
    this.drawMissing(state);
    const { way_text } = this.bench.model.get("header") as Header;
    fill(
      this.where,
      h("p", {}, way_text),
      h("p", { class: "hml-muted" }, `also kept in ${state.sidecar}`),
      state.order_differs &&
        h("p", { class: "hml-warn" }, "The cells stand in another order than they ran in."),
    );
    this.drawReplay(state);
    this.footer();
  }

  shown(): void {
    this.footer();
  }

  progress(message: Progress): void {
    this.bar?.hear(message);
  }

  result({ status, error }: Result): void {
    if (status === "failed") this.complaint.show(error ?? "it failed");
  }

  dispose(): void {
    this.checker.stop();
  }

  private get state(): RecordState {
    return this.bench.model.get("record") as RecordState;
  }

  private footer(): void {
    const code = this.editor?.text ?? this.state.entries.at(-1)?.code ?? null;
    this.bench.footer({ code, missing: NOTHING });
  }

  private offer(what: HTMLButtonElement, text: string | undefined, none: string): void {
    what.disabled = text === undefined;
    what.title = text ?? none;
  }

  private drawSteps({ entries }: RecordState): void {
    const { editor, bench } = this;
    const events = {
      reveal: bench.reveal,
      edit: (entry: RecordEntry) => this.edit(entry),
      undo: (record_id: string) => void this.askUndo({ record_id }),
    };
    const { way } = bench.model.get("header") as Header;
    const steps = entries.map((entry) =>
      editor?.record_id === entry.record_id ? editor.root : step(entry, events, way === "A"),
    );
    const none = h("li", { class: "hml-hint" }, NOTHING);
    const focused = editor?.root.contains((this.list.getRootNode() as Document).activeElement);
    fill(this.list, ...(steps.length ? steps : [none]));
    if (focused) editor?.focus();
  }

  private drawMissing({ not_run }: RecordState): void {
    const text = `Run ${not_run} recorded ${not_run === 1 ? "cell" : "cells"}`;
    const run = button(text, () => void this.commit("run_missing", {}, "run recorded cells"), {
      class: "hml-button hml-primary",
    });
    const words = h("span", { class: "hml-muted" }, "without a result in this kernel");
    fill(this.missing, not_run > 0 ? h("div", { class: "hml-actions" }, run, words) : null);
  }

  private edit(entry: RecordEntry): void {
    const { record_id } = entry;
    this.editor = new StepEditor(entry, {
      typed: (text) => this.checker.ask({ record_id, text }),
      keep: () => void this.commitEdit(),
      cancel: () => this.stopEditing(),
    });
    this.update();
    this.editor.focus();
  }

  private checked({ errors, plan }: EditVerdict): void {
    const bad = Object.values(errors).join(" ");
    const names = (plan ?? []).map((code) => code.split(" = ")[0]);
    const cells = names.length === 1 ? "1 cell" : `${names.length} cells`;
    const good = names.length ? `${cells} will be added: ${names.join(", ")}` : "";
    this.editor?.say(bad || good, bad !== "");
    if (this.editor) this.bench.footer({ code: plan?.[0] ?? null, missing: bad });
  }

  private stopEditing(): void {
    const key = `edit ${this.editor?.record_id}`;
    this.editor = null;
    this.checker.stop();
    this.update();
    const links = [...this.list.querySelectorAll<HTMLElement>("[data-key]")];
    links.find((link) => link.dataset.key === key)?.focus();
  }

  private async commitEdit(): Promise<void> {
    const { editor } = this;
    if (!editor) return;
    const values = { record_id: editor.record_id, text: editor.text };
    const end = await this.bench.commit("record", "edit", values, "edit a step");
    if (end.status === "written") this.stopEditing();
    else editor.say(end.error ?? "", true);
  }

  /** Take back the newest change, or one step with all that use its result: these are shown first. */
  private async askUndo(values: Values): Promise<void> {
    const { kernel } = this.bench;
    try {
      const reply = await kernel.request<{ entries: string[] }>("record", "undo_plan", values);
      const { entries } = reply.value;
      if (entries.length > 1) this.confirm(entries, values);
      else await this.commit("undo", values, "undo");
    } catch (error) {
      this.complaint.show(reason(error));
    }
  }

  private confirm(entries: string[], values: Values): void {
    const close = () => fill(this.plan);
    const undo = () => {
      close();
      void this.commit("undo", values, "undo");
    };
    const yes = button(`Undo these ${entries.length}`, undo, { class: "hml-button hml-primary" });
    const texts = entries.map((text) => h("li", { class: "hml-mono" }, callOf(text)));
    fill(
      this.plan,
      h("p", {}, "These steps depend on each other and go together:"),
      h("ul", {}, ...texts),
      h("div", { class: "hml-actions" }, yes, button("Keep them", close)),
    );
    yes.focus();
  }

  private async commit(action: string, values: Values, text: string): Promise<void> {
    this.complaint.show("");
    const end = await this.bench.commit("record", action, values, text);
    if (end.status === "failed") this.complaint.show(end.error ?? "it failed");
  }

  private async give(): Promise<void> {
    const { kernel } = this.bench;
    try {
      const { value } = await kernel.request<{ path: string; script?: string }>("record", "export");
      const paths = [value.path, value.script].filter(Boolean).join(" and ");
      write(this.said, `The whole record is in ${paths}.`);
    } catch (error) {
      this.complaint.show(reason(error));
    }
  }

  private async copy(): Promise<void> {
    const code = this.state.entries.map((entry) => entry.code).join("\n\n");
    try {
      await navigator.clipboard.writeText(code);
      write(this.said, "Copied.");
    } catch {
      write(this.said, "This browser does not allow copying here: select the text of the steps.");
    }
  }

  private async startReplay(): Promise<void> {
    try {
      await this.bench.kernel.request("record", "replay");
    } catch (error) {
      this.complaint.show(reason(error));
    }
  }

  private drawReplay({ replay }: RecordState): void {
    const running = replay?.running ?? false;
    this.replay.disabled = running;
    if (!running) this.bar = null;
    else if (!this.bar) {
      this.bar = new ProgressBar("replay");
      this.bar.show(null, replay?.text ?? "");
    }
    const columns = ["step", "verdict"].map((text) => ({ text, kind: "text" as const }));
    const rows = (replay?.rows ?? []).map(([n, verdict]) => ({ cells: [n, verdict] }));
    const verdict = replay && h("p", { class: replay.ok ? "hml-good" : "hml-bad" }, replay.text);
    const steps = rows.length ? table(columns, rows, "replay") : null;
    fill(this.replayed, ...(this.bar ? [this.bar.root] : [verdict, steps]));
  }
}
