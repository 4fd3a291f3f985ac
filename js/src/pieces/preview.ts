import { sum } from "d3-array";
import { fill, h, write } from "../shared/dom";
import { reason } from "../shared/kernel";
import type { PreviewValue } from "../shared/state";
import { Histogram, styles, swatch } from "./histogram";

/** One observable as it looks in each source. */
export class Preview {
  readonly doc = h("p", { class: "hml-hint hml-doc" });
  name = "";
  private readonly histogram = new Histogram();
  private readonly title = h("h4", {});
  private readonly legend = h("div", { class: "hml-legend" });
  private readonly message = h("div", { class: "hml-message" });
  private readonly plot = h("div", { class: "hml-plot" }, this.histogram.svg);
  readonly root = h(
    "div",
    { class: "hml-preview" },
    this.title,
    this.plot,
    this.legend,
    this.message,
    this.doc,
  );
  private shown: PreviewValue | null = null;
  private readonly observer =
    typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.redraw());

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
      h("span", { class: "hml-unit" }, value.unit ?? ""),
    );
    this.plot.classList.remove("hml-waiting");
    this.plot.classList.toggle("hml-none", value.error !== null);
    this.say(value.error ?? lacking(value.missing ?? {}), value.error !== null);
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
  }

  private say(text: string, bad: boolean): void {
    write(this.message, text);
    this.message.classList.toggle("hml-bad", bad);
  }

  private redraw(): void {
    const { shown } = this;
    if (!shown?.series || !shown.edges) return;
    const looks = styles(shown.series);
    fill(
      this.legend,
      ...shown.series.map(({ label }, at) => h("span", {}, swatch(looks[at] ?? 0), ` ${label}`)),
    );
    this.histogram.frame(shown.edges, this.plot.clientWidth || 260);
    this.histogram.rescale();
    const series = shown.series.map(({ label, is_signal, density }, at) => ({
      label,
      signal: is_signal,
      style: looks[at] ?? 0,
      values: density,
      before: density,
      area: sum(density) || 1,
    }));
    this.histogram.draw(series, { shapes: true, log: false });
  }
}

function lacking(missing: Record<string, number>): string {
  const parts = Object.entries(missing).filter(([, n]) => n > 0);
  return parts.length
    ? `no value in ${parts.map(([label, n]) => `${n} ${label} events`).join(", ")}`
    : "";
}
