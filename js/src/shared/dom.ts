export type Child = Node | string | number | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: never) => void);
export type Attributes = Record<string, Value>;

const PROPERTIES = new Set([
  "value",
  "checked",
  "disabled",
  "hidden",
  "readOnly",
  "tabIndex",
  "htmlFor",
]);

function apply(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (typeof value === "function") {
      node.addEventListener(name.replace(/^on/, ""), value as (event: Event) => void);
    } else if (PROPERTIES.has(name)) {
      Object.assign(node, { [name]: value });
    } else if (typeof value === "boolean") {
      node.toggleAttribute(name, value);
    } else {
      node.setAttribute(name, String(value));
    }
  }
}

function nodes(children: Child[]): (Node | string)[] {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** An HTML element; text children are text, never markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  apply(node, attributes);
  node.append(...nodes(children));
  return node;
}

/** An SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  apply(node, attributes);
  node.append(...nodes(children));
  return node;
}

/** Replace what `parent` holds; the element with the focused `data-key` keeps the focus. */
export function fill(parent: Element, ...children: Child[]): void {
  const root = parent.getRootNode() as Document | ShadowRoot;
  const focused = root.activeElement;
  const inside = focused !== null && parent.contains(focused);
  const key = inside ? focused.getAttribute("data-key") : null;
  parent.replaceChildren(...nodes(children));
  if (key === null) return;
  keyed(parent, key)?.focus({ preventScroll: true });
}

/** Draw; if that takes the element with the focus away, the first of others that is there gets it. Both are `data-key`s. */
export function keepFocus(
  root: HTMLElement,
  draw: () => void,
  others: (lost: string) => string[],
): void {
  const page = root.getRootNode() as Document | ShadowRoot;
  const before = root.contains(page.activeElement) ? page.activeElement : null;
  const key = before?.getAttribute("data-key");
  const next = key ? others(key) : [];
  draw();
  const kept = page.activeElement;
  if (!key || (kept && root.contains(kept) && kept !== root)) return;
  for (const name of next) {
    const found = keyed(root, name);
    found?.focus({ preventScroll: true });
    if (found && page.activeElement === found) return;
  }
}

const keyed = (root: Element, key: string) =>
  [...root.querySelectorAll<HTMLElement>("[data-key]")].find((node) => node.dataset.key === key);

/** Set text only where it differs, so that nothing is announced or drawn twice. */
export function write(node: Element, text: string): void {
  const { firstChild } = node;
  // A text that is written over needs no new node.
  if (firstChild instanceof Text && firstChild.nextSibling === null) {
    if (firstChild.data !== text) firstChild.data = text;
  } else if (node.textContent !== text) node.textContent = text;
}

export function button(
  text: string,
  onclick: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  return h("button", { type: "button", class: "hml-button", ...attributes, onclick }, text);
}

let counter = 0;
/** An id that no other element of the page has. */
export function unique(prefix = "hml"): string {
  counter += 1;
  return `${prefix}-${counter.toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
}
