import { fill, h, unique } from "../shared/dom";
import type { ObservablesState } from "../shared/state";
import { changed, type Field, frame } from "./form";
import { table } from "./table";

type Source = ObservablesState["sources"][number];

/** Which runs go in, which of them are signal, and which are observed data: three fields in one table. */
export class Sources {
  readonly used: Field;
  readonly signal: Field;
  readonly observed: Field;
  private readonly holder = h("div", { class: "hml-sources", id: unique("in") });
  private readonly sets = {
    use: new Set<string>(),
    signal: new Set<string>(),
    observed: new Set<string>(),
  };
  private known = new Set<string>();
  private rows: Source[] = [];

  constructor() {
    const framed = frame("sources", "Sources", this.holder);
    const under = (name: string) => {
      const part = frame(name, "", h("div", { id: unique("in"), hidden: true }));
      part.root.querySelector("label")?.remove();
      return part;
    };
    const field = (name: string, set: Set<string>, place: Pick<Field, "root" | "say">): Field => ({
      name,
      ...place,
      get: () => [...set],
      set: (value) => {
        set.clear();
        for (const one of value as string[]) set.add(one);
        this.draw();
      },
      focus: () => this.holder.querySelector("input")?.focus(),
    });
    this.used = field("sources", this.sets.use, framed);
    this.signal = field("signal", this.sets.signal, under("signal"));
    this.observed = field("observed", this.sets.observed, under("observed"));
    this.used.root.append(this.signal.root, this.observed.root);
  }

  /** Take the runs there are: new ones go in, lost ones go out. True if that changed anything. */
  offer(rows: Source[], first: boolean): boolean {
    const there = new Set(rows.map(({ target }) => target));
    const fresh = [...there].filter((name) => !this.known.has(name));
    const lost = [...this.known].filter((name) => !there.has(name));
    if (!first) for (const name of fresh) this.sets.use.add(name);
    for (const name of lost) for (const set of Object.values(this.sets)) set.delete(name);
    this.known = there;
    this.rows = rows;
    this.draw();
    return fresh.length + lost.length > 0;
  }

  private draw(): void {
    const columns = [
      { text: "use", kind: "action" as const },
      { text: "signal", kind: "action" as const },
      {
        text: "data",
        kind: "action" as const,
        title: "observed events: counted, not learned from",
      },
      { text: "class", kind: "text" as const },
      { text: "events" },
      { text: "σ (pb)" },
    ];
    const rows = this.rows.map(({ target, label, n_events, cross_section }) => ({
      cells: [
        this.tick("use", target, `use ${label}`),
        this.tick("signal", label, `${label} is signal`),
        this.tick("observed", label, `${label} is observed data`),
        h("b", {}, label),
        n_events,
        cross_section ?? "–",
      ],
    }));
    fill(this.holder, table(columns, rows, "sources"));
  }

  private tick(column: "use" | "signal" | "observed", name: string, label: string): HTMLElement {
    const set = this.sets[column];
    const box = h("input", {
      type: "checkbox",
      checked: set.has(name),
      "aria-label": label,
      "data-key": label,
      oninput: (event: Event) => event.stopPropagation(),
      onchange: () => {
        if (box.checked) set.add(name);
        else set.delete(name);
        const fields = { use: this.used, signal: this.signal, observed: this.observed };
        changed(fields[column].root);
      },
    });
    return box;
  }
}
