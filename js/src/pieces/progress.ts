import { h, write } from "../shared/dom";
import type { Progress } from "../shared/kernel";

/** A thin bar with a line of words; unknown progress moves to and fro. */
export class ProgressBar {
  private readonly bar = h("i", {});
  private readonly track = h(
    "div",
    { class: "hml-track", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" },
    this.bar,
  );
  private readonly words = h("span", { class: "hml-muted" });
  readonly root = h("div", { class: "hml-progress" }, this.track, this.words);

  constructor(label: string) {
    this.track.setAttribute("aria-label", label);
    this.show(null, "starting");
  }

  hear({ fraction, text, rate, left }: Progress): void {
    this.show(fraction, [text, left, rate].filter(Boolean).join(" · "));
  }

  show(fraction: number | null, text: string): void {
    this.track.classList.toggle("hml-unknown", fraction === null);
    this.bar.style.width = fraction === null ? "" : `${Math.round(fraction * 1000) / 10}%`;
    if (fraction === null) this.track.removeAttribute("aria-valuenow");
    else this.track.setAttribute("aria-valuenow", String(Math.round(fraction * 100)));
    write(this.words, text);
    this.words.title = text;
  }
}
