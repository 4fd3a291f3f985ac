import { ProgressBar } from "../pieces/progress";
import { drawWaiting, type Queue, waitingItems } from "../pieces/waiting";
import { button, fill, h, write } from "../shared/dom";
import type { Progress } from "../shared/kernel";
import type { Header } from "../shared/state";

/** The top line: the study, what runs, what waits, where it is recorded. */
export class HeaderBar {
  readonly root: HTMLElement;
  readonly undo: HTMLButtonElement;
  private readonly cores = h("span", { class: "hml-chip hml-cores" });
  private readonly way = h("span", { class: "hml-chip hml-way" });
  private readonly running = h("div", { class: "hml-now" });
  private readonly waits = h("div", { class: "hml-waits" });
  private readonly list = h("ul", { class: "hml-queue", hidden: true });
  private readonly banner = h("div", { class: "hml-banner", role: "alert", hidden: true });
  private bar: ProgressBar | null = null;
  private shown: string | null = null;

  constructor(
    study: string,
    private readonly interrupt: () => void,
    undo: () => void,
  ) {
    this.undo = button("undo", undo, { class: "hml-button hml-quiet", "data-key": "undo" });
    const title = h("h2", { title: study }, study);
    const line = h(
      "div",
      { class: "hml-bar" },
      title,
      this.cores,
      this.running,
      h("span", { class: "hml-space" }),
      this.waits,
      this.way,
      this.undo,
    );
    this.root = h("header", { class: "hml-header" }, line, this.list, this.banner);
  }

  draw(header: Header): void {
    const { cores, way, way_text, running } = header;
    write(this.cores, cores ? `${cores} ${cores === 1 ? "core" : "cores"}` : "");
    const where = way === "A" ? way_text : way === "C" ? "recording beside the study" : way_text;
    fill(
      this.way,
      h("i", { class: `hml-dot-${way ?? "none"}`, "aria-hidden": "true" }),
      h("span", {}, where),
    );
    this.way.title = way_text;
    const id = running?.record_id ?? null;
    if (id !== this.shown) this.drawRunning(running);
    this.shown = id;
    if (header.read_only) this.warn(header.read_only);
  }

  /** The cell that can be taken back, if there is one. */
  offer(cell: string | null): void {
    this.undo.disabled = cell === null;
    this.undo.title =
      cell === null ? "nothing to take back" : `take back the newest step:\n${cell}`;
  }

  hear(message: Progress): void {
    this.bar?.hear(message);
  }

  /** Something that concerns the whole Lab; empty: nothing any more. */
  warn(text: string): void {
    this.banner.hidden = text === "";
    const close = button("×", () => this.warn(""), { class: "hml-remove", "aria-label": "close" });
    fill(this.banner, h("span", {}, text), close);
  }

  drawQueue(queue: Queue & { current: unknown }): void {
    const n = queue.waiting.length;
    this.root.dataset.busy = String(queue.current !== null || n > 0);
    if (n === 0) this.list.hidden = true;
    const toggle = button(
      `${n} waiting`,
      () => {
        this.list.hidden = !this.list.hidden;
        toggle.setAttribute("aria-expanded", String(!this.list.hidden));
      },
      {
        class: "hml-chip",
        "data-key": "waiting",
        "aria-expanded": String(!this.list.hidden),
        title: "Actions that follow when the running cell is done",
      },
    );
    fill(this.waits, n ? toggle : null);
    drawWaiting(this.root, this.list, waitingItems(queue), "undo");
  }

  private drawRunning(running: Header["running"]): void {
    this.bar = running ? new ProgressBar("running cell") : null;
    const what = running?.text.split(" = ")[0] ?? "";
    fill(
      this.running,
      ...(running && this.bar
        ? [
            h("span", { class: "hml-mono", title: running.text }, what),
            this.bar.root,
            button("cancel", this.interrupt, { class: "hml-link", "data-key": "cancel" }),
          ]
        : []),
    );
  }
}
