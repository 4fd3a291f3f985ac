import { fill, h, unique } from "../shared/dom";
import type { Ranks } from "../shared/state";

export interface Observable {
  name: string;
  doc: string;
  unit: string;
  group: string;
  /** Other words by which it is found. */
  also?: string;
}

const BAR = 44;

/** What is done with an offer elsewhere. */
interface Acts {
  take(name: string): void;
  show(name: string): void;
  /** Back to the field above. */
  leave(): void;
}

const NONE = "nothing in the catalogue; Enter adds it as your own";

/** A list of observables, walked through by keys. */
export class Offers {
  readonly root = h("ul", {
    class: "hml-catalogue",
    role: "listbox",
    id: unique("list"),
    tabIndex: 0,
    "aria-label": "catalogue",
    "aria-multiselectable": "true",
  });
  private shown: Observable[] = [];
  private at = -1;

  constructor(private readonly acts: Acts) {
    this.root.addEventListener("keydown", (event) => this.moved(event));
    this.root.addEventListener("focus", () => this.mark(Math.max(this.at, 0)));
  }

  /** Show observables with what is known of them, under headings or not. */
  draw(shown: Observable[], ranks: Ranks, headed: boolean): void {
    this.shown = shown;
    let group = "";
    const rows = shown.flatMap((entry) => {
      const head = headed && entry.group !== group ? [heading(entry.group)] : [];
      group = entry.group;
      return [...head, row(entry, ranks[entry.name], () => this.acts.take(entry.name))];
    });
    fill(this.root, ...(rows.length ? rows : [heading(NONE)]));
    this.at = -1;
    this.root.removeAttribute("aria-activedescendant");
  }

  /** Tick what was taken. */
  tick(taken: (name: string) => boolean): void {
    for (const node of this.options) {
      node.setAttribute("aria-selected", String(taken(node.dataset.name ?? "")));
    }
  }

  private get options(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>('[role="option"]')];
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
    else if ((event.key === "Enter" || event.key === " ") && name) this.acts.take(name);
    else if (event.key === "Escape") this.acts.leave();
    else return;
    event.preventDefault();
  }

  /** The entry that keys act on. */
  private mark(place: number): void {
    this.at = place;
    const { options } = this;
    options.forEach((option, n) => {
      option.classList.toggle("hml-at", n === place);
    });
    const marked = options[place];
    if (!marked) return;
    this.root.setAttribute("aria-activedescendant", marked.id);
    marked.scrollIntoView?.({ block: "nearest" });
    this.acts.show(marked.dataset.name ?? "");
  }
}

/** A line above observables of the same objects. */
function heading(text: string): HTMLElement {
  return h("li", { class: "hml-catalogue-head", role: "presentation" }, text);
}

/** An observable that can be taken, with what is known of it. */
function row(
  { name, doc, unit }: Observable,
  rank: Ranks[string] | undefined,
  take: () => void,
): HTMLElement {
  const power = rank?.separation ?? null;
  const missing = rank && rank.missing > 0 ? `${percent(rank.missing)} missing` : "";
  const bar =
    power === null ? "" : h("span", { class: "hml-power", style: `width:${BAR * power}px` });
  const told = power === null ? "" : `, separation ${power.toFixed(2)}`;
  return h(
    "li",
    {
      role: "option",
      id: unique("option"),
      "data-name": name,
      "aria-label": `${name}: ${doc}${unit ? `, ${unit}` : ""}${told}${missing ? `, ${missing}` : ""}`,
      title: `${doc}${unit ? ` (${unit})` : ""}${missing ? `; ${missing}` : ""}`,
      onclick: take,
    },
    h("span", { class: "hml-taken", "aria-hidden": "true" }, "✓"),
    h("span", { class: "hml-mono" }, name),
    h("span", { class: "hml-unit" }, unit),
    h("span", { class: "hml-muted" }, doc),
    h("span", { class: "hml-muted" }, missing),
    h("span", { class: "hml-powers" }, bar),
    h("span", { class: "hml-number" }, power === null ? "" : power.toFixed(2)),
  );
}

function percent(part: number): string {
  return part < 0.01 ? "< 1 %" : `${Math.round(100 * part)} %`;
}
