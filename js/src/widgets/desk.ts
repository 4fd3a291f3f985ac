import { type Field, Form } from "../pieces/form";
import { Checker, type Verdict } from "../shared/checker";
import { type Child, fill, h } from "../shared/dom";
import type { Result } from "../shared/kernel";
import type { End } from "../shared/recorder";
import type { PanelName, Values } from "../shared/state";
import { type Bench, Complaint } from "./panel";

/** What a panel does with its form. */
export interface Duties<V extends Values, A extends Verdict> {
  /** The form was sent off, and the kernel does not object. */
  submit(values: V): void;
  /** The kernel has said what it thinks of the form. */
  answered(verdict: A): void;
}

/** Where a form lives: drafted as it is typed, checked by the kernel, sent off, blamed for what went wrong. */
export class Desk<V extends Values, A extends Verdict = Verdict> {
  readonly root = h("form", { class: "hml-form", novalidate: true });
  readonly form: Form<V>;
  readonly complaint = new Complaint();
  private readonly checker: Checker<A>;
  private verdict: A | null = null;

  constructor(
    private readonly bench: Bench,
    private readonly panel: PanelName,
    fields: Field[],
    private readonly duties: Duties<V, A>,
  ) {
    this.form = new Form<V>(fields, () => this.ask());
    this.checker = new Checker(bench.kernel, panel, (verdict) => this.answered(verdict));
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  /** Put the parts in their order; the last line has what can be done, and what went wrong. */
  lay(parts: Child[], actions: Child[]): void {
    const line = h("div", { class: "hml-actions" }, ...actions, this.complaint.root);
    fill(this.root, ...parts, line, this.form.general);
  }

  /** What was typed before the page was loaded again. */
  get draft(): Partial<V> {
    const drafts = this.bench.model.get("drafts") as Record<string, Partial<V>> | null;
    return drafts?.[this.panel] ?? {};
  }

  /** Ask the kernel about the form; until it answers, nothing is known to be wrong. */
  ask(delay?: number): void {
    const { values } = this.form;
    this.verdict = null;
    this.bench.asking();
    this.bench.draft(values);
    this.checker.ask(values, delay);
  }

  /** Say what becomes of a commit: beside its field, or in the line for what went wrong. */
  async follow(committed: Promise<End>): Promise<void> {
    this.complaint.show("");
    const { status, error, field } = await committed;
    if (status !== "failed") return;
    this.complaint.show(field ? "" : (error ?? "it failed"));
    if (field) this.form.show({ [field]: error ?? "" });
    this.form.insist();
  }

  /** A cell of this panel has run. */
  result({ status, error }: Pick<Result, "status" | "error">): void {
    this.complaint.show(status === "failed" ? (error ?? "it failed") : "");
    if (status === "done") this.ask(0);
  }

  dispose(): void {
    this.checker.stop();
  }

  private answered(verdict: A): void {
    this.verdict = verdict;
    this.form.show(verdict.errors, verdict.notes);
    this.duties.answered(verdict);
    const word = { true: "replaces the last cell", false: "a new cell" }[String(verdict.replaces)];
    this.bench.footer({ code: verdict.code, missing: missing(open(verdict)), word });
  }

  private submit(): void {
    this.complaint.show("");
    const { form, verdict } = this;
    const refused = verdict !== null && !verdict.code;
    if (refused) form.show(open(verdict), verdict.notes);
    if (refused || form.wrong) form.insist();
    else this.duties.submit(this.form.values);
  }
}

/** What keeps a form from being a cell: what is wrong, or else what is still to be filled in. */
function open({ code, errors, notes }: Verdict): Record<string, string> {
  return code !== null || Object.keys(errors).length > 0 ? errors : notes;
}

/** Why a footer has no code, in one line. */
function missing(errors: Record<string, string>): string {
  const texts = Object.values(errors);
  return texts.length > 1 ? `${texts[0]} (and ${texts.length - 1} more)` : (texts[0] ?? "");
}
