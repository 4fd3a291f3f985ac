import { fill, h, write } from "../shared/dom";
import type { ChecklistRow, CheckRow } from "../shared/preservestate";

/** Questions with a mark each; what is missing is said in words, so that the mark only repeats it. */
export class Checklist {
  readonly root = h("ul", { class: "hml-checklist" });
  /** What is missing, in a line: the questions can stand far from where it is filled in. */
  readonly lacks = h("span", { class: "hml-hint hml-still" });

  constructor(label: string) {
    this.root.setAttribute("aria-label", label);
  }

  draw(rows: ChecklistRow[]): void {
    const said = rows.map(({ item, ok, text }) =>
      mark(
        ok,
        h("span", {}, item),
        ok ? null : h("small", { class: "hml-muted" }, `missing: ${text}`),
      ),
    );
    fill(this.root, ...said);
    const open = rows.filter(({ ok }) => !ok).map(({ item }) => item);
    write(this.lacks, open.length ? `the card still lacks: ${open.join(", ")}` : "");
  }
}

/** What a verification has found. */
export function checks(rows: CheckRow[]): HTMLElement {
  const said = rows.map(({ what, ok, text }) =>
    mark(ok, h("b", {}, what), h("small", { class: ok === false ? "hml-bad" : "hml-muted" }, text)),
  );
  return h("ul", { class: "hml-checklist", "aria-label": "verification" }, ...said);
}

function mark(ok: boolean | null, ...children: (Node | null)[]): HTMLElement {
  const [sign, words, name] = ok
    ? ["✓", "there", "yes"]
    : ok === null
      ? ["–", "not checked", "open"]
      : ["✗", "missing or wrong", "no"];
  const box = h(
    "span",
    { class: `hml-mark hml-mark-${name}`, role: "img", "aria-label": words },
    sign,
  );
  return h("li", {}, box, h("span", { class: "hml-said" }, ...children));
}
