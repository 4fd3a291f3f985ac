import type { Attachment, CellOp, CellState, KernelStatus, Outcome, Questions } from "./events";

export interface Attached {
  way: "A" | "C";
  notebook: string | null;
  host: string | null;
  cells: CellState[];
}

/** Where a study's Lab was shown first, for views that stand outside of their notebook. */
const hosts = new Map<string, string>();

/** The notebook around a view, reached through the plugin's events. */
export class Notebook {
  cells: CellState[] | null = null;
  onchange: (cells: CellState[]) => void = () => {};
  onkernel: (status: KernelStatus) => void = () => {};
  private attachment: Attachment | null = null;
  private disposed = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly study: () => string,
  ) {}

  /** Look for the notebook; without a plugin the answer is way C. */
  async attach(): Promise<Attached> {
    const found = await this.ask<Attachment, "hml:attach">("hml:attach", {
      study: this.study(),
      onCells: (cells) => this.heard(cells),
      onKernel: (status) => this.onkernel(status),
    });
    if (found === null) return { way: "C", notebook: null, host: null, cells: [] };
    if (this.disposed) found.detach();
    this.attachment = found;
    if (found.host) hosts.set(this.study(), found.host);
    return { way: "A", notebook: found.notebook, host: found.host, cells: this.cells ?? [] };
  }

  /** Change cells; resolves when they have run, null if no plugin took the event. */
  async apply(ops: CellOp[], applied: (outcomes: Outcome[]) => void): Promise<Outcome[] | null> {
    const question = { study: this.study(), ops, applied };
    const end = await this.ask<{ outcomes: Outcome[] }, "hml:cells">("hml:cells", question);
    return end?.outcomes ?? null;
  }

  /** Interrupt the kernel; false where no plugin can. */
  async interrupt(): Promise<boolean> {
    return (await this.ask<true, "hml:interrupt">("hml:interrupt", {})) !== null;
  }

  /** Show the cell of a record; false where no plugin can. */
  async reveal(record_id: string): Promise<boolean> {
    const question = { study: this.study(), record_id };
    return (await this.ask<true, "hml:reveal">("hml:reveal", question)) !== null;
  }

  /** Save the notebook; false where no plugin can. */
  async save(): Promise<boolean> {
    return (await this.ask<true, "hml:save">("hml:save", {})) !== null;
  }

  dispose(): void {
    this.disposed = true;
    this.attachment?.detach();
  }

  private heard(cells: CellState[]): void {
    this.cells = cells;
    if (this.attachment) this.onchange(cells);
  }

  /** Dispatch an event; null if nobody took it, else what was answered. */
  private ask<Answer, Name extends keyof Questions>(
    name: Name,
    question: Omit<Questions[Name], "done" | "fail">,
  ): Promise<Answer | null> {
    return new Promise((resolve, reject) => {
      const host = hosts.get(this.study()) ?? null;
      const done = (answer: Answer | null) => resolve(answer ?? (true as Answer));
      const detail = { host, ...question, done, fail: reject };
      const options = { bubbles: true, composed: true, cancelable: true, detail };
      if (this.root.dispatchEvent(new CustomEvent(name, options))) resolve(null);
    });
  }
}
