import { button, h, unique, write } from "../shared/dom";
import { reason } from "../shared/kernel";
import type { Ranks, Word } from "../shared/state";
import { Chips } from "./chips";
import { changed, type Field, frame } from "./form";
import { type Observable, Offers } from "./offers";

/** What the kernel says of a text: how it writes it, or what is wrong with it. */
export interface Answer {
  name: string;
  error: string | null;
}
/** What is done with observables elsewhere. */
export interface Duties {
  show(name: string): void;
  ask(text: string): Promise<Answer>;
}

const SEPARATION = "0: the same shape in signal and background, 1: no overlap";
/** Answers that come sooner need no words of waiting. */
const SOON = 400;

/** Observables to choose from and those that were chosen; any other can be typed. */
export class Catalogue implements Field {
  readonly root: HTMLElement;
  private readonly chips = new Chips({
    show: (name) => this.show(name),
    changed: () => this.picked(),
    mend: (name) => this.mend(name),
    emptied: () => this.focus(),
  });
  private readonly offers = new Offers({
    take: (name) => this.toggle(name),
    show: (name) => this.show(name),
    leave: () => this.focus(),
  });
  private readonly count = h("span", { class: "hml-muted hml-count", "aria-live": "polite" });
  private readonly search = h("input", {
    class: "hml-input",
    type: "text",
    id: unique("in"),
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "search: mass, met, two jets …  or type any: jet0.pt / jet1.pt",
  });
  private readonly order = h("input", { type: "checkbox", id: unique("in") });
  private readonly tell: Field["say"];
  private readonly message: Element | null;
  /** What the form says, and what is wrong with the text that is typed. */
  private told: [text: string, bad: boolean] = ["", false];
  private refused = "";
  private ranks: Ranks = {};
  private shown: Observable[] = [];
  private all: Observable[];
  private current = "";
  private before: string[] = [];

  constructor(
    readonly name: string,
    label: string,
    private readonly entries: Observable[],
    private readonly duties: Duties,
  ) {
    this.all = entries;
    this.search.addEventListener("keydown", (event) => this.typed(event));
    // What is being typed is not a change of the form yet.
    this.search.addEventListener("input", (event) => {
      event.stopPropagation();
      this.refuse("");
      this.draw();
    });
    this.order.addEventListener("input", (event) => event.stopPropagation());
    this.order.addEventListener("change", () => this.draw());
    const tick = { class: "hml-tick", title: SEPARATION };
    const sort = h("label", tick, this.order, " best separation first");
    const add = button("+ typed", () => void this.add(), { title: "add what is typed" });
    const finder = h("div", { class: "hml-control" }, this.search, add, sort, this.count);
    const heads = ["", "observable", "unit", "meaning", "", "separation"];
    const legend = h(
      "div",
      { class: "hml-catalogue-legend", "aria-hidden": "true" },
      ...heads.map((text) => h("span", { title: text === "separation" ? SEPARATION : null }, text)),
    );
    const control = h(
      "div",
      {},
      this.chips.root,
      finder,
      legend,
      this.offers.root,
      this.chips.live,
    );
    const { root, say } = frame(name, label, control, { input: this.search });
    this.root = root;
    this.tell = say;
    this.message = root.querySelector(".hml-message");
    if (this.message) legend.before(this.message);
    this.draw();
  }

  get(): string[] {
    return this.chips.get();
  }

  set(value: unknown): void {
    this.chips.set(value as string[]);
    this.select();
  }

  say(text: string, bad: boolean): void {
    this.told = [text, bad];
    if (this.refused) this.tell(this.refused, true);
    else this.tell(text, bad);
    this.message?.classList.toggle("hml-warn", !bad && text !== "");
  }

  focus(): void {
    this.search.focus();
  }

  /** Mark chips that the kernel does not take. */
  blame(bad: Record<string, string>): void {
    this.chips.blame(bad);
  }

  /** Take what is known of the observables in the sources that are chosen. */
  rank(ranks: Ranks): void {
    this.ranks = ranks;
    this.draw();
  }

  /** Offer more observables, above the others. */
  offer(more: Observable[]): void {
    const all = [...more, ...this.entries];
    if (all.length === this.all.length && all[0] === this.all[0]) return;
    this.all = all;
    this.draw();
  }

  /** Take another label. */
  caption(text: string): void {
    const label = this.root.querySelector(".hml-label");
    if (label) write(label, text);
  }

  /** Names, for completion elsewhere. */
  get words(): Word[] {
    return this.all.map(({ name, doc, unit }) => [name, unit ? `${doc}, ${unit}` : doc]);
  }

  /** What an observable means, as far as the catalogue knows. */
  doc(name: string): string {
    return this.all.find((one) => one.name === name)?.doc ?? "";
  }

  /** Look at an observable. */
  show(name: string): void {
    this.current = name;
    this.duties.show(name);
  }

  private typed(event: KeyboardEvent): void {
    const text = this.search.value.trim();
    if (event.key === "Escape" && text) this.clear();
    else if (event.key === "ArrowDown" && this.shown.length) this.offers.root.focus();
    else if (event.key === "Enter") this.enter(text);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** One of the catalogue is taken, what is found is walked through, anything else is the user's own. */
  private enter(text: string): void {
    const exact = this.all.some(({ name }) => name === text);
    if (text && !exact && this.shown.length) this.offers.root.focus();
    else void this.add();
  }

  private clear(): void {
    this.search.value = "";
    this.refuse("");
    this.draw();
  }

  /** Add what is typed, once the kernel takes it; what it refuses stays to be mended. */
  private async add(): Promise<void> {
    const text = this.search.value.trim();
    if (!text) return;
    const known = this.all.some(({ name }) => name === text);
    const { name, error } = known ? { name: text, error: null } : await this.asked(text);
    const same = this.search.value.trim() === text;
    if (error !== null && same) {
      this.refuse(error);
      return;
    }
    if (same) this.clear();
    if (!this.chips.has(name)) this.toggle(name);
  }

  private async asked(text: string): Promise<Answer> {
    const waiting = setTimeout(() => this.tell("asking the kernel …", false), SOON);
    try {
      return await this.duties.ask(text);
    } catch (error) {
      return { name: text, error: reason(error) };
    } finally {
      clearTimeout(waiting);
      this.say(...this.told);
    }
  }

  private refuse(text: string): void {
    this.refused = text;
    this.say(...this.told);
  }

  /** Put a wrong one back into the field. */
  private mend(name: string): void {
    this.search.value = name;
    this.chips.toggle(name);
    this.draw();
    this.focus();
  }

  private toggle(name: string): void {
    const there = this.chips.has(name);
    this.chips.toggle(name);
    if (!there) this.show(name);
  }

  /** Another choice: if what is looked at was taken out, the first that is left is. */
  private picked(): void {
    const now = this.chips.get();
    const gone = this.before.includes(this.current) && !now.includes(this.current);
    this.select();
    changed(this.root);
    if (gone && now[0]) this.show(now[0]);
  }

  private select(): void {
    this.before = this.chips.get();
    this.offers.tick((name) => this.chips.has(name));
  }

  private draw(): void {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const speaks = ({ name, doc, group, unit, also }: Observable) => {
      const text = `${name} ${doc} ${group} ${unit} ${also ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    const found = this.all.filter(speaks);
    const best = this.order.checked;
    this.shown = best ? [...found].sort((a, b) => this.power(b) - this.power(a)) : found;
    this.offers.draw(this.shown, this.ranks, !best);
    const all = this.shown.length === this.all.length;
    write(this.count, all ? "" : `${this.shown.length} of ${this.all.length}`);
    this.select();
  }

  private power({ name }: Observable): number {
    return this.ranks[name]?.separation ?? -1;
  }
}
