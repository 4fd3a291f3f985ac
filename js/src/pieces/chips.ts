import { button, fill, h, write } from "../shared/dom";

/** What is done with chips elsewhere. */
export interface Duties {
  show(name: string): void;
  /** The names, or their order, have changed. */
  changed(): void;
  /** One that is wrong is to be written anew. */
  mend(name: string): void;
  /** The last one was taken out by its ×. */
  emptied(): void;
}

/** Names in an order: looked at, taken out, moved by Alt and arrows or dragged; wrong ones can be mended. */
export class Chips {
  readonly root = h("div", { class: "hml-chips", role: "group", "aria-label": "chosen" });
  readonly live = h("span", { class: "hml-live", role: "status", "aria-live": "polite" });
  private names: string[] = [];
  private bad: Record<string, string> = {};
  private dragged: string | null = null;

  constructor(private readonly duties: Duties) {
    this.draw();
  }

  get(): string[] {
    return [...this.names];
  }

  set(names: string[]): void {
    this.names = [...names];
    this.draw();
  }

  /** Mark those that the kernel does not take, with what it says of them. */
  blame(bad: Record<string, string>): void {
    this.bad = bad;
    this.draw();
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Put `name` at the end, or take it out. */
  toggle(name: string): void {
    this.put(this.has(name) ? this.names.filter((one) => one !== name) : [...this.names, name]);
  }

  private put(names: string[]): void {
    this.set(names);
    this.duties.changed();
  }

  private remove(name: string): void {
    const at = this.names.indexOf(name);
    this.toggle(name);
    const next = this.root.querySelectorAll<HTMLElement>(".hml-remove");
    if (next.length) next[Math.min(at, next.length - 1)]?.focus();
    else this.duties.emptied();
  }

  private move(name: string, to: number): void {
    const place = Math.max(0, Math.min(to, this.names.length - 1));
    if (place === this.names.indexOf(name)) return;
    const others = this.names.filter((one) => one !== name);
    this.put([...others.slice(0, place), name, ...others.slice(place)]);
    write(this.live, `${name} is number ${place + 1} of ${this.names.length}`);
  }

  private typed(event: KeyboardEvent, name: string): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!event.altKey || by === undefined) return;
    event.preventDefault();
    this.move(name, this.names.indexOf(name) + by);
  }

  private draw(): void {
    const none = h("span", { class: "hml-hint" }, "none yet: click one below");
    fill(this.root, ...(this.names.length ? this.names.map((name) => this.chip(name)) : [none]));
  }

  private chip(name: string): HTMLElement {
    const wrong = this.bad[name];
    const how = "show its histogram; drag it, or Alt with ← or →, to move it";
    const look = button(name, () => (wrong ? this.duties.mend(name) : this.duties.show(name)), {
      class: "hml-link hml-mono",
      title: wrong ? `${wrong}\n\nClick to mend it.` : how,
      "aria-invalid": wrong ? "true" : null,
      "data-key": `show ${name}`,
    });
    const remove = button("×", () => this.remove(name), {
      class: "hml-remove",
      "aria-label": `remove ${name}`,
      "data-key": `remove ${name}`,
    });
    return h(
      "span",
      {
        class: wrong ? "hml-picked hml-wrong" : "hml-picked",
        draggable: "true",
        onkeydown: (event: KeyboardEvent) => this.typed(event, name),
        ondragstart: (event: DragEvent) => {
          this.dragged = name;
          event.dataTransfer?.setData("text/plain", name);
        },
        ondragover: (event: DragEvent) => {
          if (this.dragged) event.preventDefault();
        },
        ondrop: (event: DragEvent) => {
          event.preventDefault();
          if (this.dragged) this.move(this.dragged, this.names.indexOf(name));
        },
        ondragend: () => {
          this.dragged = null;
        },
      },
      look,
      remove,
    );
  }
}
