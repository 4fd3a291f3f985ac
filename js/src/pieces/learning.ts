import { fill, h, unique, write } from "../shared/dom";
import type { History } from "../shared/kernel";
import { Curve, type Line } from "./curve";

/** What one model learned, as far as it has come. */
export interface Learned extends History {
  target: string;
  /** What is counted, such as epochs. */
  unit: string;
  /** How far it is. */
  text?: string;
  /** Which epochs are kept, in words. */
  note?: string;
  /** What the loss is that is minimised. */
  loss?: string;
  /** Epochs whose models are kept, where that are not the last ones. */
  kept?: number[];
  /** Why there are no numbers yet. */
  awaits?: string;
}

const FIRST = ["loss", "accuracy"];
const EMPTY = "The loss is drawn here while a model trains.";

/** A model's numbers after each epoch; one of them at a time, of training and of validation events. */
export class Learning {
  private readonly metric = h("select", {
    class: "hml-input hml-slim",
    id: unique("in"),
    "aria-label": "what is drawn",
    "data-key": "learning metric",
    onchange: () => this.draw(this.shown),
  });
  private readonly curve = new Curve(
    "how it learned",
    {
      x: "epochs",
      y: "loss",
      whole: true,
      empty: EMPTY,
    },
    undefined,
    h("span", { class: "hml-name" }, this.metric),
  );
  private readonly words = h("p", { class: "hml-words" });
  readonly root = this.curve.root;
  private shown: Learned | null = null;

  constructor() {
    this.root.append(this.words);
  }

  draw(learned: Learned | null): void {
    this.shown = learned;
    write(this.words, learned?.note ?? "");
    const names = metrics(learned);
    this.offer(names);
    const name = this.metric.value;
    const line = (key: string, label: string, style: number, dashed = false): Line => ({
      label,
      style,
      dashed,
      points: (learned?.curves[key] ?? []).flatMap((value, i): [number, number][] =>
        value === null ? [] : [[learned?.at[i] ?? i + 1, value]],
      ),
    });
    const both = [
      line(name, `${learned?.target ?? ""} training`, 0),
      line(`val_${name}`, "validation", 2, true),
    ];
    const lines = both.filter(({ points }) => points.length > 0);
    const { text = "", unit = "epochs", loss = name, awaits = EMPTY, kept = [] } = learned ?? {};
    const y = name === "loss" ? loss : said(name);
    this.curve.draw(lines, text, { x: unit, y, empty: awaits }, kept);
  }

  dispose(): void {
    this.curve.dispose();
  }

  /** What was chosen stays, also while a model is shown that has no such number. */
  private offer(names: string[]): void {
    const offered = names.length ? names : ["loss"];
    if ([...this.metric.options].map(({ value }) => value).join() === offered.join()) return;
    const before = this.metric.value;
    fill(this.metric, ...offered.map((value) => h("option", { value }, said(value))));
    this.metric.value = offered.includes(before) ? before : (offered[0] ?? "");
  }
}

/** Names of what a model was measured by, on training or on validation events. */
function metrics(learned: Learned | null): string[] {
  const all = Object.keys(learned?.curves ?? {}).map((name) => name.replace(/^val_/, ""));
  const names = [...new Set(all)];
  return [
    ...FIRST.filter((name) => names.includes(name)),
    ...names.filter((name) => !FIRST.includes(name)),
  ];
}

const said = (name: string) => name.replace(/_/g, " ");
