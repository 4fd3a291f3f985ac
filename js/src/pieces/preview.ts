import type { Kind } from "../shared/boardstate";
import { fill, h, write } from "../shared/dom";
import { reason } from "../shared/kernel";
import type { PreviewValue } from "../shared/state";
import { themed } from "../shared/theme";
import { tell } from "./form";
import { Histogram, TALL } from "./histogram";
import { Sheet } from "./sheet";
import { styles, swatch } from "./styles";

/** One observable as it looks in each source. */
export class Preview {
  readonly doc = h("p", { class: "hml-hint hml-doc" });
  name = "";
  private readonly sheet = new Sheet();
  private readonly histogram = new Histogram(this.sheet);
  private readonly title = h("h4", {});
  private readonly axis = h("div", { class: "hml-hint" }, "unit area");
  private readonly legend = h("div", { class: "hml-legend" });
  private readonly message = h("div", { class: "hml-message" });
  private readonly plot = h("div", { class: "hml-plot" }, this.sheet.canvas, this.histogram.svg);
  readonly root = h(
    "div",
    { class: "hml-preview" },
    this.title,
    this.axis,
    this.plot,
    this.legend,
    this.message,
    this.doc,
  );
  private shown: PreviewValue | null = null;
  private readonly observer =
    typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.redraw());

  private readonly unthemed = themed(() => this.redraw());

  constructor() {
    this.observer?.observe(this.plot);
  }

  wait(name: string, doc: string): void {
    this.name = name;
    fill(this.title, h("span", { class: "hml-name" }, name));
    write(this.doc, doc);
    this.plot.classList.add("hml-waiting");
  }

  draw(value: PreviewValue): void {
    this.shown = value;
    fill(
      this.title,
      h("span", { class: "hml-name" }, value.name),
      value.error === null ? this.histogram.caption : null,
    );
    this.plot.classList.remove("hml-waiting");
    this.plot.classList.toggle("hml-none", value.error !== null);
    this.say(
      value.error ?? lacking(value.missing ?? {}, value.rows ?? "events"),
      value.error !== null,
    );
    this.redraw();
  }

  fail(error: unknown): void {
    this.shown = null;
    this.plot.classList.remove("hml-waiting");
    this.plot.classList.add("hml-none");
    fill(this.legend);
    this.say(reason(error), true);
  }

  dispose(): void {
    this.observer?.disconnect();
    this.unthemed();
  }

  private say(text: string, bad: boolean): void {
    tell(this.message, text, bad);
  }

  private redraw(): void {
    const { shown } = this;
    if (!shown?.series || !shown.edges) return;
    const kinds = shown.series.map(({ is_signal }): { kind: Kind } => ({
      kind: is_signal ? "signal" : "background",
    }));
    const looks = styles(kinds);
    fill(
      this.legend,
      ...shown.series.map(({ label }, at) =>
        h("span", {}, swatch(looks[at] ?? 0, true), ` ${label}`),
      ),
    );
    this.histogram.unit = shown.unit ?? "";
    const width = this.plot.clientWidth || 260;
    this.sheet.frame(width, TALL);
    this.histogram.frame(shown.edges, width);
    this.histogram.rescale();
    const layers = shown.series.map(({ density }, at) => {
      const contents = [0, ...density, 0, 0];
      const kind = kinds[at]?.kind ?? "background";
      return { kind, style: looks[at] ?? 0, after: contents, before: contents, squares: [] };
    });
    this.histogram.draw(layers, { how: "normalised", log: false });
  }
}

function lacking(missing: Record<string, number>, rows: string): string {
  const parts = Object.entries(missing).filter(([, n]) => n > 0);
  return parts.length
    ? `no value in ${parts.map(([label, n]) => `${n} ${label} ${rows}`).join(", ")}`
    : "";
}
