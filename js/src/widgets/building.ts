import { ProgressBar } from "../pieces/progress";
import { button, fill, h } from "../shared/dom";
import type { Progress } from "../shared/kernel";
import type { End } from "../shared/recorder";
import type { Bench } from "./panel";

/** What is being made, beside the button that asked for it: how far it is, and a way to stop it. */
export class Building {
  readonly root = h("div", { class: "hml-running" });
  private bar: ProgressBar | null = null;

  constructor(private readonly bench: Bench) {}

  /** A cell was asked for; it may have to wait for others. */
  begin(name: string, committed: Promise<End>): void {
    fill(this.root, h("span", { class: "hml-muted" }, `${name} is asked for …`));
    void committed.finally(() => this.end());
  }

  hear(message: Progress): void {
    if (!this.bar) {
      this.bar = new ProgressBar("building");
      const cancel = button("cancel", () => this.bench.interrupt(), { class: "hml-link" });
      fill(this.root, this.bar.root, cancel);
    }
    this.bar.hear(message);
  }

  end(): void {
    this.bar = null;
    const page = this.root.getRootNode() as Document | ShadowRoot;
    const had = this.root.contains(page.activeElement);
    fill(this.root);
    // What was canceled by keyboard can be asked for again.
    const button = this.root.closest("form")?.querySelector<HTMLElement>("[type=submit]");
    if (had) button?.focus({ preventScroll: true });
  }
}
