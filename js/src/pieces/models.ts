import { button, fill, h } from "../shared/dom";
import type { ModelOffer, ModelRow } from "../shared/trainingstate";
import { badge } from "./badge";
import { table } from "./table";

const COLUMNS = [
  { text: "", kind: "action" as const },
  { text: "model", kind: "text" as const },
  { text: "loss", title: "Cross entropy of test events, whatever loss was minimised" },
  { text: "accuracy" },
  { text: "AUC" },
  { text: "R50", title: "Background rejection at 50 % signal efficiency" },
  {
    text: "max Z",
    title: "Largest Asimov significance with at least 10 effective background events",
  },
];

/** What can be done with models. */
export interface ModelEvents {
  compare(targets: string[]): void;
  /** Make its score a column, or show that. */
  score(row: ModelRow): void;
  /** Select by the cuts that it is, or show what passes them. */
  select(row: ModelRow): void;
  /** Compare a surrogate with its original. */
  closure(row: ModelRow): void;
  /** Go on with a training that did not come to its end, or keep what there is. */
  take(row: ModelRow, offer: ModelOffer): void;
}

/** The trained models with their numbers; those that are ticked can be compared. */
export class Models {
  readonly root = h("div", { class: "hml-models" });
  private readonly chosen = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly compare: HTMLButtonElement;
  private rows: ModelRow[] = [];

  constructor(private readonly events: ModelEvents) {
    this.compare = button("Compare", () => events.compare(this.targets), { "data-key": "compare" });
  }

  draw(rows: ModelRow[]): void {
    this.rows = rows;
    for (const row of rows) {
      if (trained(row) && !this.seen.has(row.target)) this.chosen.add(row.target);
      if (trained(row)) this.seen.add(row.target);
    }
    this.enable();
    const words = "writes the comparison, on test events, as a cell";
    const bar = h(
      "div",
      { class: "hml-actions" },
      this.compare,
      h("span", { class: "hml-muted" }, words),
    );
    const hint = h(
      "p",
      { class: "hml-hint" },
      "No models yet. Press Train, then train another method: two can be compared.",
    );
    const cells = rows.map((row) => ({ cells: this.cells(row) }));
    fill(this.root, ...(rows.length ? [table(COLUMNS, cells, "models"), bar] : [hint]));
  }

  private get targets(): string[] {
    const there = this.rows.filter((row) => trained(row) && this.chosen.has(row.target));
    return there.map(({ target }) => target);
  }

  private cells(row: ModelRow): (Node | string)[] {
    const { target, method, on, cuts, loss, accuracy, auc, r50, z, status } = row;
    const about = [method, on && `on ${on}`].filter(Boolean).join(" ");
    const name = h(
      "span",
      {},
      h("b", { tabIndex: -1, "data-key": `row ${target}` }, target),
      h("small", { class: "hml-muted", title: cuts || null }, ` ${about} `),
      status === "done" ? null : badge(status),
      note(row),
      this.onward(row),
    );
    // A value may stand above its error, where there is no room beside it.
    const numbers = [loss, accuracy, auc, r50, z].map(
      (text) => text?.replace("± ", "±\u00a0") ?? "–",
    );
    return [this.tick(row), name, ...numbers];
  }

  private tick(row: ModelRow): HTMLElement {
    const { target } = row;
    const box = h("input", {
      type: "checkbox",
      checked: this.chosen.has(target) && trained(row),
      disabled: !trained(row),
      "aria-label": `compare ${target}`,
      "data-key": `tick ${target}`,
      onchange: () => {
        if (box.checked) this.chosen.add(target);
        else this.chosen.delete(target);
        this.enable();
      },
    });
    return box;
  }

  /** What follows from a model: a board with its score, a selection by its cuts; or what becomes of an unfinished one. */
  private onward(row: ModelRow): HTMLElement {
    const offers = (row.offers ?? []).map((offer) =>
      button(offer.text, () => this.events.take(row, offer), {
        class: "hml-link",
        "data-key": `${offer.action} ${row.target}`,
      }),
    );
    const links = trained(row) ? [this.scored(row), this.selected(row), this.closure(row)] : offers;
    return h("span", { class: "hml-links" }, ...links);
  }

  private scored(row: ModelRow): HTMLElement {
    const { target, scored } = row;
    const column = `${target.toLowerCase()}.score`;
    return button(scored ? "on the board →" : "cut on score", () => this.events.score(row), {
      class: "hml-link",
      "data-key": `score ${target}`,
      title: scored
        ? `${scored} has the column ${column}: open it under Cuts`
        : `Writes a cell that adds the column ${column} to the dataset, for cuts and boards`,
    });
  }

  private selected(row: ModelRow): HTMLElement | null {
    const { target, selected, found_cuts = [] } = row;
    if (found_cuts.length === 0) return null;
    const words = selected ? `${selected} under Cuts →` : "select by these cuts";
    return button(words, () => this.events.select(row), {
      class: "hml-link",
      "data-key": `select ${target}`,
      title: found_cuts.join("\n"),
    });
  }

  private closure(row: ModelRow): HTMLElement | null {
    if (!row.surrogate) return null;
    return button("closure", () => this.events.closure(row), {
      class: "hml-link",
      "data-key": `closure ${row.target}`,
      title: "Writes a cell that compares its draws with the original score, on test events",
    });
  }

  private enable(): void {
    this.compare.disabled = this.targets.length === 0;
  }
}

const trained = ({ status }: ModelRow) => status === "done" || status === "stale";

function note({ stale, note: text, error }: ModelRow): HTMLElement | null {
  const words = [...stale, text, error].filter(Boolean).join("; ");
  return words ? h("small", { class: "hml-warn hml-below" }, words) : null;
}
