import type { BestValue, BoardView, Side } from "../shared/boardstate";
import { button, fill, h, write } from "../shared/dom";
import { type Reply, reason } from "../shared/kernel";
import type { Shift } from "./board";

export interface ExactEvents {
  commit(shifts: Shift[]): Promise<void>;
  best(observable: string, side: Side): Promise<Reply<BestValue>>;
}

const WORDS = { low: "above", high: "below" };

/** Exact thresholds of the observable that was touched last, and the best ones. */
export class Exact {
  readonly root = h("section", { class: "hml-exact" });
  private readonly said = h("p", { class: "hml-hint", role: "status" });
  private view: BoardView | null = null;
  private shown = "";

  constructor(private readonly events: ExactEvents) {}

  draw(view: BoardView, best: (BestValue & { side: Side }) | null): void {
    const focused = (this.root.getRootNode() as Document).activeElement;
    const text = JSON.stringify([view.name, view.low, view.high, best]);
    if (text === this.shown || (this.root.contains(focused) && focused?.tagName === "INPUT"))
      return;
    const other = this.view?.name !== view.name;
    this.view = view;
    this.shown = text;
    const sides = ["low", "high"] as const;
    fill(
      this.root,
      h("div", { class: "hml-name", title: view.name }, view.name),
      h(
        "div",
        { class: "hml-inline" },
        ...sides.flatMap((side) => [WORDS[side], this.input(view, side)]),
        h("span", { class: "hml-muted" }, view.unit),
      ),
      h(
        "div",
        { class: "hml-inline hml-finds" },
        "best",
        ...sides.map((side) => this.find(view.name, side)),
      ),
      this.said,
    );
    if (best) this.tell(view.name, best.side, best);
    else if (other) write(this.said, "");
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
    const text = input.value.trim().replace(",", ".");
    const value = text === "" ? null : Number(text);
    const bad = value !== null && !Number.isFinite(value);
    input.setAttribute("aria-invalid", String(bad));
    write(this.said, bad ? `${input.value} is not a number` : "");
    if (!bad) void this.events.commit([{ observable, side, value }]);
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
    const use = button("use it", () => void this.events.commit([{ observable, side, value }]), {
      class: "hml-link",
      "data-key": "use",
    });
    fill(this.said, text, " ", here ? null : use);
  }
}
