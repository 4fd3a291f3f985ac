import { h } from "../shared/dom";

/** How a step stands, in words; the colour only repeats them. */
export function badge(status: string, title = ""): HTMLElement {
  const name = status.replace(/\W/g, "-");
  const text = status === "done" ? "✓ done" : status;
  return h("span", { class: `hml-badge hml-is-${name}`, title: title || null }, text);
}
