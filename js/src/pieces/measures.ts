import { fill, h, write } from "../shared/dom";

export interface Measure {
  label: string;
  text: string;
  title?: string;
}

/** The significance in large, and what it is made of; numbers that change are written over in place. */
export class Measures {
  readonly root = h("div", { class: "hml-measures" });
  private readonly number = h("span", { class: "hml-big" });
  private readonly error = h("span", { class: "hml-muted" });
  private readonly reason = h("p", { class: "hml-warn" });
  private readonly list = h("dl", {});
  private shown = "";
  private texts: HTMLElement[] = [];

  constructor() {
    const figure = h("div", { class: "hml-figure" }, this.number, this.error, this.reason);
    this.root.append(figure, this.list);
  }

  /** `headline.reason` is said where there is no number to show. */
  draw(headline: { text: string; reason: string }, rows: Measure[]): void {
    const [number = "", error = ""] = headline.text.split(/\s*±\s*/);
    write(this.number, number);
    write(this.error, error && `± ${error}`);
    write(this.reason, headline.text ? "" : headline.reason);
    this.number.hidden = !headline.text;
    this.error.hidden = !error;
    this.reason.hidden = headline.text !== "";
    const labels = JSON.stringify(rows.map(({ label, title }) => [label, title]));
    if (labels !== this.shown) this.build(rows);
    this.shown = labels;
    rows.forEach(({ text }, at) => {
      const cell = this.texts[at];
      if (cell) write(cell, text);
    });
  }

  private build(rows: Measure[]): void {
    this.texts = rows.map(() => h("dd", {}));
    const row = ({ label, title }: Measure, at: number) =>
      h("div", { title: title ?? null }, h("dt", {}, label), this.texts[at]);
    fill(this.list, ...rows.map(row));
  }
}
