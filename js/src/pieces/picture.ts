import { fill, h, write } from "../shared/dom";
import type { PictureValue } from "../shared/state";

/** What an image or a graph of the events looks like, drawn by the kernel. */
export class Picture {
  private readonly message = h("div", { class: "hml-message" });
  private readonly holder = h("div", { class: "hml-picture" });
  private readonly doc = h("p", { class: "hml-hint" });
  readonly root = h("div", {}, this.holder, this.message, this.doc);

  wait(): void {
    this.holder.classList.add("hml-waiting");
  }

  draw({ png, error, notes, about }: PictureValue): void {
    this.holder.classList.remove("hml-waiting");
    const source = png ? `data:image/png;base64,${png}` : null;
    fill(this.holder, source ? h("img", { src: source, alt: about }) : null);
    fill(this.message, ...(error ? [error] : (notes ?? []).map((note) => h("p", {}, note))));
    this.message.classList.toggle("hml-bad", Boolean(error));
    write(this.doc, error ? "" : (about ?? ""));
  }
}
