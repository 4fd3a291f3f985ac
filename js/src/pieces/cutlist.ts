import type { Region } from "../shared/boardstate";
import { button, fill, h, unique, write } from "../shared/dom";
import { Entry } from "./entry";
import { moved, Proposal } from "./proposal";

export interface ListedCut {
  text: string;
  on: boolean;
}

const HINT = "Enter applies, Escape puts back";

interface Edited {
  at: number;
  text: string;
  entry: Entry;
}

/** The cuts in their order: switched on and off, moved, written anew, taken away, added. */
export class CutList {
  readonly root: HTMLElement;
  private readonly proposal: Proposal<ListedCut[]>;
  private readonly list = h("ol", { class: "hml-cuts", "aria-label": "cuts in their order" });
  private readonly none = h("p", { class: "hml-hint" }, "No cuts yet: drag a handle, or type one.");
  private readonly regions = h("div", { class: "hml-inline hml-regions", role: "group" });
  private readonly message = h("div", { class: "hml-message", role: "status" });
  private readonly add: Entry;
  private example = "";
  private named: Region[] = [];
  private edited: Edited | null = null;
  private dragged: { from: number; to: number } | null = null;

  constructor(events: { change(cuts: ListedCut[]): Promise<string> }) {
    this.proposal = new Proposal<ListedCut[]>([], () => this.show(), events.change);
    const id = unique("in");
    this.add = new Entry({ id }, (text) => this.append(text));
    const line = h(
      "div",
      { class: "hml-control" },
      this.add.input,
      button("Add", () => {
        this.add.input.focus();
        void this.add.submit();
      }),
    );
    const label = h("label", { class: "hml-label", htmlFor: id }, "add a cut");
    this.root = h(
      "div",
      { class: "hml-cutlist" },
      this.regions,
      this.none,
      this.list,
      this.message,
      h("div", { class: "hml-field" }, label, line, this.add.message),
    );
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.show();
  }

  /** `example`: a cut that could be typed; empty: none is known. */
  draw(cuts: ListedCut[], example = "", regions: Region[] = []): void {
    this.example = example;
    this.named = regions;
    this.add.input.placeholder = example;
    this.proposal.take(cuts.map(({ text, on }) => ({ text, on })));
  }

  private show(): void {
    this.dragged = null;
    const cuts = this.proposal.now;
    this.none.hidden = cuts.length > 0;
    const edited = this.edited ? this.place(this.edited) : -1;
    if (this.edited && edited < 0) this.edited = null;
    if (this.edited) this.edited.at = edited;
    const input = this.edited?.entry.input;
    const focused = input !== undefined && this.active() === input;
    this.regions.hidden = this.named.length === 0;
    fill(this.regions, "regions", ...this.named.map((one) => this.region(one, cuts)));
    fill(this.list, ...cuts.map((cut, at) => this.row(cut, at)));
    if (focused) input.focus({ preventScroll: true });
  }

  /** A switch of a region: its cut comes first, or goes. */
  private region({ name, text }: Region, cuts: ListedCut[]): HTMLButtonElement {
    const chosen = cuts.some((cut) => cut.on && cut.text === text);
    const others = cuts.filter((cut) => cut.text !== text);
    const next = chosen ? others : [{ text, on: true }, ...others];
    return button(name, () => void this.ask(next), {
      class: "hml-toggle",
      "data-key": `region ${name}`,
      "aria-pressed": String(chosen),
      title: text,
    });
  }

  private place({ at, text }: Edited): number {
    const cuts = this.proposal.now;
    return cuts[at]?.text === text ? at : cuts.findIndex((cut) => cut.text === text);
  }

  private row(cut: ListedCut, at: number): HTMLElement {
    const { text, on } = cut;
    const tick = h("input", {
      type: "checkbox",
      checked: on,
      "data-key": `on ${text}`,
      "aria-label": `apply ${text}`,
      onchange: () => void this.ask(this.with(at, { text, on: !on })),
    });
    const edited = this.edited?.at === at ? this.edited.entry : null;
    const rest = edited ? [edited.input, edited.message] : this.words(text, at);
    return h("li", { class: on ? "" : "hml-off" }, this.grip(at), tick, ...rest);
  }

  private words(text: string, at: number): HTMLElement[] {
    const attributes = {
      type: "button",
      class: "hml-link hml-mono",
      "data-key": `text ${text}`,
      title: "write it anew",
      "aria-label": `edit ${text}`,
      onclick: () => this.edit(at),
    };
    // A long text breaks behind the parts of its names.
    const parts = text.split(/(?<=[,_])/).flatMap((part) => [part, h("wbr")]);
    return [h("button", attributes, ...parts), ...this.buttons(text, at)];
  }

  private buttons(text: string, at: number): HTMLElement[] {
    const last = this.proposal.now.length - 1;
    const icon = (sign: string, label: string, idle: boolean, act: () => void) =>
      button(sign, () => !idle && act(), {
        class: "hml-remove",
        "data-key": `${label} ${text}`,
        "aria-label": `${label} ${text}`,
        // Not disabled: a button that moves its cut to the end keeps the focus.
        "aria-disabled": String(idle),
      });
    return [
      icon("↑", "move up", at === 0, () => this.move(at, at - 1)),
      icon("↓", "move down", at === last, () => this.move(at, at + 1)),
      icon("×", "take away", false, () => this.remove(at)),
    ];
  }

  /** What the pointer moves a cut by; the keys have the buttons. */
  private grip(at: number): HTMLElement {
    const drop = () => {
      const { dragged } = this;
      this.mark(null);
      if (dragged && dragged.to !== dragged.from) this.move(dragged.from, dragged.to);
    };
    const grip = h("span", {
      class: "hml-grip",
      "aria-hidden": "true",
      title: "drag to reorder",
      onpointerdown: (event: PointerEvent) => {
        if (event.button !== 0) return;
        event.preventDefault();
        grip.setPointerCapture?.(event.pointerId);
        this.mark({ from: at, to: at });
      },
      onpointermove: (event: PointerEvent) => {
        if (this.dragged) this.mark({ from: at, to: this.slot(at, event.clientY) });
      },
      onpointerup: drop,
      onpointercancel: () => this.mark(null),
    });
    return grip;
  }

  /** The place that a cut from `from` takes when it is let go at height `y`. */
  private slot(from: number, y: number): number {
    const others = [...this.list.children].filter((_, at) => at !== from);
    return others.filter((row) => {
      const { top, height } = row.getBoundingClientRect();
      return y > top + height / 2;
    }).length;
  }

  private mark(dragged: { from: number; to: number } | null): void {
    this.dragged = dragged;
    const { from, to } = dragged ?? { from: -1, to: -1 };
    [...this.list.children].forEach((row, at) => {
      row.classList.toggle("hml-lifted", at === from);
      row.classList.toggle("hml-before", at === to && to < from);
      row.classList.toggle("hml-after", at === to && to > from);
    });
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.edited) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }

  private edit(at: number): void {
    const text = this.proposal.now[at]?.text ?? "";
    const attributes = { "aria-label": `cut ${at + 1}` };
    const entry = new Entry(attributes, (typed) => this.rewrite(typed));
    entry.input.value = text;
    // Typed text waits for Enter or Escape. By then the focus is where it goes.
    entry.input.addEventListener("blur", () => setTimeout(() => this.leave(entry)));
    this.edited = { at, text, entry };
    this.show();
    entry.input.focus();
    entry.input.select();
    this.say(HINT, false);
  }

  /** Close an untouched line; what was pressed meanwhile stays where it is. */
  private leave(entry: Entry): void {
    const { edited } = this;
    const touched = entry.input.value !== edited?.text;
    if (edited?.entry !== entry || touched || this.active() === entry.input) return;
    this.edited = null;
    entry.message.remove();
    entry.input.replaceWith(...this.words(edited.text, edited.at));
    this.say("", false);
  }

  private active(): Element | null {
    return (this.root.getRootNode() as Document | ShadowRoot).activeElement;
  }

  /** Back to the text as it is, and the focus with it. */
  private close(): void {
    const at = this.edited?.at ?? -1;
    this.edited = null;
    this.say("", false);
    this.show();
    this.focus(at);
  }

  private focus(at: number): void {
    const row = this.list.children[at];
    (row?.querySelector<HTMLElement>(".hml-link") ?? this.add.input).focus();
  }

  private async rewrite(text: string): Promise<string> {
    const { edited } = this;
    if (!edited) return "";
    if (text === edited.text) return this.done(edited);
    if (!text) return "There is nothing to apply: × takes a cut away.";
    const on = this.proposal.now[edited.at]?.on ?? true;
    const wrong = await this.proposal.attempt(this.with(edited.at, { text, on }));
    return wrong || this.done(edited);
  }

  private done(edited: Edited): string {
    const active = this.active();
    const free = active === null || active === document.body || active === edited.entry.input;
    if (this.edited === edited) this.edited = null;
    this.say("", false);
    this.show();
    if (free) this.focus(edited.at);
    return "";
  }

  private async append(text: string): Promise<string> {
    if (!text) return `Type a cut first${this.example && `, such as ${this.example}`}.`;
    const wrong = await this.proposal.attempt([...this.proposal.now, { text, on: true }]);
    if (!wrong) this.add.input.value = "";
    return wrong;
  }

  private with(at: number, cut: ListedCut): ListedCut[] {
    return this.proposal.now.map((one, n) => (n === at ? cut : one));
  }

  private move(from: number, to: number): void {
    const { now } = this.proposal;
    void this.ask(moved(now, from, to), `${now[from]?.text} is cut ${to + 1} of ${now.length}`);
  }

  private remove(at: number): void {
    const { now } = this.proposal;
    void this.ask(
      now.filter((_, n) => n !== at),
      `${now[at]?.text} was taken away`,
    );
    this.focus(Math.min(at, now.length - 2));
  }

  private async ask(next: ListedCut[], told = ""): Promise<void> {
    this.say(told, false);
    const wrong = await this.proposal.ask(next);
    if (wrong) this.say(wrong, true);
  }

  private say(text: string, bad: boolean): void {
    write(this.message, text);
    this.message.classList.toggle("hml-bad", bad);
  }
}
