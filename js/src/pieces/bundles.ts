import { button, fill, h, unique } from "../shared/dom";
import type { BundleRow, Content } from "../shared/preservestate";
import { checks } from "./checklist";
import { counted, facts, plural } from "./facts";

/** What can be done with a bundle. */
export interface BundleEvents {
  verify(row: BundleRow): void;
  score(row: BundleRow, dataset: string): void;
  read(place: string, file: string): void;
  close(row: BundleRow): void;
}

const FAILED = "A check has failed: do not use its scores.";
/** So many open questions are said at once; more are listed where they are asked for. */
const FEW = 3;

/** Preserved models, and what others have preserved: their cards and files, what a verification found, and how they are used again. */
export class Bundles {
  readonly root = h("div", { class: "hml-bundles" });
  private rows: BundleRow[] = [];
  private drawn = "";
  private shown: (Content & { place: string }) | null = null;
  private readonly unfolded = new Set<string>();
  private readonly seen = new Set<string>();
  /** Place -> the dataset that stands in its menu. */
  private readonly chosen = new Map<string, string>();
  private readonly verifying = new Set<string>();
  private readonly wrong = new Map<string, string>();

  constructor(private readonly events: BundleEvents) {}

  draw(rows: BundleRow[]): void {
    this.rows = rows;
    for (const { place, target } of rows) {
      if (!target && !this.seen.has(place)) this.unfolded.add(`card ${place}`);
      this.seen.add(place);
    }
    for (const place of this.seen) {
      if (!rows.some((row) => row.place === place)) this.seen.delete(place);
    }
    if (this.shown && !this.seen.has(this.shown.place)) this.shown = null;
    const { shown, wrong, verifying } = this;
    const what = [shown?.place, shown?.file];
    const now = JSON.stringify([rows, what, [...wrong], [...verifying]]);
    // A menu that is open must not change under the pointer.
    if (now === this.drawn) return;
    this.drawn = now;
    fill(this.root, ...rows.map((row) => this.card(row)));
  }

  /** Show a file; the same file again hides it. */
  show(place: string, content: Content): void {
    const again = this.isShown(place, content.file);
    this.shown = again ? null : { place, ...content };
    this.draw(this.rows);
    if (!again) this.find(`shown ${place}`)?.focus();
  }

  /** Say that a bundle is being verified, or is no more. */
  busy(place: string, yes: boolean): void {
    if (yes) this.verifying.add(place);
    else this.verifying.delete(place);
    this.say(place, "");
  }

  /** Say what went wrong with a bundle; empty: nothing any more. */
  say(place: string, wrong: string): void {
    if (wrong) this.wrong.set(place, wrong);
    else this.wrong.delete(place);
    this.draw(this.rows);
  }

  focus(place: string): void {
    this.find(`bundle ${place}`)?.focus();
  }

  private find(key: string): HTMLElement | undefined {
    const keyed = [...this.root.querySelectorAll<HTMLElement>("[data-key]")];
    return keyed.find((node) => node.dataset.key === key);
  }

  private card(row: BundleRow): HTMLElement {
    const { place, target, formats, why, lacking, stale, card, verified } = row;
    const said = [...stale, ...(why ? [why] : [])].join("; ");
    const at = target && place.endsWith(`/${target}`) ? "" : ` in ${place}`;
    const fresh = target || verified ? "" : ": opened, nothing of it was run yet";
    const wrong = this.wrong.get(place);
    return h(
      "section",
      { class: "hml-bundle", "aria-label": `bundle ${target || card.name}` },
      h(
        "div",
        { class: "hml-bundle-head" },
        h(
          "h4",
          { tabIndex: -1, "data-key": `bundle ${place}` },
          target || card.name,
          h("small", { class: "hml-muted" }, ` ${formats.join(" and ")}${at}${fresh}`),
        ),
        target ? null : this.close(row),
      ),
      card.description ? h("p", { class: "hml-about-it" }, card.description) : null,
      said ? h("small", { class: "hml-muted hml-below" }, said) : null,
      lacking.length ? this.lacks(row) : null,
      this.details(`card ${place}`, counted(card), facts(card)),
      this.details(
        `files ${place}`,
        plural(row.files.length, "file"),
        this.files(row),
        this.content(row),
      ),
      h("div", { class: "hml-actions" }, this.verify(row), ...this.again(row)),
      // Below its button, which stays under the pointer.
      verified ? checks(verified.rows) : null,
      verified && !verified.ok ? h("p", { class: "hml-bad hml-hint" }, FAILED) : null,
      wrong ? h("div", { class: "hml-complaint", role: "alert" }, wrong) : null,
    );
  }

  private details(key: string, title: string, ...children: (Node | null)[]): HTMLElement {
    const node = h(
      "details",
      {
        class: "hml-more",
        open: this.unfolded.has(key),
        ontoggle: () => {
          if (node.open) this.unfolded.add(key);
          else this.unfolded.delete(key);
        },
      },
      h("summary", { "data-key": key }, title),
      ...children,
    );
    return node;
  }

  private lacks({ place, lacking }: BundleRow): HTMLElement {
    const words = `its card does not say ${lacking.join("; ")}`;
    if (lacking.length <= FEW) return h("small", { class: "hml-warn hml-below" }, words);
    const title = `its card leaves ${lacking.length} questions open`;
    const list = h("ul", {}, ...lacking.map((text) => h("li", {}, text)));
    const node = this.details(`lacks ${place}`, title, list);
    node.classList.add("hml-lacking");
    return node;
  }

  /** The files of each folder in a line. */
  private files(row: BundleRow): HTMLElement {
    const lines = new Map<string, HTMLElement[]>();
    for (const file of row.files) {
      const folder = file.name.replace(/[^/]*$/, "");
      lines.set(folder, [...(lines.get(folder) ?? []), this.file(row, file, folder)]);
    }
    const line = ([folder, files]: [string, HTMLElement[]]) =>
      h(
        "div",
        { class: "hml-files" },
        folder ? h("span", { class: "hml-muted" }, folder) : null,
        ...files,
      );
    return h("div", {}, ...[...lines].map(line));
  }

  private file({ place }: BundleRow, file: BundleRow["files"][number], folder: string) {
    const { name, size, as } = file;
    const text = name.slice(folder.length);
    if (!as)
      return h("span", { class: "hml-muted", title: `${bytes(size)}, not shown here` }, text);
    return button(text, () => this.events.read(place, name), {
      class: "hml-link",
      "data-key": `read ${place} ${name}`,
      "aria-label": name,
      "aria-expanded": String(this.isShown(place, name)),
      title: `${bytes(size)}: show it`,
    });
  }

  private isShown(place: string, file: string): boolean {
    return this.shown?.place === place && this.shown.file === file;
  }

  private content({ place }: BundleRow): HTMLElement | null {
    if (this.shown?.place !== place) return null;
    const { file, text, cut, picture } = this.shown;
    const hide = () => {
      this.shown = null;
      this.draw(this.rows);
      this.find(`read ${place} ${file}`)?.focus();
    };
    const attributes = {
      class: "hml-log",
      tabIndex: 0,
      role: "region",
      "aria-label": file,
      "data-key": `shown ${place}`,
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        hide();
      },
    };
    const close = button("×", hide, {
      class: "hml-remove",
      "aria-label": `hide ${file}`,
      "data-key": `hide ${place}`,
    });
    return h(
      "div",
      { class: "hml-view" },
      h("div", { class: "hml-view-head" }, h("h3", {}, file), close),
      picture === undefined
        ? h("pre", attributes, `${text}${cut ? "\n…" : ""}`)
        : h(
            "div",
            { ...attributes, class: "hml-figures" },
            h("img", { src: `data:image/png;base64,${picture}`, alt: file }),
          ),
    );
  }

  private close(row: BundleRow): HTMLElement {
    return button("×", () => this.events.close(row), {
      class: "hml-remove",
      "aria-label": `close ${row.card.name}`,
      title: `Put it away; ${row.place} stays`,
      "data-key": `close ${row.place}`,
    });
  }

  private verify(row: BundleRow): HTMLElement {
    const busy = this.verifying.has(row.place);
    const act = () => {
      if (!busy) this.events.verify(row);
    };
    return button(busy ? "Verifying …" : "Verify", act, {
      "data-key": `verify ${row.place}`,
      "aria-busy": String(busy),
      title:
        "Compares every file with what was saved, and runs the reference events in every format",
    });
  }

  private again(row: BundleRow): HTMLElement[] {
    const { place, target, card, datasets } = row;
    const fit = datasets.filter(({ why }) => !why);
    if (!fit.length) {
      const whys = datasets.map(({ target: name, why }) => `${name} ${why}`).join("; ");
      const words = datasets.length
        ? `no dataset can be scored with it: ${whys}`
        : "build a dataset of its inputs to score it";
      return [h("span", { class: "hml-muted hml-unfit" }, words)];
    }
    const select = h("select", {
      class: "hml-input hml-slim",
      id: unique("in"),
      "aria-label": `dataset that ${target || card.name} scores`,
      "data-key": `dataset ${place}`,
      onchange: () => this.chosen.set(place, select.value),
    });
    select.append(
      ...datasets.map(({ target: value, why }) =>
        h("option", { value, disabled: why !== "" }, why ? `${value} (${why})` : value),
      ),
    );
    const before = this.chosen.get(place);
    const stands = fit.find(({ target: name }) => name === before) ?? fit.at(-1);
    select.value = stands?.target ?? "";
    const score = button("Score", () => this.events.score(row, select.value), {
      "data-key": `score ${place}`,
      title: target
        ? "Writes a cell that adds the score as a column, from the card alone"
        : "Writes two cells: one loads the bundle, one adds its score as a column",
    });
    const words = target ? "use it again on" : "use it on";
    return [h("span", { class: "hml-muted" }, words), select, score];
  }
}

const bytes = (size: number) => (size < 10_000 ? `${size} bytes` : `${Math.round(size / 1000)} kB`);
