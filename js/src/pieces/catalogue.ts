import { button, fill, h, unique } from "../shared/dom";
import type { ObservablesState } from "../shared/state";
import { changed, type Field, frame } from "./form";

type Entry = ObservablesState["catalogue"][number];

/** Observables to choose from and those that were chosen; any other can be typed. */
export class Catalogue implements Field {
  readonly name = "observables";
  readonly root: HTMLElement;
  readonly say: Field["say"];
  private readonly chips = h("div", { class: "hml-chips" });
  private readonly menu = h("div", { class: "hml-catalogue" });
  private readonly search = h("input", {
    class: "hml-input",
    type: "text",
    id: unique("in"),
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "or type one, such as jet0,jet1.delta_r",
  });
  private picked: string[] = [];

  constructor(
    entries: Entry[],
    private readonly show: (name: string) => void,
  ) {
    const names = entries.map(({ name }) => h("option", { value: name }));
    const list = h("datalist", { id: unique("list") }, ...names);
    this.search.setAttribute("list", list.id);
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.add();
    });
    // What is being typed is not a change of the form yet.
    this.search.addEventListener("input", (event) => event.stopPropagation());
    const add = button("+ observable", () => this.add());
    const finder = h("div", { class: "hml-control" }, this.search, add, list);
    const control = h("div", {}, this.chips, finder, this.menu);
    const { root, say } = frame(this.name, "Observables", control, { input: this.search });
    this.root = root;
    this.say = say;
    this.drawMenu(entries);
  }

  get(): string[] {
    return [...this.picked];
  }

  set(value: unknown): void {
    this.picked = [...(value as string[])];
    this.draw();
  }

  focus(): void {
    this.search.focus();
  }

  private add(): void {
    const name = this.search.value.trim();
    this.search.value = "";
    if (name && !this.picked.includes(name)) this.toggle(name);
  }

  private toggle(name: string): void {
    const there = this.picked.includes(name);
    this.picked = there ? this.picked.filter((one) => one !== name) : [...this.picked, name];
    this.draw();
    changed(this.root);
    if (!there) this.show(name);
  }

  private draw(): void {
    const chip = (name: string) =>
      h(
        "span",
        { class: "hml-picked" },
        button(name, () => this.show(name), {
          class: "hml-link hml-mono",
          title: "show its histogram",
          "data-key": `show ${name}`,
        }),
        button("×", () => this.toggle(name), {
          class: "hml-remove",
          "aria-label": `remove ${name}`,
          "data-key": `remove ${name}`,
        }),
      );
    fill(this.chips, ...this.picked.map(chip));
    for (const node of this.menu.querySelectorAll<HTMLElement>(".hml-chip")) {
      const there = this.picked.includes(node.dataset.key ?? "");
      node.setAttribute("aria-pressed", String(there));
    }
  }

  private drawMenu(entries: Entry[]): void {
    const groups = new Map<string, Entry[]>();
    for (const one of entries) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
    const entry = ({ name, doc, unit }: Entry) =>
      button(name, () => this.toggle(name), {
        class: "hml-chip",
        "data-key": name,
        title: `${doc}${unit ? ` (${unit})` : ""}`,
        "aria-pressed": "false",
      });
    const group = ([name, members]: [string, Entry[]]) =>
      h(
        "div",
        { class: "hml-group" },
        h("span", { class: "hml-muted" }, name),
        h("div", { class: "hml-chips" }, ...members.map(entry)),
      );
    fill(this.menu, ...[...groups].map(group));
  }
}
