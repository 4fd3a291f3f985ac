import { type Child, h } from "../shared/dom";

export interface Column {
  text: string;
  /** Texts are read from the left, numbers from the right. */
  kind?: "text" | "number" | "action";
  title?: string;
}
export interface Row {
  cells: Child[];
  class?: string;
}

/** A table of texts and nodes; wide ones scroll in their own frame. */
export function table(columns: Column[], rows: Row[], caption: string): HTMLElement {
  const kind = (at: number) => `hml-${columns[at]?.kind ?? "number"}`;
  const head = columns.map((column, at) =>
    h("th", { class: kind(at), scope: "col", title: column.title ?? null }, column.text),
  );
  const body = rows.map((row) =>
    h(
      "tr",
      { class: row.class ?? "" },
      ...row.cells.map((cell, at) => h("td", { class: kind(at) }, cell)),
    ),
  );
  return h(
    "div",
    { class: "hml-table" },
    h(
      "table",
      { "aria-label": caption },
      h("thead", {}, h("tr", {}, ...head)),
      h("tbody", {}, ...body),
    ),
  );
}
