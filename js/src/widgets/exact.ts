import type { BestValue, BoardView, Side } from "../shared/boardstate";
import { button, fill, h, write } from "../shared/dom";
import { type Reply, reason } from "../shared/kernel";
import { notPlain, typed } from "../shared/numbers";
import type { Shift } from "./pending";

export interface ExactEvents {
  /** Another observable is to be shown. */
  choose(observable: string): void;
  commit(shifts: Shift[]): void;
  best(observable: string, side: Side): Promise<Reply<BestValue>>;
}

const WORDS = { low: "above", high: "below" };

/** Exact thresholds of the observable that was touched last, and the best ones. */
export class Exact {
  readonly root = h("section", { class: "hml-exact" });
  private readonly said = h("p", { class: "hml-hint", role: "status" });
  private view: BoardView | null = null;
  /** What was to be shown last. */
  private next: BoardView | null = null;
  private shown = "";
  private names: string[] = [];
  private finds = true;
  private version = "";

  constructor(private readonly events: ExactEvents) {
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      const inside = relatedTarget instanceof Node && this.root.contains(relatedTarget);
      if (this.next && !inside) this.show(this.next);
    });
  }

  /** A field that is being typed in is left alone until it is left; what was found for another `version` is forgotten. `finds`: there are significances, and so best thresholds. */
  draw(view: BoardView, names: string[], version: string, finds = true): void {
    if (version !== this.version) write(this.said, "");
    this.version = version;
    this.names = names;
    this.finds = finds;
    this.next = view;
    const focused = (this.root.getRootNode() as Document).activeElement;
    if (!this.root.contains(focused) || focused?.tagName !== "INPUT") this.show(view);
  }

  private show(view: BoardView): void {
    const text = JSON.stringify([view.name, view.low, view.high, this.names, this.finds]);
    if (text === this.shown) return;
    const other = this.view?.name !== view.name;
    this.view = view;
    this.shown = text;
    const sides = ["low", "high"] as const;
    fill(
      this.root,
      this.choice(view.name),
      h(
        "div",
        { class: "hml-inline" },
        ...sides.flatMap((side) => [WORDS[side], this.input(view, side)]),
        h("span", { class: "hml-muted" }, view.unit),
      ),
      this.finds &&
        h(
          "div",
          { class: "hml-inline hml-finds" },
          "best",
          ...sides.map((side) => this.find(view.name, side)),
        ),
      this.said,
    );
    if (other) write(this.said, "");
  }

  private choice(name: string): HTMLSelectElement {
    const node = h("select", {
      class: "hml-input hml-name",
      "data-key": "exact-view",
      "aria-label": "exact thresholds on",
      onchange: () => this.events.choose(node.value),
    });
    node.append(...this.names.map((one) => h("option", { value: one }, one)));
    node.value = name;
    return node;
  }

  private input(view: BoardView, side: Side): HTMLInputElement {
    const node = h("input", {
      class: "hml-input hml-tiny",
      type: "text",
      inputmode: "decimal",
      "data-key": `exact-${side}`,
      value: view[side]?.text ?? "",
      placeholder: side === "low" ? "lowest" : "highest",
      "aria-label": `${view.name} ${WORDS[side]}`,
      onchange: () => this.typed(view.name, side, node),
    });
    return node;
  }

  private typed(observable: string, side: Side, input: HTMLInputElement): void {
    const value = input.value.trim() === "" ? null : typed(input.value);
    const wrong = value === null ? "" : this.wrong(side, value, input.value);
    input.setAttribute("aria-invalid", String(wrong !== ""));
    write(this.said, wrong);
    if (!wrong) this.events.commit([{ observable, side, value }]);
  }

  /** What is wrong with a threshold that was typed. */
  private wrong(side: Side, value: number, text: string): string {
    if (!Number.isFinite(value)) return notPlain(text);
    const other = this.view?.[side === "low" ? "high" : "low"];
    if (!other || (side === "low" ? value < other.value : value > other.value)) return "";
    return `${text.trim()} is not ${side === "low" ? "below" : "above"} ${other.text}: no event could pass both`;
  }

  private find(observable: string, side: Side): HTMLElement {
    const act = async () => {
      write(this.said, "looking at every value …");
      try {
        const { value } = await this.events.best(observable, side);
        if (this.view?.name === observable) this.tell(observable, side, value);
      } catch (error) {
        write(this.said, reason(error));
      }
    };
    return button(side === "low" ? "lower" : "upper", () => void act(), {
      class: "hml-button hml-quiet",
      "data-key": `best-${side}`,
      title: `The ${side === "low" ? "lower" : "upper"} threshold on ${observable} with the largest significance, all other cuts as they are`,
    });
  }

  private tell(observable: string, side: Side, { value, text }: BestValue): void {
    const here = this.view?.[side]?.value === value;
    const use = button("use it", () => this.events.commit([{ observable, side, value }]), {
      class: "hml-link",
      "data-key": "use",
    });
    fill(this.said, text, " ", here ? null : use);
  }
}
