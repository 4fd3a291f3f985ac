import { fill, h } from "../shared/dom";
import type { CutflowTable } from "../shared/state";
import { table } from "./table";

/** The cutflow; while a threshold moves, its last rows are written over in place. */
export class Cutflow {
  readonly root = h("div", { class: "hml-cutflow" });
  private shown: CutflowTable = { columns: [], rows: [] };
  private cells: HTMLTableCellElement[][] = [];

  draw(flow: CutflowTable): void {
    this.shown = flow;
    this.build(flow.rows);
  }

  /** Show `rows` in place of the rows from `from` on; empty: the table as it was. */
  preview(from: number, rows: string[][]): void {
    const wanted = [...this.shown.rows.slice(0, from), ...rows];
    if (wanted.length !== this.cells.length) this.build(wanted);
    wanted.forEach((row, at) => {
      row.forEach((text, column) => {
        const cell = this.cells[at]?.[column];
        if (cell && cell.textContent !== text) cell.textContent = text;
      });
    });
  }

  private build(rows: string[][]): void {
    const columns = this.shown.columns.map((text, at) => ({
      text,
      kind: at === 0 ? ("text" as const) : ("number" as const),
    }));
    fill(
      this.root,
      table(
        columns,
        rows.map((cells) => ({ cells })),
        "cutflow",
      ),
    );
    this.cells = [...this.root.querySelectorAll("tbody tr")].map((row) => [
      ...row.querySelectorAll("td"),
    ]);
  }
}
