import type { FlowRow, Sample } from "../shared/boardstate";
import { button, fill, h, write } from "../shared/dom";
import { count, efficiency, NONE, number, withError } from "../shared/numbers";

const MODES = ["events", "expected", "absolute", "relative"] as const;
type Mode = (typeof MODES)[number];
const TITLES: Record<Mode, string> = {
  events: "Simulated events that are left",
  expected: "Expected events at the luminosity, with their Monte-Carlo error",
  absolute: "Share of the generated events, weighted",
  relative: "Share of the row above, weighted",
};
/** The step to the events that no method has seen, as the kernel calls it. */
const TEST = "test events";
const SEEN =
  "Methods have seen the other events: from “test events” on only these are counted, and scaled up to all. The errors are larger, what is expected is the same.";
interface Line {
  root: HTMLTableRowElement;
  label: HTMLElement;
  cells: [HTMLElement, HTMLElement][];
}

/** What each cut leaves, a column a sample; while a threshold moves the rows are written over in place. */
export class Cutflow {
  readonly root = h("div", { class: "hml-cutflow" });
  private readonly head = h("tr", {});
  private readonly body = h("tbody", {});
  private readonly modes: HTMLButtonElement[];
  private readonly note = h("p", { class: "hml-hint" }, SEEN);
  private samples: Sample[] = [];
  private rows: FlowRow[] = [];
  private scale = 0;
  private names = "";
  private chosen: Mode = "events";
  private lines: Line[] = [];

  constructor() {
    this.modes = MODES.map((mode) =>
      button(mode, () => this.choose(mode), { class: "hml-toggle", title: TITLES[mode] }),
    );
    const table = h("table", { "aria-label": "cutflow" }, h("thead", {}, this.head), this.body);
    this.root.append(
      h("div", { class: "hml-choices", role: "group", "aria-label": "show" }, ...this.modes),
      h("div", { class: "hml-table" }, table),
      this.note,
    );
  }

  /** `scale` makes expected events of weights; 0: nobody knows how many. */
  draw(rows: FlowRow[], samples: Sample[], scale: number): void {
    this.rows = rows;
    this.samples = samples;
    this.scale = scale;
    this.columns();
    this.modes.forEach((node, at) => {
      const text = String(MODES[at] === this.chosen);
      if (node.getAttribute("aria-pressed") !== text) node.setAttribute("aria-pressed", text);
      node.hidden = MODES[at] === "expected" && scale === 0;
    });
    const seen = rows.every(({ label }) => label !== TEST);
    if (this.note.hidden !== seen) this.note.hidden = seen;
    while (this.lines.length < rows.length) this.append();
    this.lines.forEach((line, at) => {
      if (line.root.hidden !== at >= rows.length) line.root.hidden = at >= rows.length;
      if (at < rows.length) this.write(line, at);
    });
  }

  private choose(mode: Mode): void {
    this.chosen = mode;
    this.draw(this.rows, this.samples, this.scale);
  }

  private columns(): void {
    const names = JSON.stringify(this.samples);
    if (names === this.names) return;
    this.names = names;
    this.lines = [];
    fill(this.body);
    const head = this.samples.map(({ name }) =>
      h("th", { class: "hml-number", scope: "col" }, name),
    );
    fill(this.head, h("th", { class: "hml-text", scope: "col" }, "cut"), ...head);
  }

  private append(): void {
    const label = h("span", {});
    const cells = this.samples.map((): [HTMLElement, HTMLElement] => [
      h("span", {}),
      h("small", { class: "hml-below hml-muted" }),
    ]);
    const row = h(
      "tr",
      {},
      h("th", { class: "hml-text", scope: "row" }, label),
      ...cells.map((cell) => h("td", { class: "hml-number" }, ...cell)),
    );
    this.lines.push({ root: row, label, cells });
    this.body.append(row);
  }

  private write(line: Line, at: number): void {
    const { chosen } = this;
    const mode = chosen === "expected" && this.scale === 0 ? "events" : chosen;
    write(line.label, this.rows[at]?.label ?? "");
    line.cells.forEach(([text, error], m) => {
      const [value, doubt] = this.text(mode, at, m);
      write(text, value);
      write(error, doubt);
    });
  }

  private text(mode: Mode, at: number, m: number): [string, string] {
    const row = this.rows[at];
    const [events, sum] = [row?.events[m] ?? null, row?.sums[m] ?? null];
    const data = this.samples[m]?.kind === "data";
    if (mode === "events" || (mode === "expected" && data)) return [count(events), ""];
    if (mode === "expected") return expected(sum, row?.squares[m] ?? null, this.scale);
    const before = this.rows[mode === "absolute" ? 0 : at - 1]?.sums[m] ?? null;
    if (mode === "relative" && at === 0) return [NONE, ""];
    return [sum === null || !before ? NONE : efficiency(sum / before), ""];
  }
}

/** The number, and below it its error. */
function expected(sum: number | null, squares: number | null, scale: number): [string, string] {
  if (sum === null) return [NONE, ""];
  const text = withError(sum * scale, Math.sqrt(squares ?? 0) * scale);
  const [, value, error, power = ""] = text.match(/^\(?([^ ]+) ± ([^ )]+)\)?( × .+)?$/) ?? [];
  return value ? [value + power, `± ${error}${power}`] : [number(sum * scale), ""];
}
