import { fill, h } from "../shared/dom";
import type { PictureValue } from "../shared/state";
import { tell } from "./form";

/** What an image or a graph of the events looks like, drawn by the kernel. */
export class Picture {
  private readonly message = h("div", { class: "hml-message" });
  private readonly holder = h("div", { class: "hml-picture" });
  readonly root = h("div", {}, this.holder, this.message);

  wait(): void {
    this.holder.classList.add("hml-waiting");
  }

  draw({ pictures, error, notes }: PictureValue): void {
    this.holder.classList.remove("hml-waiting");
    const figure = ({ png, about }: PictureValue["pictures"][number]) =>
      h(
        "figure",
        {},
        h("img", { src: `data:image/png;base64,${png}`, alt: about }),
        h("figcaption", { class: "hml-hint" }, about),
      );
    fill(this.holder, ...pictures.map(figure));
    tell(this.message, error ?? "", Boolean(error));
    if (!error) fill(this.message, ...notes.map((note) => h("p", {}, note)));
  }
}
