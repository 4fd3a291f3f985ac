import { button, fill, h } from "../shared/dom";
import type { ModelRow } from "../shared/state";
import { badge } from "./badge";
import { table } from "./table";

const COLUMNS = [
  { text: "", kind: "action" as const },
  { text: "model", kind: "text" as const },
  { text: "loss" },
  { text: "accuracy" },
  { text: "AUC" },
  { text: "R50", title: "Background rejection at 50 % signal efficiency" },
  {
    text: "max Z",
    title: "Largest Asimov significance with at least 10 effective background events",
  },
  { text: "", kind: "text" as const },
  { text: "", kind: "action" as const },
];

/** The trained models with their numbers; those that are ticked can be compared. */
export class Models {
  readonly root = h("div", {});
  private readonly chosen = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly compare: HTMLButtonElement;
  private rows: ModelRow[] = [];

  constructor(
    compare: (targets: string[]) => void,
    private readonly score: (row: ModelRow) => void,
  ) {
    this.compare = button("Compare", () => compare(this.targets));
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
    const { target, method, on, loss, accuracy, auc, r50, z, status } = row;
    const about = [method, on && `on ${on}`].filter(Boolean).join(" ");
    const name = h(
      "span",
      {},
      h("b", {}, target),
      h("small", { class: "hml-muted" }, ` ${about}`),
      note(row),
    );
    const numbers = [loss, accuracy, auc, r50, z].map((text) => text ?? "–");
    return [this.tick(row), name, ...numbers, badge(status), this.onward(row)];
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

  /** To a board with the score: the first time it is made a column. */
  private onward(row: ModelRow): HTMLElement | string {
    if (!trained(row)) return "";
    const { target, scored } = row;
    const column = `${target.toLowerCase()}.score`;
    return button(scored ? "on the board →" : "cut on score", () => this.score(row), {
      class: "hml-toggle",
      "data-key": `score ${target}`,
      title: scored
        ? `${scored} has the column ${column}: open it under Cuts`
        : `Writes a cell that adds the column ${column} to the dataset, for cuts and boards`,
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
