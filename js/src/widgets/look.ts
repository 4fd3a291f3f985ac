import type { BoardLayout } from "../shared/boardstate";
import { button, h } from "../shared/dom";

interface Choice<K extends keyof BoardLayout> {
  key: K;
  value: BoardLayout[K];
  text: string;
  title: string;
  /** Where the text alone does not say it. */
  label?: string;
}
const HOW: Choice<"how">[] = [
  { key: "how", value: "stacked", text: "stacked", title: "expected events, one upon the other" },
  { key: "how", value: "overlaid", text: "overlaid", title: "expected events, one over the other" },
  { key: "how", value: "normalised", text: "same area", title: "every sample with the same area" },
];
const BELOW: Choice<"below">[] = [
  {
    key: "below",
    value: "significance",
    text: "Z",
    title: "below each histogram: significance against the threshold",
    label: "significance below",
  },
  {
    key: "below",
    value: "ratio",
    text: "ratio",
    title: "below each histogram: data or signal over background",
    label: "ratio below",
  },
  {
    key: "below",
    value: "none",
    text: "–",
    title: "nothing below the histograms",
    label: "no panel below",
  },
];
const SWITCHES: { key: "log" | "snap"; text: string; title: string }[] = [
  { key: "log", text: "log y", title: "logarithmic vertical axis" },
  {
    key: "snap",
    text: "snap",
    title: "drags stop at the edges of bins; Shift with an arrow key goes between",
  },
];

/** What a board can show. */
export interface Possible {
  /** Expected events: it has a luminosity. */
  expected: boolean;
  /** Something below the histograms: it has a background. */
  compared: boolean;
}

/** How the board is drawn: one click each. */
export class Look {
  readonly root = h("span", { class: "hml-looks" });
  private layout: BoardLayout | null = null;
  private can: Possible = { expected: true, compared: true };
  private readonly below: HTMLElement;
  private readonly buttons: [HTMLButtonElement, (layout: BoardLayout) => boolean][] = [];
  /** Those that draw expected events, and what they say. */
  private readonly scaled: [HTMLButtonElement, string][] = [];

  constructor(private readonly change: (layout: BoardLayout) => void) {
    const group = (label: string, choices: Choice<"how" | "below">[]) =>
      h(
        "span",
        { class: "hml-choices", role: "group", "aria-label": label },
        ...choices.map((choice) => this.choice(choice)),
      );
    this.below = group("below each histogram", BELOW);
    this.root.append(
      group("how samples are drawn", HOW),
      this.below,
      ...SWITCHES.map((one) => this.toggle(one)),
    );
  }

  draw(layout: BoardLayout, can = this.can): void {
    this.layout = layout;
    this.can = can;
    this.below.hidden = !can.compared;
    for (const [node, on] of this.buttons) node.setAttribute("aria-pressed", String(on(layout)));
    for (const [node, title] of this.scaled) {
      node.disabled = !can.expected;
      node.title = can.expected
        ? title
        : `${title}: they need a luminosity, and the cross section of each class`;
    }
  }

  private choice(one: Choice<"how" | "below">): HTMLButtonElement {
    const { key, value, text, title, label } = one;
    const node = button(text, () => this.put({ [key]: value }), {
      class: "hml-toggle",
      title,
      "aria-label": label,
    });
    this.buttons.push([node, (layout) => layout[key] === value]);
    if (key === "how" && value !== "normalised") this.scaled.push([node, title]);
    return node;
  }

  private toggle({ key, text, title }: (typeof SWITCHES)[number]): HTMLButtonElement {
    const node = button(text, () => this.put({ [key]: !this.layout?.[key] }), {
      class: "hml-toggle",
      title,
    });
    this.buttons.push([node, (layout) => layout[key]]);
    return node;
  }

  private put(part: Partial<BoardLayout>): void {
    if (!this.layout) return;
    this.draw({ ...this.layout, ...part });
    this.change(this.layout);
  }
}
