import { button, h } from "../shared/dom";

/** Actions that wait for the kernel, and how to take one back. */
export interface Queue {
  readonly waiting: readonly { id: number; panel: string; text: string }[];
  drop(id: number): void;
}

/** A line for each action that waits, all of them or those of a panel. */
export function waitingItems(queue: Queue, panel?: string): HTMLElement[] {
  return queue.waiting
    .filter((item) => panel === undefined || item.panel === panel)
    .map(({ id, text }) =>
      h(
        "li",
        {},
        h("span", {}, text),
        button("×", () => queue.drop(id), {
          class: "hml-remove",
          "aria-label": `do not ${text}`,
          "data-key": `drop ${id}`,
        }),
      ),
    );
}
