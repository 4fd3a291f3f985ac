import type { Cell } from "../pieces/footer";
import type { Queue } from "../pieces/waiting";
import { button, h, write } from "../shared/dom";
import type { Kernel, Model, Progress, Result } from "../shared/kernel";
import type { End } from "../shared/recorder";
import type { PanelName, Values } from "../shared/state";

/** What a panel gets from the frame. */
export interface Bench {
  kernel: Kernel;
  model: Model;
  /** Put an action in the queue; errors are for the panel to show. */
  commit(panel: string, action: string, values: Values, text: string, key?: string): Promise<End>;
  footer(cell: Omit<Cell, "asking">): void;
  /** The kernel was asked for another footer. */
  asking(): void;
  /** What waits for the kernel. */
  queue: Queue;
  draft(values: Values): void;
  go(tab: PanelName): void;
  interrupt(): void;
  reveal(record_id: string): void;
}

/** One tab. The frame shows `main` at the left and `side` at the right. */
export interface Panel {
  main: HTMLElement;
  side: HTMLElement;
  /** The state in the model has changed. */
  update(): void;
  shown?(): void;
  hidden?(): void;
  progress?(message: Progress): void;
  result?(message: Result): void;
  /** What waits for the kernel has changed. */
  queued?(): void;
  dispose?(): void;
}

/** A heading with what belongs to it, in the right column. */
export function block(title: string, ...children: (Node | string | null)[]): HTMLElement {
  return h("section", { class: "hml-block" }, h("h3", {}, title), ...children);
}

/** The step after this one. */
export function onward(bench: Bench, tab: PanelName, text: string): HTMLElement {
  return button(`${text} →`, () => bench.go(tab), {
    class: "hml-button hml-next",
    "data-key": "next",
  });
}

/** A line for what went wrong on commit, and for an offer after an interrupt. */
export class Complaint {
  readonly root = h("div", { class: "hml-complaint", role: "alert" });

  show(text: string, offer: HTMLElement | null = null, calm = false): void {
    this.root.classList.toggle("hml-calm", calm);
    this.root.replaceChildren();
    const words = h("span", {});
    write(words, text);
    if (text) this.root.append(words);
    if (offer) this.root.append(offer);
  }
}
