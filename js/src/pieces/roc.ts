import { button, h, unique, write } from "../shared/dom";
import { general } from "../shared/numbers";
import type { RocLine } from "../shared/trainingstate";
import { Curve, type Line } from "./curve";
import { Threshold } from "./threshold";

const STYLES = [0, 2, 3, 4, 5, 6, 7];
const OPTIONS = {
  x: "signal efficiency",
  y: "background rejection",
  domain: { x: [0, 1] as [number, number] },
  log: true,
  empty: "Trained models are drawn here, on test events.",
};

const PERFECT = "There is nothing to draw:\nno background passes any cut on a score.";

/** ROC curves with a handle: where it is let go is the working point of a model. */
export class Roc {
  readonly root: HTMLElement;
  private readonly curve: Curve;
  private readonly handle: Threshold;
  private readonly model = h("select", {
    class: "hml-input",
    id: unique("in"),
    "data-key": "roc model",
    onchange: () => this.choose(),
  });
  private readonly record = button("record", () => this.commit(), {
    class: "hml-link",
    title: "Write this working point as a cell",
    "data-key": "record working point",
  });
  private readonly words = h("div", { class: "hml-words" });
  private readonly row: HTMLElement;
  private lines: RocLine[] = [];
  /** Of the last of the lines, for who has not chosen. */
  private newest = "";
  private readonly hidden = new Set<string>();
  private place = 0;

  /** `chosen` is told of the model that the user looks at. */
  constructor(
    private readonly committed: (target: string, efficiency: number) => void,
    private readonly chosen: () => void = () => {},
  ) {
    this.curve = new Curve("ROC", OPTIONS, (x) => this.scale(x));
    this.handle = new Threshold("low", "signal efficiency of the working point", {
      near: () => {},
      grab: () => {},
      move: (_, place) => this.put(place),
      commit: (_, place) => {
        this.place = place;
        this.commit();
      },
      cancel: () => this.put(this.standing()),
      limits: () => [0, Math.max(0, (this.line?.efficiency.length ?? 1) - 1)],
    });
    this.curve.plot.append(this.handle.root);
    const label = h("label", { class: "hml-muted", htmlFor: this.model.id }, "working point of");
    this.row = h("div", { class: "hml-working-row" }, label, this.model, this.record);
    this.curve.root.append(this.row, this.words);
    this.root = this.curve.root;
    this.draw([]);
  }

  draw(lines: RocLine[]): void {
    this.lines = lines;
    this.offer();
    this.drawLines();
    const nothing = lines.length === 0;
    for (const node of [this.handle.root, this.row, this.words]) node.hidden = nothing;
    if (!this.handle.moving) this.put(this.standing());
  }

  /** The chosen model stands before the others, which can be hidden. */
  private drawLines(): void {
    const { target: chosen } = this;
    const drawn = this.lines.map((one, at): Line => {
      const { target, efficiency, rejection } = one;
      const press = () => {
        if (!this.hidden.delete(target)) this.hidden.add(target);
        this.drawLines();
      };
      return {
        label: target,
        style: STYLES[at % STYLES.length] ?? 0,
        dashed: at % 2 === 1,
        faint: target !== chosen,
        ...(target === chosen ? {} : { toggle: { hidden: this.hidden.has(target), press } }),
        points: efficiency.flatMap((share, i): [number, number][] => {
          const left = rejection[i];
          return left == null ? [] : [[share, left]];
        }),
      };
    });
    this.curve.draw(drawn, "", { empty: drawn.length ? PERFECT : OPTIONS.empty });
  }

  private commit(): void {
    const { line } = this;
    if (line) this.committed(line.target, line.efficiency[this.place] ?? 0);
  }

  dispose(): void {
    this.curve.dispose();
    this.handle.dispose();
  }

  /** The model that has the handle; empty: there is none. */
  get target(): string {
    return this.line?.target ?? "";
  }

  private get line(): RocLine | undefined {
    return this.lines.find(({ target }) => target === this.model.value);
  }

  private offer(): void {
    const newest = this.lines.at(-1)?.target ?? "";
    const chosen = newest === this.newest ? this.model.value : newest;
    this.newest = newest;
    const options = this.lines.map(({ target }) => h("option", { value: target }, target));
    this.model.replaceChildren(...options);
    this.model.value = this.lines.some(({ target }) => target === chosen) ? chosen : newest;
  }

  private choose(): void {
    this.drawLines();
    this.put(this.standing());
    this.chosen();
  }

  /** The place of the recorded working point, else that of half of the signal. */
  private standing(): number {
    const { line } = this;
    if (!line) return 0;
    const wanted = line.working ?? 0.5;
    const found = line.efficiency.findIndex((efficiency) => efficiency >= wanted - 1e-9);
    return found < 0 ? line.efficiency.length - 1 : found;
  }

  private scale(x: (value: number) => number): void {
    const places = this.line?.efficiency ?? [];
    this.handle.scale({ places, pixels: places.map(x), stops: [...places.keys()] });
    this.handle.place(this.place, this.spoken(this.place), this.line?.working != null);
  }

  private put(place: number): void {
    this.place = place;
    this.handle.place(place, this.spoken(place), this.line?.working != null);
    write(this.words, this.said(place));
    const page = this.root.getRootNode() as Document | ShadowRoot;
    const had = page.activeElement === this.record;
    this.record.hidden = this.line?.working != null && place === this.standing();
    if (had && this.record.hidden) this.handle.root.focus();
  }

  private said(place: number): string {
    const { line } = this;
    if (!line) return "";
    const at = (values: (number | null)[] | null) => values?.[place] ?? null;
    const share = `${general(100 * (line.efficiency[place] ?? 0), 3)} % of signal`;
    const left = at(line.rejection);
    const rejection = left === null ? "no background left" : `rejection ${general(left, 3)}`;
    const threshold = at(line.threshold) ?? 0;
    // never rounded up to 1, which nothing passes
    const cut = `score ≥ ${threshold > 0.99 ? Math.floor(threshold * 1e4) / 1e4 : general(threshold, 3)}`;
    const z = at(line.z);
    const worth = z === null ? "too little background for Z" : `Z ${general(z, 3)}`;
    return [share, rejection, cut, ...(line.z ? [worth] : [])].join(" · ");
  }

  private spoken(place: number): string {
    const { line } = this;
    return line ? `${line.target}: ${this.said(place).replaceAll(" · ", ", ")}` : "";
  }
}
