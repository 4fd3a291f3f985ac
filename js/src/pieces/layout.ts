import { button, fill, h, unique, write } from "../shared/dom";
import type { Word } from "../shared/state";
import { type Arrangement, rebinned, shifted, without } from "./arrangement";
import { Pairs } from "./pairs";
import { Proposal } from "./proposal";
import { suggest, whole } from "./suggest";
import { Binning, type Bins } from "./viewmenu";

export type { Arrangement } from "./arrangement";
export { type ViewEvents, ViewMenu } from "./viewmenu";

interface Named {
  name: string;
  unit: string;
}

interface Row {
  root: HTMLElement;
  binning: Binning;
  unit: HTMLElement;
  up: HTMLElement;
  down: HTMLElement;
}
const EMPTY: Arrangement = {
  observables: [],
  maps: [],
  how: "stacked",
  below: "significance",
  log: false,
  snap: false,
  luminosity: null,
  uncertainty: 0,
};

function searchFor(catalogue: Named[]): string {
  const names = catalogue.slice(0, 2).map(({ name }) => name);
  if (names.length === 0) return "every column is on the board";
  return `search: ${names.join(", ")}${catalogue.length > names.length ? " …" : ""}`;
}

/** The observables and 2-D views of the board, behind a button; how they are drawn is left as it is. */
export class LayoutForm {
  readonly root: HTMLElement;
  /** The button and the panel it opens; they may be put in different places. */
  readonly toggle: HTMLButtonElement;
  readonly panel: HTMLElement;
  private readonly proposal: Proposal<Arrangement>;
  private readonly message = h("div", { class: "hml-message", role: "status" });
  private readonly list = h("ol", { class: "hml-arranged", "aria-label": "histograms in order" });
  private readonly pairs = new Pairs((maps) => this.ask({ maps }));
  private readonly search = h("input", {
    class: "hml-input",
    id: unique("in"),
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
  });
  private readonly unknown = h("div", {
    class: "hml-message",
    role: "status",
    id: unique("message"),
  });
  private rows = new Map<string, Row>();
  private catalogue: Named[] = [];
  private words: Word[] = [];
  private most = 1;

  constructor(events: { change(next: Arrangement): Promise<string> }) {
    this.proposal = new Proposal<Arrangement>(EMPTY, () => this.show(), events.change);
    const id = unique("panel");
    this.panel = h(
      "div",
      { class: "hml-arrangement", id, hidden: true },
      h("section", { class: "hml-wide" }, ...this.finder(), this.list),
      h("section", {}, this.pairs.root, this.message),
    );
    this.toggle = button("Arrange", () => this.open(this.panel.hidden === true), {
      class: "hml-button hml-disclosure",
      "aria-expanded": "false",
      "aria-controls": id,
    });
    this.root = h("div", { class: "hml-arrange" }, this.toggle, this.panel);
  }

  /** `most`: bins that a histogram can have. */
  draw(now: Arrangement, catalogue: Named[], most: number): void {
    this.catalogue = catalogue;
    this.most = most;
    this.words = catalogue.map(({ name, unit }) => [name, unit]);
    this.search.placeholder = searchFor(catalogue);
    this.proposal.take(now);
    this.show();
  }

  /** The field that finds an observable, its label and its message. */
  private finder(): HTMLElement[] {
    const { search } = this;
    search.setAttribute("aria-describedby", this.unknown.id);
    // The list takes the keys first: Enter that chose a word has done its work.
    const list = suggest(
      search,
      whole(() => this.words),
    );
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.defaultPrevented) this.add();
    });
    search.addEventListener("input", (event) => {
      this.tell("");
      // A word from the list comes as a plain event, what is typed as an InputEvent.
      if (!(event instanceof InputEvent) && this.known(search.value)) this.add();
    });
    const label = { class: "hml-label", htmlFor: search.id };
    return [
      h("label", label, "observables"),
      h(
        "div",
        { class: "hml-control" },
        search,
        button("Add", () => this.add()),
        list,
      ),
      this.unknown,
    ];
  }

  private open(yes: boolean): void {
    this.panel.hidden = !yes;
    this.toggle.setAttribute("aria-expanded", String(yes));
  }

  private show(): void {
    const { observables, maps } = this.proposal.now;
    this.showRows(observables);
    const names = observables.map(({ name }) => name);
    const others = this.catalogue.map(({ name }) => name).filter((name) => !names.includes(name));
    this.pairs.draw(maps, names, others);
  }

  private showRows(observables: Arrangement["observables"]): void {
    const before = [...this.rows.keys()];
    const names = observables.map(({ name }) => name);
    this.rows = new Map(names.map((name) => [name, this.rows.get(name) ?? this.row(name)]));
    // Rows that stay where they are keep caret and selection.
    if (JSON.stringify(before) !== JSON.stringify(names))
      fill(this.list, ...[...this.rows.values()].map(({ root }) => root));
    observables.forEach(({ name, unit, bins, range }, at) => {
      const row = this.rows.get(name);
      if (!row) return;
      row.binning.put({ bins, range }, this.most);
      write(row.unit, unit ?? "");
      row.up.setAttribute("aria-disabled", String(at === 0));
      row.down.setAttribute("aria-disabled", String(at === names.length - 1));
    });
  }

  private row(name: string): Row {
    const unit = h("span", { class: "hml-unit" });
    const binning = new Binning(name, (next) => this.rebin(name, next));
    const icon = (sign: string, label: string, act: () => void) =>
      button(sign, act, {
        class: "hml-remove",
        "data-key": `${label} ${name}`,
        "aria-label": `${label} ${name}`,
      });
    const up = icon("↑", "move up", () => this.move(name, -1));
    const down = icon("↓", "move down", () => this.move(name, 1));
    const away = icon("×", "take away", () => this.remove(name));
    const root = h(
      "li",
      {},
      h("span", { class: "hml-title" }, h("span", { class: "hml-name", title: name }, name), unit),
      binning.root,
      h("span", { class: "hml-icons" }, up, down, away),
      binning.message,
    );
    return { root, binning, unit, up, down };
  }

  private known(name: string): Named | undefined {
    return this.catalogue.find((entry) => entry.name === name.trim());
  }

  private add(): void {
    const typed = this.search.value.trim();
    const { observables } = this.proposal.now;
    const entry = this.known(typed);
    const there = observables.some(({ name }) => name === typed);
    this.search.focus();
    if (there) this.tell(`${typed} is on the board already.`);
    else if (!typed) this.tell("Type a name; arrow down lists all.");
    else if (!entry)
      this.tell(`${typed} is not in this dataset: add it in the Lab, under Observables.`);
    else {
      this.search.value = "";
      this.ask({ observables: [...observables, { ...entry, bins: null, range: null }] });
    }
  }

  private move(name: string, by: -1 | 1): void {
    const { now } = this.proposal;
    const next = shifted(now, name, by);
    if (next !== now) this.ask(next);
  }

  private remove(name: string): void {
    const { now } = this.proposal;
    const at = now.observables.findIndex((one) => one.name === name);
    this.ask(without(now, name));
    const next = this.list.children[Math.min(at, now.observables.length - 2)];
    (next?.querySelector<HTMLElement>(".hml-remove:last-child") ?? this.search).focus();
  }

  private rebin(name: string, next: Bins): void {
    this.ask(rebinned(this.proposal.now, name, next));
  }

  private ask(part: Partial<Arrangement>): void {
    this.say("");
    void this.proposal.ask({ ...this.proposal.now, ...part }).then((wrong) => {
      if (wrong) this.say(wrong);
    });
  }

  private say(wrong: string): void {
    write(this.message, wrong);
    this.message.classList.toggle("hml-bad", wrong !== "");
  }

  /** What is wrong with the name that is searched for. */
  private tell(wrong: string): void {
    write(this.unknown, wrong);
    this.unknown.classList.toggle("hml-bad", wrong !== "");
    this.search.setAttribute("aria-invalid", String(wrong !== ""));
  }
}
