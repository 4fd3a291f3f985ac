// A live board of toys whose host writes down what it is asked; a test settles commits by hand.
import { vi } from "vitest";
import type { Host } from "../src/widgets/host";
import { Live } from "../src/widgets/live";
import type { ToyBoard } from "./harness/board";
import { toyBoard } from "./harness/saved";

export class Stage {
  readonly toys: ToyBoard;
  readonly committed: [string, Record<string, unknown>][] = [];
  /** Ends of the commits, oldest first. */
  readonly settles: ((error: string | null) => void)[] = [];
  /** Requests and commits in their order. */
  readonly asked: string[] = [];
  readonly cells: (string | null)[] = [];
  readonly live: Live;
  readonly root = document.body.appendChild(document.createElement("div"));

  constructor(shown?: string[], scenario = "filled") {
    this.toys = toyBoard(scenario);
    if (shown) this.toys.shown = shown;
    const host: Host = {
      hint: "",
      still: false,
      locked: "",
      request: async (action, values) => {
        this.asked.push(`${action} ${values.observable ?? values.x ?? ""}`);
        const [value, buffers] = this.answer(action, values);
        return { value: value as never, buffers };
      },
      commit: (action, values) => {
        this.asked.push(`commit ${action}`);
        this.committed.push([action, values]);
        return new Promise((resolve) => {
          this.settles.push((error) => resolve({ error }));
        });
      },
      cell: (code) => this.cells.push(code),
      asking: () => this.cells.push("asking"),
    };
    this.live = new Live(host);
    this.root.append(...this.live.main, ...this.live.side);
    this.live.update(this.toys.state());
    this.live.shown();
  }

  /** The kernel has other cuts. */
  async told(): Promise<void> {
    this.live.update(this.toys.state());
    await vi.advanceTimersByTimeAsync(50);
  }

  async settle(error: string | null = null, at = this.settles.length - 1): Promise<void> {
    this.settles[at]?.(error);
    await vi.advanceTimersByTimeAsync(1);
  }

  dispose(): void {
    this.live.dispose();
    this.root.remove();
  }

  find<T extends HTMLElement>(selector: string): T {
    const node = this.root.querySelector<T>(selector);
    if (!node) throw new Error(`there is no ${selector}`);
    return node;
  }

  handle(label: string): HTMLElement {
    return this.find(`[role=slider][aria-label="${label}"]`);
  }

  keys(label: string, ...names: string[]): void {
    press(this.handle(label), ...names);
  }

  spoken(label: string): string | null {
    return this.handle(label).getAttribute("aria-valuetext");
  }

  press(text: string): void {
    [...this.root.querySelectorAll("button")].find((one) => one.textContent === text)?.click();
  }

  type(label: string, text: string): HTMLInputElement {
    const input = this.find<HTMLInputElement>(`input[aria-label="${label}"]`);
    input.value = text;
    input.dispatchEvent(new Event("change"));
    return input;
  }

  flow(): (string | null)[][] {
    return [...this.root.querySelectorAll<HTMLElement>(".hml-cutflow tbody tr")]
      .filter((row) => !row.hidden)
      .map((row) => [...row.children].map((cell) => cell.textContent));
  }

  /** What was asked of thresholds, commit by commit. */
  get moves(): unknown[] {
    return this.committed.filter(([action]) => action === "set").map(([, { moves }]) => moves);
  }

  private answer(action: string, values: Record<string, unknown>): [unknown, DataView[]] {
    if (action === "index") return this.toys.index(String(values.observable));
    if (action === "box") return [values, [this.toys.box(String(values.x), String(values.y))]];
    return [this.toys.find(String(values.observable), values.side as "low"), []];
  }
}

export function press(node: HTMLElement, ...names: string[]): void {
  for (const key of names) node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}
