import { callOf } from "../shared/code";
import { button, h, write } from "../shared/dom";
import type { RecordEntry } from "../shared/state";
import { badge } from "./badge";

export interface StepEvents {
  reveal(record_id: string): void;
  edit(entry: RecordEntry): void;
  undo(record_id: string): void;
}

/** One recorded cell: its text, what came of it, and what can be done with it; `notebook`: there is one to write into. */
export function step(entry: RecordEntry, events: StepEvents, notebook: boolean): HTMLElement {
  const { record_id, n, code, status, summary, fingerprint, cell, stale } = entry;
  const link = (text: string, act: () => void, title: string, disabled = false) =>
    button(text, act, { class: "hml-link", "data-key": `${text} ${record_id}`, title, disabled });
  const warnings = [
    notebook && cell === "edited" && "the cell was edited",
    notebook && cell === "missing" && "not in this notebook",
    ...stale.map((why) => `stale: ${why}`),
  ];
  const about = [
    status === "done" ? null : badge(status),
    summary && h("span", {}, summary),
    fingerprint &&
      h("span", { class: "hml-mono", title: "fingerprint of the result" }, fingerprint),
    ...warnings.map((text) => text && h("span", { class: "hml-warn" }, text)),
    entry.error && h("span", { class: "hml-bad" }, entry.error),
  ];
  const tools = [
    notebook && link("go to cell", () => events.reveal(record_id), "", cell === "missing"),
    link("edit", () => events.edit(entry), "change this step; the old one stays"),
    link("undo", () => events.undo(record_id), "take it back, with all that uses its result"),
  ];
  return h(
    "li",
    { class: "hml-step" },
    h("span", { class: "hml-n" }, n),
    h("div", {}, h("code", {}, callOf(code)), h("div", { class: "hml-about" }, ...about)),
    h("span", { class: "hml-tools" }, ...tools),
  );
}

/** A recorded cell while it is being changed. */
export class StepEditor {
  readonly root: HTMLElement;
  readonly record_id: string;
  private readonly area: HTMLTextAreaElement;
  private readonly said = h("div", { class: "hml-message", role: "status" });

  constructor(
    { record_id, n, code }: RecordEntry,
    events: { typed(text: string): void; keep(): void; cancel(): void },
  ) {
    this.record_id = record_id;
    const rows = String(Math.max(3, Math.ceil(code.length / 80) + 1));
    this.area = h("textarea", {
      class: "hml-input hml-mono",
      value: code,
      rows,
      spellcheck: "false",
      "aria-label": `text of step ${n}`,
      oninput: () => events.typed(this.text),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === "Escape") events.cancel();
        if (event.key !== "Enter" || !event.shiftKey) return;
        event.preventDefault();
        events.keep();
      },
    });
    const keep = button("Record the change", events.keep, { class: "hml-button hml-primary" });
    const cancel = button("Cancel", events.cancel);
    const words = "The old step stays; the changed one and what depends on it come after it.";
    const hint = h("span", { class: "hml-hint" }, words);
    const actions = h("div", { class: "hml-actions" }, keep, cancel, hint);
    this.root = h(
      "li",
      { class: "hml-step hml-editing" },
      h("span", { class: "hml-n" }, n),
      h("div", {}, this.area, this.said, actions),
    );
  }

  get text(): string {
    return this.area.value;
  }

  focus(): void {
    this.area.focus();
  }

  say(text: string, bad: boolean): void {
    write(this.said, text);
    this.said.classList.toggle("hml-bad", bad);
    this.area.setAttribute("aria-invalid", String(bad));
  }
}
