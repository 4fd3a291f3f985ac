import { oneLine } from "../shared/code";
import { h, write } from "../shared/dom";

export interface Cell {
  /** Text of the next cell; null: there is none yet. */
  code: string | null;
  /** Why there is none. */
  missing: string;
  /** The kernel was asked for another one. */
  asking: boolean;
  /** What becomes of it, where that is known. */
  word?: string;
}

/** The line at the bottom: always the next cell. */
export class Footer {
  private readonly code: HTMLElement = h("code", {
    // Only where it is read: a page looks for its rules whenever a title changes.
    onpointerenter: () => this.code.setAttribute("title", this.whole),
  });
  private whole = "";
  private readonly word = h("span", { class: "hml-word" });
  /** In the place of a cell that was overtaken, where the kernel has not answered at once. */
  private readonly late = h(
    "span",
    { class: "hml-late" },
    "The next cell follows when the kernel is free.",
  );
  readonly root = h(
    "footer",
    { class: "hml-footer" },
    h("div", { class: "hml-next-cell" }, this.code, this.late),
    this.word,
  );

  draw({ code, missing, asking, word: own }: Cell, word: string): void {
    write(this.code, code === null ? missing : oneLine(code));
    this.whole = code ?? "";
    this.root.classList.toggle("hml-lacks", code === null);
    this.root.classList.toggle("hml-asking", asking);
    write(this.word, code === null ? "no cell yet" : (own ?? word));
  }
}
