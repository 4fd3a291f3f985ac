import { styles, swatch } from "../pieces/styles";
import type { BoardState } from "../shared/boardstate";
import { h } from "../shared/dom";

/** How each sample is drawn. */
export function entries({ samples, layout }: BoardState): HTMLElement[] {
  const looks = styles(samples);
  return samples.map(({ name, kind }, at) =>
    h(
      "span",
      {},
      swatch(looks[at] ?? 0, layout.how !== "stacked"),
      ` ${name}`,
      h("small", {}, kind === "signal" ? " signal" : ""),
    ),
  );
}
