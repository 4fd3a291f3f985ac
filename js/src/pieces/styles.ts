import type { Kind } from "../shared/boardstate";
import { s } from "../shared/dom";

const STYLES = 8;

/** Colours and line styles of samples in their order: 0 and 1 for signals, from 2 on for backgrounds, -1 for data. */
export function styles(samples: { kind: Kind }[]): number[] {
  const ranks = { signal: 0, background: 0, data: 0 };
  return samples.map(({ kind }) => {
    ranks[kind] += 1;
    const rank = ranks[kind] - 1;
    if (kind === "data") return -1;
    return kind === "signal" ? rank % 2 : 2 + (rank % (STYLES - 2));
  });
}

/** A small picture of a style, for legends. */
export function swatch(style: number, line = false): SVGSVGElement {
  const mark =
    style < 0
      ? s("path", { class: "hml-points", d: "M7 0V10M4.5 5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0" })
      : line
        ? s("path", { class: "hml-stroke", "data-style": style, d: "M0 5H18" })
        : s("rect", { class: "hml-fill", "data-style": style, width: 14, height: 10, rx: 2 });
  const width = line && style >= 0 ? 18 : 14;
  return s("svg", { class: "hml-swatch", width, height: 10, "aria-hidden": "true" }, mark);
}
