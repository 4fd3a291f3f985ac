import { fill, h } from "../shared/dom";

/** A row of tabs; arrow keys walk along it. */
export class Tabs<Name extends string> {
  readonly root = h("div", {
    class: "hml-tabs",
    role: "tablist",
    "aria-label": "steps of the study",
  });

  constructor(
    private readonly titles: Record<Name, string>,
    private readonly id: string,
    private readonly go: (name: Name) => void,
  ) {
    this.root.addEventListener("keydown", (event) => this.walk(event));
  }

  draw(current: Name, counts: Record<string, string>): void {
    const tab = (name: Name) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `${this.id}-${name}`,
          "data-key": `tab ${name}`,
          "aria-selected": String(name === current),
          "aria-controls": `${this.id}-panel`,
          tabIndex: name === current ? 0 : -1,
          onclick: () => this.go(name),
        },
        h("span", { "data-title": this.titles[name] }, this.titles[name]),
        h("small", {}, counts[name] ?? ""),
      );
    fill(this.root, ...this.names.map(tab));
  }

  private get names(): Name[] {
    return Object.keys(this.titles) as Name[];
  }

  private walk(event: KeyboardEvent): void {
    const tabs = [...this.root.querySelectorAll<HTMLElement>('[role="tab"]')];
    const at = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const name = this.names[(to + tabs.length) % tabs.length];
    if (name) this.choose(name);
  }

  /** Go to a step, where the steps begin, also on a long page. */
  choose(name: Name): void {
    this.go(name);
    this.root.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }
}
