import "./alone.css";
import { CodeLine } from "../pieces/codeline";
import { h } from "../shared/dom";
import type { Host } from "./host";
import { Live } from "./live";

type Behind = Pick<Host, "request" | "commit" | "hint" | "still" | "locked">;

/** A board that stands by itself: the histograms, what belongs beside them, and the cell below. */
export class Standing {
  readonly root: HTMLElement;
  readonly live: Live;
  private readonly line = new CodeLine();
  private shown: [string | null, string] = [null, ""];

  constructor(behind: Behind) {
    const host: Host = {
      ...behind,
      cell: (code, missing) => {
        this.shown = [code, missing];
        this.line.draw(code, missing);
      },
      asking: () => this.line.draw(...this.shown, true),
    };
    this.live = new Live(host);
    const body = h(
      "div",
      { class: "hml-body" },
      h("div", { class: "hml-main" }, ...this.live.main),
      h("div", { class: "hml-side" }, ...this.live.side),
    );
    this.root = h(
      "div",
      {
        class: "hml-lab hml-alone",
        "data-lm-suppress-shortcuts": "true",
        onkeydown: (event: Event) => event.stopPropagation(),
      },
      body,
      this.line.root,
    );
  }

  dispose(): void {
    this.live.dispose();
    this.line.dispose();
    this.root.remove();
  }
}
