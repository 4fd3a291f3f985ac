import { button, fill, h, unique, write } from "../shared/dom";
import type { Ranks, Word } from "../shared/state";
import { changed, type Field, frame } from "./form";

export interface Observable {
  name: string;
  doc: string;
  unit: string;
  group: string;
}

const BAR = 44;

/** Observables to choose from and those that were chosen; any other can be typed. */
export class Catalogue implements Field {
  readonly root: HTMLElement;
  readonly say: Field["say"];
  private readonly chips = h("div", { class: "hml-chips" });
  private readonly list = h("ul", {
    class: "hml-catalogue",
    role: "listbox",
    id: unique("list"),
    tabIndex: 0,
    "aria-label": "catalogue",
    "aria-multiselectable": "true",
  });
  private readonly count = h("span", { class: "hml-muted", "aria-live": "polite" });
  private readonly search = h("input", {
    class: "hml-input",
    type: "text",
    id: unique("in"),
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "search: mass, met, two jets …  or type any: jet0.pt / jet1.pt",
  });
  private readonly order = h("input", { type: "checkbox", id: unique("in") });
  private picked: string[] = [];
  private ranks: Ranks = {};
  private shown: Observable[] = [];
  private at = -1;

  constructor(
    readonly name: string,
    label: string,
    private readonly entries: Observable[],
    private readonly show: (name: string) => void,
  ) {
    this.search.addEventListener("keydown", (event) => this.typed(event));
    // What is being typed is not a change of the form yet.
    this.search.addEventListener("input", (event) => {
      event.stopPropagation();
      this.draw();
    });
    this.order.addEventListener("input", (event) => event.stopPropagation());
    this.order.addEventListener("change", () => this.draw());
    this.list.addEventListener("keydown", (event) => this.moved(event));
    this.list.addEventListener("focus", () => this.mark(Math.max(this.at, 0)));
    const sort = h("label", { class: "hml-tick" }, this.order, " best separation first");
    const add = button("+ typed", () => this.add(), { title: "add what is typed" });
    const finder = h("div", { class: "hml-control" }, this.search, add, sort, this.count);
    const heads = ["observable", "unit", "meaning", "", "separation"];
    const legend = h(
      "div",
      { class: "hml-catalogue-legend", "aria-hidden": "true" },
      ...heads.map((text) => h("span", {}, text)),
    );
    const control = h("div", {}, this.chips, finder, legend, this.list);
    const { root, say } = frame(name, label, control, { input: this.search });
    this.root = root;
    this.say = say;
    this.draw();
  }

  get(): string[] {
    return [...this.picked];
  }

  set(value: unknown): void {
    this.picked = [...(value as string[])];
    this.drawPicked();
  }

  focus(): void {
    this.search.focus();
  }

  /** Take what is known of the observables in the sources that are chosen. */
  rank(ranks: Ranks): void {
    this.ranks = ranks;
    this.draw();
  }

  /** Take another label. */
  caption(text: string): void {
    const label = this.root.querySelector(".hml-label");
    if (label) write(label, text);
  }

  /** Names, for completion elsewhere. */
  get words(): Word[] {
    return this.entries.map(({ name, doc, unit }) => [name, unit ? `${doc}, ${unit}` : doc]);
  }

  private typed(event: KeyboardEvent): void {
    if (event.key === "Enter") this.add();
    else if (event.key === "ArrowDown" && this.shown.length) this.list.focus();
    else return;
    event.preventDefault();
  }

  private add(): void {
    const name = this.search.value.trim();
    this.search.value = "";
    this.draw();
    if (name && !this.picked.includes(name)) this.toggle(name);
  }

  private toggle(name: string): void {
    const there = this.picked.includes(name);
    this.picked = there ? this.picked.filter((one) => one !== name) : [...this.picked, name];
    this.drawPicked();
    changed(this.root);
    if (!there) this.show(name);
  }

  private moved(event: KeyboardEvent): void {
    const last = this.shown.length - 1;
    const places: Record<string, number> = {
      ArrowDown: Math.min(this.at + 1, last),
      ArrowUp: Math.max(this.at - 1, 0),
      PageDown: Math.min(this.at + 8, last),
      PageUp: Math.max(this.at - 8, 0),
      Home: 0,
      End: last,
    };
    const place = places[event.key];
    const name = this.shown[this.at]?.name;
    if (place !== undefined) this.mark(place);
    else if ((event.key === "Enter" || event.key === " ") && name) this.toggle(name);
    else return;
    event.preventDefault();
  }

  /** The entry that keys act on. */
  private mark(place: number): void {
    this.at = place;
    const options = [...this.list.querySelectorAll<HTMLElement>('[role="option"]')];
    options.forEach((option, n) => {
      option.classList.toggle("hml-at", n === place);
    });
    const marked = options[place];
    if (!marked) return;
    this.list.setAttribute("aria-activedescendant", marked.id);
    marked.scrollIntoView?.({ block: "nearest" });
    this.show(marked.dataset.name ?? "");
  }

  private drawPicked(): void {
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
    const none = h("span", { class: "hml-hint" }, "none yet: click one below");
    fill(this.chips, ...(this.picked.length ? this.picked.map(chip) : [none]));
    for (const node of this.list.querySelectorAll<HTMLElement>("[data-name]")) {
      node.setAttribute("aria-selected", String(this.picked.includes(node.dataset.name ?? "")));
    }
  }

  private draw(): void {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const speaks = ({ name, doc, group, unit }: Observable) => {
      const text = `${name} ${doc} ${group} ${unit}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    const found = this.entries.filter(speaks);
    const best = this.order.checked;
    this.shown = best ? [...found].sort((a, b) => this.power(b) - this.power(a)) : found;
    let group = "";
    const rows = this.shown.flatMap((entry) => {
      const head = !best && entry.group !== group ? [this.head(entry.group)] : [];
      group = entry.group;
      return [...head, this.row(entry)];
    });
    fill(this.list, ...rows);
    this.at = -1;
    this.list.removeAttribute("aria-activedescendant");
    const all = this.shown.length === this.entries.length;
    write(this.count, all ? "" : `${this.shown.length} of ${this.entries.length}`);
    this.drawPicked();
  }

  private power({ name }: Observable): number {
    return this.ranks[name]?.separation ?? -1;
  }

  private head(group: string): HTMLElement {
    return h("li", { class: "hml-catalogue-head", role: "presentation" }, group);
  }

  private row({ name, doc, unit }: Observable): HTMLElement {
    const rank = this.ranks[name];
    const power = rank?.separation ?? null;
    const bar = h("span", { class: "hml-power", style: `width:${BAR * (power ?? 0)}px` });
    const missing = rank && rank.missing > 0 ? `${percent(rank.missing)} missing` : "";
    const told = power === null ? "" : `, separation ${power.toFixed(2)}`;
    return h(
      "li",
      {
        role: "option",
        id: unique("option"),
        "data-name": name,
        "aria-label": `${name}: ${doc}${unit ? `, ${unit}` : ""}${told}${missing ? `, ${missing}` : ""}`,
        title: `${doc}${unit ? ` (${unit})` : ""}`,
        onclick: () => this.toggle(name),
      },
      h("span", { class: "hml-mono" }, name),
      h("span", { class: "hml-unit" }, unit),
      h("span", { class: "hml-muted hml-said" }, doc),
      h("span", { class: "hml-muted" }, missing),
      h("span", { class: "hml-powers" }, bar),
      h("span", { class: "hml-number" }, power === null ? "" : power.toFixed(2)),
    );
  }
}

function percent(part: number): string {
  return part < 0.01 ? "< 1 %" : `${Math.round(100 * part)} %`;
}
