import { h } from "../shared/dom";
import type { CardFacts } from "../shared/preservestate";
import { WORDS } from "./levels";
import { table } from "./table";

const COLUMNS = [
  { text: "input", kind: "text" as const },
  { text: "unit", kind: "text" as const },
  { text: "known at", kind: "text" as const },
  {
    text: "if missing",
    kind: "text" as const,
    title: "What stands for an object that is not there",
  },
  { text: "what it is", kind: "text" as const },
];

/** How much a card says, in a line. */
export function counted({ inputs, more_inputs, kind, outputs, points }: CardFacts): string {
  const takes = kind === "set" ? plural(inputs.length + more_inputs, "input") : `an ${kind}`;
  const cuts = points.length ? `, ${plural(points.length, "working point")}` : "";
  return `${takes.replace("an graph", "a graph")}, ${plural(outputs.length, "output")}${cuts}`;
}

/** What a card says: inputs in their order, outputs, where to cut, who made it. */
export function facts(card: CardFacts): HTMLElement {
  const rows = card.inputs.map(({ name, unit, level, missing, definition }) => ({
    cells: [
      h("span", { class: "hml-mono" }, name),
      unit,
      WORDS[level] ?? level,
      missing,
      definition,
    ],
  }));
  const more = card.more_inputs
    ? h("p", { class: "hml-muted" }, `and ${card.more_inputs} more, see card.yaml`)
    : null;
  const said: [string, string[]][] = [
    [
      card.outputs.length > 1 ? "outputs" : "output",
      card.outputs.map(({ name, meaning }) => (meaning ? `${name}: ${meaning}` : name)),
    ],
    ["cut at", card.points],
    [card.networks.length > 1 ? "networks" : "network", card.networks],
    ...Object.entries(card.said).map(([name, text]): [string, string[]] => [name, [text]]),
  ];
  const entries = said
    .filter(([, texts]) => texts.length)
    .flatMap(([name, texts]) => [h("dt", {}, name), h("dd", {}, texts.join("\n"))]);
  return h(
    "div",
    { class: "hml-facts" },
    rows.length ? table(COLUMNS, rows, `inputs of ${card.name}, in order`) : null,
    more,
    h("dl", { class: "hml-docs" }, ...entries),
  );
}

export const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
