import { button, fill, h, unique } from "../shared/dom";
import type { BundleRow } from "../shared/preservestate";
import { checks } from "./checklist";

/** What can be done with a bundle. */
export interface BundleEvents {
  verify(row: BundleRow): void;
  score(row: BundleRow, dataset: string): void;
  read(row: BundleRow, file: string): void;
}

/** Preserved models: their files, what a verification found, and how they are used again. */
export class Bundles {
  readonly root = h("div", { class: "hml-bundles" });
  private readonly text = h("pre", { class: "hml-file", tabIndex: 0, hidden: true });
  private open = "";

  constructor(private readonly events: BundleEvents) {}

  draw(rows: BundleRow[], datasets: string[]): void {
    const hint = h(
      "p",
      { class: "hml-hint" },
      "Nothing is preserved yet. Press Preserve: the files are listed here, to be read and verified.",
    );
    fill(
      this.root,
      ...(rows.length ? rows.map((row) => this.card(row, datasets)) : [hint]),
      this.text,
    );
  }

  /** Show the text of a file; the same file again hides it. */
  show(row: string, file: string, text: string, cut: boolean): void {
    const key = `${row}/${file}`;
    this.text.hidden = this.open === key;
    this.open = this.text.hidden ? "" : key;
    this.text.setAttribute("aria-label", file);
    fill(this.text, `${file}\n\n${text}${cut ? "\n…" : ""}`);
  }

  private card(row: BundleRow, datasets: string[]): HTMLElement {
    const { target, formats, why, lacking, stale, verified } = row;
    const said = [...stale, ...(why ? [why] : [])].join("; ");
    return h(
      "section",
      { class: "hml-bundle" },
      h("h4", {}, target, h("small", { class: "hml-muted" }, ` ${formats.join(" and ")}`)),
      said ? h("small", { class: "hml-muted hml-below" }, said) : null,
      lacking.length
        ? h(
            "small",
            { class: "hml-warn hml-below" },
            `its card does not say: ${lacking.join("; ")}`,
          )
        : null,
      this.files(row),
      verified ? checks(verified.rows) : null,
      h("div", { class: "hml-actions" }, this.verify(row), ...this.again(row, datasets)),
    );
  }

  private files(row: BundleRow): HTMLElement {
    const links = row.files.map(({ name, text, size }) =>
      text
        ? button(name, () => this.events.read(row, name), {
            class: "hml-link",
            "data-key": `read ${row.target} ${name}`,
            title: `${bytes(size)}: show it`,
          })
        : h("span", { class: "hml-muted", title: bytes(size) }, name),
    );
    const title = `${row.files.length} files`;
    return h(
      "details",
      { class: "hml-more" },
      h("summary", {}, title),
      h("div", { class: "hml-files" }, ...links),
    );
  }

  private verify(row: BundleRow): HTMLElement {
    return button("Verify", () => this.events.verify(row), {
      "data-key": `verify ${row.target}`,
      title:
        "Compares every file with what was saved, and runs the reference events in every format",
    });
  }

  private again(row: BundleRow, datasets: string[]): HTMLElement[] {
    if (!datasets.length) return [];
    const select = h("select", {
      class: "hml-input hml-slim",
      id: unique("in"),
      "aria-label": `dataset that ${row.target} scores`,
      "data-key": `dataset ${row.target}`,
    });
    select.append(...datasets.map((value) => h("option", { value }, value)));
    select.value = datasets.at(-1) ?? "";
    const score = button("Score", () => this.events.score(row, select.value), {
      "data-key": `score ${row.target}`,
      title: "Writes a cell that adds the score as a column, from the card alone",
    });
    return [h("span", { class: "hml-muted" }, "use it again on"), select, score];
  }
}

const bytes = (size: number) => (size < 10_000 ? `${size} bytes` : `${Math.round(size / 1000)} kB`);
