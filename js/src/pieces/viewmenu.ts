import { button, h, unique, write } from "../shared/dom";
import { typed } from "../shared/numbers";

/** Bins and range of a histogram; null where they are chosen for it. */
export interface Bins {
  bins: number | null;
  range: [number, number] | null;
}

/** What is wrong with the three texts, and with which of them. */
function fault(
  [bins = "", low = "", high = ""]: string[],
  most: number,
): { text: string; at: number[] } {
  const n = typed(bins);
  if (bins !== "" && !(Number.isInteger(n) && n >= 1 && n <= most))
    return { text: `bins: a whole number from 1 to ${most}`, at: [0] };
  if (low === "" && high === "") return { text: "", at: [] };
  const [from, to] = [typed(low), typed(high)];
  if (!Number.isFinite(from))
    return { text: low ? `${low} is not a number` : "where does the range begin?", at: [1] };
  if (!Number.isFinite(to))
    return { text: high ? `${high} is not a number` : "where does the range end?", at: [2] };
  if (from >= to) return { text: `the range must go up: ${low} is not below ${high}`, at: [1, 2] };
  return { text: "", at: [] };
}

/** Three fields for the bins and the range of one histogram, and a line for what is wrong. */
export class Binning {
  readonly root: HTMLElement;
  readonly message = h("div", { class: "hml-message", role: "status", id: unique("message") });
  private readonly inputs: HTMLInputElement[];
  private given = "";
  private value: Bins = { bins: null, range: null };
  private most = 1;

  constructor(
    name: string,
    private readonly change: (next: Bins) => void,
  ) {
    const labels = [`bins of ${name}`, `${name}: range from`, `${name}: range to`];
    this.inputs = labels.map((label, at) => this.input(label, at));
    const [bins, low, high] = this.inputs;
    this.root = h(
      "span",
      { class: "hml-binning" },
      h("span", {}, "bins", bins),
      h("span", {}, "range", low, "–", high),
    );
  }

  /** Take what the histogram has; a field that is being typed in is left alone. */
  put(value: Bins, most: number): void {
    this.most = most;
    const text = JSON.stringify([value.bins, value.range]);
    if (text === this.given) return;
    this.given = text;
    this.value = value;
    const active = (this.root.getRootNode() as Document).activeElement;
    this.texts().forEach((wanted, at) => {
      const input = this.inputs[at];
      if (input && input !== active) input.value = wanted;
    });
    this.check();
  }

  say(text: string, at: number[] = []): void {
    write(this.message, text);
    this.message.classList.toggle("hml-bad", text !== "");
    this.inputs.forEach((input, n) => {
      input.setAttribute("aria-invalid", String(at.includes(n)));
    });
  }

  private input(label: string, at: number): HTMLInputElement {
    return h("input", {
      class: "hml-input",
      type: "text",
      inputmode: at === 0 ? "numeric" : "decimal",
      autocomplete: "off",
      placeholder: "auto",
      "aria-label": label,
      "aria-describedby": this.message.id,
      onchange: () => this.changed(),
      onkeydown: (event: KeyboardEvent) => this.key(event, at),
    });
  }

  private texts(): string[] {
    const { bins, range } = this.value;
    return [bins ?? "", range?.[0] ?? "", range?.[1] ?? ""].map(String);
  }

  private key(event: KeyboardEvent, at: number): void {
    const input = this.inputs[at];
    const before = this.texts()[at] ?? "";
    if (event.key !== "Escape" || !input || input.value === before) return;
    event.stopPropagation();
    input.value = before;
    this.check();
  }

  private check(): string[] | null {
    const texts = this.inputs.map((input) => input.value.trim());
    const { text, at } = fault(texts, this.most);
    this.say(text, at);
    return text ? null : texts;
  }

  private changed(): void {
    const texts = this.check();
    if (!texts) return;
    const [bins = "", low = "", high = ""] = texts;
    const next: Bins = {
      bins: bins === "" ? null : typed(bins),
      range: low === "" ? null : [typed(low), typed(high)],
    };
    const { bins: n, range } = this.value;
    if (JSON.stringify([next.bins, next.range]) !== JSON.stringify([n, range])) this.change(next);
  }
}

export interface ViewEvents {
  /** Resolves to "" or what is wrong. */
  change(next: Bins): Promise<string>;
  move(by: -1 | 1): void;
  remove(): void;
}

/** A small button with what can be done with one card: moved, taken away, its bins and range. */
export class ViewMenu {
  readonly root: HTMLElement;
  private readonly binning: Binning;
  private readonly opener: HTMLButtonElement;
  private readonly panel: HTMLElement;
  private readonly moves: Record<"-1" | "1", HTMLButtonElement>;
  private readonly outside = (event: Event) => {
    if (!event.composedPath().includes(this.root)) this.close();
  };

  constructor(
    private readonly events: ViewEvents,
    name = "this view",
  ) {
    this.binning = new Binning(name, (next) => void this.change(next));
    this.moves = { "-1": this.mover("← left", name, -1), 1: this.mover("right →", name, 1) };
    const away = button("take away", () => this.act(() => events.remove()), {
      "aria-label": `take ${name} away`,
    });
    const id = unique("menu");
    this.panel = h(
      "div",
      { class: "hml-popover", id, role: "group", "aria-label": name, hidden: true },
      this.binning.root,
      this.binning.message,
      h("div", { class: "hml-inline" }, this.moves[-1], this.moves[1], away),
    );
    this.opener = button("⋯", () => (this.panel.hidden ? this.open() : this.close()), {
      class: "hml-remove",
      title: "bins, range, place",
      "aria-label": `${name}: bins, range, place`,
      "aria-expanded": "false",
      "aria-controls": id,
    });
    this.root = h("span", { class: "hml-viewmenu" }, this.opener, this.panel);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.root.contains(relatedTarget)) this.close();
    });
  }

  /** `first` and `last`: of the cards, where moving on is not possible. */
  draw(now: Bins & { first: boolean; last: boolean; most: number }): void {
    this.binning.put(now, now.most);
    this.moves[-1].setAttribute("aria-disabled", String(now.first));
    this.moves[1].setAttribute("aria-disabled", String(now.last));
  }

  dispose(): void {
    this.close();
  }

  private mover(text: string, name: string, by: -1 | 1): HTMLButtonElement {
    const moving = button(
      text,
      () => moving.getAttribute("aria-disabled") !== "true" && this.events.move(by),
      { "aria-label": `move ${name} ${by < 0 ? "left" : "right"}` },
    );
    return moving;
  }

  private async change(next: Bins): Promise<void> {
    this.binning.say(await this.events.change(next));
  }

  private act(what: () => void): void {
    this.close();
    what();
  }

  private open(): void {
    this.panel.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", this.outside);
    this.panel.querySelector("input")?.focus();
  }

  private close(): void {
    document.removeEventListener("pointerdown", this.outside);
    this.panel.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.panel.hidden) return;
    event.stopPropagation();
    this.close();
    this.opener.focus();
  }
}
