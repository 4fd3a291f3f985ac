import { fill, h, unique } from "../shared/dom";
import type { InputRow } from "../shared/preservestate";
import type { Field } from "./form";
import { table } from "./table";

const COLUMNS = [
  { text: "input", kind: "text" as const },
  { text: "unit", kind: "text" as const },
  { text: "known at", kind: "text" as const },
  { text: "what it is", kind: "text" as const },
];
export const WORDS: Record<string, string> = {
  truth: "truth level",
  reco: "reconstructed objects",
  detector: "the detector only",
  parameter: "set by hand",
  unknown: "not said",
};

/** The inputs of a model in their order, and where each can be known: what is chosen differs from the proposal. */
export class Levels implements Field {
  readonly name = "levels";
  readonly root = h("div", { class: "hml-levels", "data-field": "levels" });
  private inputs: InputRow[] = [];
  private chosen: Record<string, string> = {};
  private drawn = "";

  offer(inputs: InputRow[], levels: string[]): void {
    const now = JSON.stringify([inputs, levels]);
    if (now === this.drawn) return;
    this.drawn = now;
    this.inputs = inputs;
    const rows = inputs.map((input) => ({ cells: this.cells(input, levels) }));
    const none = h(
      "p",
      { class: "hml-hint" },
      "Images and graphs are described by how they are made.",
    );
    fill(this.root, inputs.length ? table(COLUMNS, rows, "inputs, in order") : none);
  }

  get(): Record<string, string> {
    const own = this.inputs.filter(({ name, level }) => (this.chosen[name] ?? level) !== level);
    return Object.fromEntries(own.map(({ name }) => [name, this.chosen[name] ?? ""]));
  }

  set(value: unknown): void {
    this.chosen = { ...((value ?? {}) as Record<string, string>) };
    this.drawn = "";
  }

  /** Errors are about the form. */
  say(): void {}

  focus(): void {
    this.root.querySelector("select")?.focus();
  }

  private cells({ name, unit, level, definition }: InputRow, levels: string[]) {
    const select = h("select", {
      class: "hml-input hml-slim",
      id: unique("in"),
      "aria-label": `where ${name} is known`,
      "data-key": `level ${name}`,
      // Before the form hears of it, which asks the kernel about what is chosen now.
      oninput: () => {
        this.chosen[name] = select.value;
      },
    });
    const option = (value: string) => h("option", { value }, WORDS[value] ?? value);
    select.append(...levels.map(option));
    select.value = this.chosen[name] ?? level;
    const short = definition.replace(/ \(.*$/s, "");
    return [
      h("span", { class: "hml-mono" }, name),
      unit,
      select,
      h("span", { title: definition }, short),
    ];
  }
}
