import { Measures } from "../pieces/measures";
import type { BoardState, FlowRow } from "../shared/boardstate";
import { h, unique, write } from "../shared/dom";
import { count, NONE, notPlain, number, typed, withError } from "../shared/numbers";
import { compares, estimate, expected } from "../shared/snapshot";

const LUMINOSITY = { least: 1e-6, words: "a luminosity is a number of fb⁻¹ above 0" };
const SIGNAL = "expected signal events";
const UNCERTAINTY = { least: 0, words: "an uncertainty is a number of per cent, 0 or larger" };

export interface EstimateEvents {
  ask(action: "luminosity" | "uncertainty", value: number): void;
}

/** What the selection is worth at a luminosity. */
export class Estimate {
  readonly root: HTMLElement;
  private readonly measures = new Measures();
  private readonly luminosity: HTMLInputElement;
  private readonly uncertainty: HTMLInputElement;
  private readonly settings: HTMLElement;
  private readonly what: HTMLElement;
  private readonly unit = h("span", {});
  private readonly doubted: HTMLElement;
  private readonly said = h("p", { class: "hml-hint hml-bad", role: "status" });

  constructor({ ask }: EstimateEvents) {
    const events = { say: (wrong: string) => write(this.said, wrong) };
    this.luminosity = input("luminosity", events, LUMINOSITY, (value) => ask("luminosity", value));
    this.uncertainty = input(
      "uncertainty of the background in per cent",
      events,
      UNCERTAINTY,
      (value) => ask("uncertainty", value / 100),
    );
    const { luminosity, uncertainty } = this;
    this.what = h("label", { htmlFor: luminosity.id });
    this.doubted = h(
      "span",
      { class: "hml-nowrap" },
      h("label", { htmlFor: uncertainty.id }, "b ± "),
      uncertainty,
      " %",
    );
    this.settings = h(
      "div",
      { class: "hml-muted hml-inline hml-settings" },
      this.what,
      h("span", { class: "hml-nowrap" }, luminosity, this.unit),
      this.doubted,
    );
    this.root = h("section", { class: "hml-block" }, this.settings, this.said, this.measures.root);
  }

  draw(state: BoardState, rows: FlowRow[]): void {
    const focused = (this.root.getRootNode() as Document).activeElement;
    const known = state.luminosity !== null;
    if (focused !== this.luminosity) put(this.luminosity, String(state.luminosity ?? ""));
    if (focused !== this.uncertainty)
      put(this.uncertainty, String(+(100 * state.uncertainty).toPrecision(6)));
    if (this.settings.hidden === known) this.settings.hidden = !known;
    const compared = compares(state);
    write(this.what, compared ? "Asimov Z at" : "expected events at");
    write(this.unit, compared ? " fb⁻¹," : " fb⁻¹");
    if (this.doubted.hidden === compared) this.doubted.hidden = !compared;
    const row = rows.at(-1);
    if (!row) return;
    if (known && compared) this.significance(state, row);
    else if (known) this.alone(state, row);
    else
      this.measures.draw(
        { text: "", reason: "A cross section is unknown: there are counts and efficiencies only." },
        [],
      );
  }

  private alone(state: BoardState, row: FlowRow): void {
    const { s, s2 } = expected(state, row);
    const reason = "There is no background: a significance cannot be estimated.";
    const text = withError(s, Math.sqrt(s2));
    this.measures.draw({ text: "", reason }, [{ label: "s", text, title: SIGNAL }]);
  }

  private significance(state: BoardState, row: FlowRow): void {
    const { s, b, s2, b2 } = expected(state, row);
    const { value, error, effective, reason } = estimate(state, row);
    const headline = { text: value === null ? "" : apart(withError(value, error)), reason };
    const [per, all] = [b > 0 ? s / Math.sqrt(b) : null, s + b > 0 ? s / Math.sqrt(s + b) : null];
    const few = value === null;
    const simulated = effective < 100 ? number(effective, 3) : count(Math.round(effective));
    const raw = row.events.reduce<number>(
      (n, events, at) => n + (state.samples[at]?.kind === "background" ? (events ?? 0) : 0),
      0,
    );
    this.measures.draw(headline, [
      { label: "s", text: withError(s, Math.sqrt(s2)), title: SIGNAL },
      {
        label: "b",
        text: withError(b, Math.sqrt(b2)),
        title: "expected background events, with their Monte-Carlo error",
      },
      { label: "s/√b", text: number(per, 3) },
      { label: "s/√(s+b)", text: number(all, 3) },
      {
        label: "b simulated",
        text: `${count(raw)} events, ${simulated} effective`,
        title: `a significance needs ${state.floor} effective ones`,
      },
      {
        label: "error of b in Z",
        text: few ? NONE : doubt(Math.sqrt(b2) / b, state.uncertainty),
        title:
          "Z knows that b is estimated from simulated events; only more of them make this error smaller, a higher luminosity does not",
      },
    ]);
  }
}

function input(
  label: string,
  { say }: { say(wrong: string): void },
  { least, words }: { least: number; words: string },
  change: (value: number) => void,
): HTMLInputElement {
  const node = h("input", {
    class: "hml-input hml-few",
    type: "text",
    inputmode: "decimal",
    id: unique("in"),
    "aria-label": label,
    onchange: () => {
      const value = typed(node.value);
      const plain = Number.isFinite(value);
      const bad = !plain || value < least;
      node.setAttribute("aria-invalid", String(bad));
      if (bad) say(plain ? words : notPlain(node.value));
      else {
        say("");
        change(value);
      }
    },
  });
  return node;
}

function put(node: HTMLInputElement, text: string): void {
  if (node.value !== text) node.value = text;
}

/** The Monte-Carlo error of the background, and the uncertainty that is set. */
function doubt(simulated: number, uncertainty: number): string {
  const part = `${number(100 * simulated, 2)} % simulation`;
  return uncertainty ? `${part} ⊕ ${number(100 * uncertainty, 2)} %` : part;
}

/** A power of ten belongs to both numbers, which are shown in two sizes. */
const apart = (text: string) => text.replace(/^\((.+) ± (.+)\)( × .+)$/, "$1$3 ± $2$3");
