import { button, fill, h, keepFocus } from "../shared/dom";

/** Actions that wait for the kernel, and how to take one back. */
export interface Queue {
  readonly waiting: readonly { id: number; panel: string; text: string }[];
  drop(id: number): void;
}

/** Draw what waits into `list`; where one goes that had the focus, the next one gets it, or what `root` has of `last`. */
export function drawWaiting(
  root: HTMLElement,
  list: HTMLElement,
  items: HTMLElement[],
  last: string,
): void {
  const keys = [...list.querySelectorAll<HTMLElement>("[data-key]")].map(
    ({ dataset }) => dataset.key ?? "",
  );
  const others = (lost: string) => {
    const at = keys.indexOf(lost);
    return at < 0 ? [] : [...keys.slice(at + 1), ...keys.slice(0, at).reverse(), last];
  };
  keepFocus(root, () => fill(list, ...items), others);
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
