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

const LATE = "The next cell follows when the kernel is free.";

/** The line at the bottom: always the next cell. */
export class Footer {
  private readonly code: HTMLElement = h("code", {
    // Only where it is read: a page looks for its rules whenever a title changes.
    onpointerenter: () => this.code.setAttribute("title", this.whole),
  });
  private whole = "";
  private readonly word = h("span", { class: "hml-word" });
  readonly root = h("footer", { class: "hml-footer" }, this.code, this.word);

  draw({ code, missing, asking, word: own }: Cell, word: string, busy: boolean): void {
    // A cell that was overtaken is not shown for as long as the kernel computes.
    const late = asking && busy;
    const lacks = late || code === null;
    write(this.code, late ? LATE : code === null ? missing : oneLine(code));
    this.whole = lacks ? "" : code;
    this.root.classList.toggle("hml-lacks", lacks);
    this.root.classList.toggle("hml-asking", asking && !busy);
    write(this.word, late ? "" : code === null ? "no cell yet" : (own ?? word));
  }
}
