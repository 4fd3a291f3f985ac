import { button, fill, h, write } from "../shared/dom";

export type Pair = [x: string, y: string];

/** Pairs of observables, for 2-D views: two to choose, and those that were chosen. */
export class Pairs {
  readonly root: HTMLElement;
  private readonly list = h("ul", { class: "hml-arranged", "aria-label": "2-D views" });
  private readonly message = h("div", { class: "hml-message", role: "status" });
  private readonly axes = ["horizontal axis", "vertical axis"].map((label) =>
    h("select", { class: "hml-input", "aria-label": label }),
  );
  private pairs: Pair[] = [];
  private offered = "";

  constructor(private readonly change: (pairs: Pair[]) => void) {
    const add = button("Add", () => this.add(), { "aria-label": "add a 2-D view" });
    const [x, y] = this.axes;
    const times = h("span", { "aria-hidden": "true" }, "×");
    this.root = h(
      "fieldset",
      { class: "hml-pairs" },
      h("legend", { class: "hml-label" }, "2-D views"),
      h("div", { class: "hml-inline" }, x, times, y, add),
      this.message,
      this.list,
    );
  }

  draw(pairs: Pair[], board: string[], others: string[]): void {
    this.offer(board, others);
    if (JSON.stringify(pairs) === JSON.stringify(this.pairs)) return;
    this.pairs = pairs;
    fill(this.list, ...pairs.map((pair, at) => this.row(pair, at)));
  }

  /** A menu that is open must not change under the pointer. */
  private offer(board: string[], others: string[]): void {
    const wanted = JSON.stringify([board, others]);
    if (wanted === this.offered) return;
    this.offered = wanted;
    const option = (name: string) => h("option", { value: name }, name);
    this.axes.forEach((select, at) => {
      const value = select.value;
      fill(
        select,
        h("optgroup", { label: "on the board" }, ...board.map(option)),
        others.length ? h("optgroup", { label: "others" }, ...others.map(option)) : null,
      );
      const kept = value !== "" && [...board, ...others].includes(value);
      select.value = kept ? value : (board[at] ?? "");
    });
  }

  private row([x, y]: Pair, at: number): HTMLElement {
    const name = `${x} × ${y}`;
    const away = button("×", () => this.remove(at), {
      class: "hml-remove",
      "aria-label": `take away ${name}`,
    });
    return h("li", {}, h("span", { class: "hml-name", title: name }, name), away);
  }

  private add(): void {
    const [x = "", y = ""] = this.axes.map(({ value }) => value);
    const there = this.pairs.some((pair) => pair[0] === x && pair[1] === y);
    const wrong = there
      ? `${x} × ${y} is on the board already.`
      : x === y
        ? "A 2-D view needs two different observables."
        : "";
    write(this.message, wrong);
    this.message.classList.toggle("hml-bad", wrong !== "");
    if (!wrong) this.change([...this.pairs, [x, y]]);
  }

  private remove(at: number): void {
    this.change(this.pairs.filter((_, n) => n !== at));
    (this.list.querySelector<HTMLElement>("button") ?? this.axes[0])?.focus();
  }
}
