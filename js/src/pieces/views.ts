import { button, fill, h } from "../shared/dom";

/** A frame below a table that shows one thing of one row, until it is closed. */
export class View {
  readonly root = h("div", {
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === "Escape") this.close();
    },
  });
  /** Whose row is shown. */
  of: string | null = null;
  private opener: HTMLElement | null = null;
  private pictures: string[] = [];

  /** A text that was written line by line. */
  text(of: string, title: string, text: string): void {
    const frame = { class: "hml-log", tabindex: "0", role: "region", "aria-label": title };
    this.show(of, title, h("pre", frame, text));
  }

  /** PNG pictures with their names. */
  images(of: string, title: string, names: string[], buffers: DataView[]): void {
    this.forget();
    const figure = (name: string, at: number) => {
      const source = URL.createObjectURL(new Blob([buffers[at] as DataView<ArrayBuffer>]));
      this.pictures.push(source);
      const alt = `${title}: ${name}`;
      return h("figure", {}, h("img", { src: source, alt }), h("figcaption", {}, name));
    };
    const frame = { class: "hml-figures", tabindex: "0", role: "region", "aria-label": title };
    this.show(of, title, h("div", frame, ...names.map(figure)));
  }

  close(): void {
    const inside = this.root.contains((this.root.getRootNode() as Document).activeElement);
    this.forget();
    fill(this.root);
    if (inside && this.opener?.isConnected) this.opener.focus();
    this.of = null;
  }

  private show(of: string, title: string, content: HTMLElement): void {
    const active = (this.root.getRootNode() as Document).activeElement as HTMLElement | null;
    if (!this.root.contains(active)) this.opener = active;
    this.of = of;
    const close = button("×", () => this.close(), { class: "hml-remove", "aria-label": "close" });
    const head = h("div", { class: "hml-view-head" }, h("h3", {}, title), close);
    fill(this.root, h("section", { class: "hml-view" }, head, content));
    content.focus();
  }

  private forget(): void {
    for (const source of this.pictures) URL.revokeObjectURL(source);
    this.pictures = [];
  }
}
