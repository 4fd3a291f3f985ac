import { button, fill, h } from "../shared/dom";
import { Entry } from "./entry";

/** So many are offered; others can be typed. */
const SHOWN = 8;
const NONE = "Put its folder, or a zip of it, beside the notebook: it is offered here by its name.";

/** A path to somebody's bundle, a folder or a zip: typed, or one of those that were found. */
export class Opener {
  readonly root: HTMLElement;
  private readonly entry: Entry;
  private readonly found = h("div", { class: "hml-found" });
  private drawn = "";

  /** `open` answers with what is wrong; empty: it is open. `look` is asked when somebody comes here: what lies beside the notebook changes. */
  constructor(open: (path: string) => Promise<string>, look: () => void) {
    this.entry = new Entry({ placeholder: "name of its folder or zip", "data-key": "open" }, open);
    const { input, message } = this.entry;
    input.addEventListener("focus", look);
    const label = h("label", { class: "hml-label" }, "Open somebody's bundle");
    input.id = `${message.id}-in`;
    label.htmlFor = input.id;
    const act = button("Open", () => void this.entry.submit(), {
      title: "Shows its card; nothing of it is run, and no cell is written",
    });
    this.root = h(
      "div",
      { class: "hml-opener" },
      label,
      h("div", { class: "hml-control" }, input, act),
      message,
      this.found,
    );
    this.offer([]);
  }

  /** Folders and zips that look like bundles. */
  offer(found: string[]): void {
    const now = found.join("\n");
    if (now === this.drawn && this.found.firstChild) return;
    this.drawn = now;
    const links = found.slice(0, SHOWN).map((path) =>
      button(path, () => void this.take(path), {
        class: "hml-link",
        "data-key": `found ${path}`,
      }),
    );
    const more = found.length - links.length;
    fill(
      this.found,
      h("span", { class: "hml-muted" }, links.length ? "found here:" : NONE),
      ...links,
      more > 0 ? h("span", { class: "hml-muted" }, `and ${more} more`) : null,
    );
  }

  focus(): void {
    this.entry.input.focus();
  }

  clear(): void {
    this.entry.input.value = "";
  }

  private async take(path: string): Promise<void> {
    this.entry.input.value = path;
    await this.entry.submit();
  }
}
