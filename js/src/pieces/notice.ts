import { button, h, write } from "../shared/dom";

/** The last thing the kernel said unasked; its place is kept free, so that nothing jumps. */
export class Notice {
  readonly root = h("div", { class: "hml-notice" });
  private readonly words = h("span", { role: "status", "aria-live": "polite" });
  private readonly close = button("×", () => this.show(""), {
    class: "hml-remove",
    "aria-label": "close the notice",
    hidden: true,
  });

  constructor() {
    this.root.append(this.words, this.close);
  }

  /** Put `text` in the place of the notice before; empty: nothing any more. */
  show(text: string): void {
    write(this.words, text);
    this.words.title = text;
    this.close.hidden = text === "";
  }
}
