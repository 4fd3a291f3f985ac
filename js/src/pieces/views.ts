import { button, fill, h } from "../shared/dom";

/** A frame below a table that shows one thing of one row, until it is closed. */
export class View {
  readonly root = h("div", {});
  private pictures: string[] = [];

  /** A text that was written line by line. */
  text(title: string, text: string): void {
    const lines = h("pre", { class: "hml-log", tabindex: "0", "aria-label": title }, text);
    this.show(title, lines);
  }

  /** PNG pictures with their names. */
  images(title: string, names: string[], buffers: DataView[]): void {
    this.forget();
    const figure = (name: string, at: number) => {
      const source = URL.createObjectURL(new Blob([buffers[at] as DataView<ArrayBuffer>]));
      this.pictures.push(source);
      const alt = `${title}: ${name}`;
      return h("figure", {}, h("img", { src: source, alt }), h("figcaption", {}, name));
    };
    this.show(title, h("div", { class: "hml-figures", tabindex: "0" }, ...names.map(figure)));
  }

  close(): void {
    this.forget();
    fill(this.root);
  }

  private show(title: string, content: HTMLElement): void {
    const close = button("×", () => this.close(), { class: "hml-remove", "aria-label": "close" });
    const head = h("div", { class: "hml-view-head" }, h("h3", {}, title), close);
    fill(this.root, h("section", { class: "hml-view", "aria-label": title }, head, content));
    content.focus();
  }

  private forget(): void {
    for (const source of this.pictures) URL.revokeObjectURL(source);
    this.pictures = [];
  }
}
