import type { CellOp, CellState, Outcome } from "./events";
import { type Kernel, Refused, reason } from "./kernel";
import type { Notebook } from "./notebook";

export interface Commit {
  panel: string;
  action: string;
  values: Record<string, unknown>;
  /** A waiting commit of equal key is replaced by a newer one; null: never. */
  key: string | null;
  /** What it is, for the list of what waits. */
  text: string;
}
export interface End {
  status: "written" | "failed" | "replaced" | "dropped";
  error: string | null;
  field: string | null;
}
export interface Item extends Commit {
  id: number;
  settled(end: End): void;
}

const LIMIT = 5;
const end = (status: End["status"]): End => ({ status, error: null, field: null });

/**
 * The queue between clicks and cells: one commit at a time goes to the kernel, and what it answers to the notebook.
 *
 * What waits is data, so that a busy kernel blocks nothing; the kernel renders it when its turn comes.
 */
export class Recorder {
  readonly waiting: Item[] = [];
  current: Item | null = null;
  way: "A" | "C" | null = null;
  private path: string | null = null;
  onchange: () => void = () => {};
  private busy = false;
  private ids = 0;
  private changed: CellState[] | null = null;
  private ended = false;

  constructor(
    private readonly kernel: Kernel,
    private readonly notebook: Notebook,
  ) {
    notebook.onchange = (cells) => this.report(cells);
  }

  /** Look for the notebook and bring its cells in line with the record. Rejects with what went wrong. */
  async attach(): Promise<void> {
    this.busy = true;
    try {
      const found = await this.notebook.attach();
      this.way = found.way;
      this.path = found.notebook;
      const { value } = await this.kernel.request<{ ops?: CellOp[] }>("lab", "attached", {
        ...found,
      });
      await this.carryOut(value?.ops);
    } finally {
      this.release();
    }
  }

  /** Put a commit at the end of the queue; resolves when its cell has run, or never will. */
  commit(commit: Commit): Promise<End> {
    return new Promise((settled) => {
      this.ids += 1;
      this.replace(commit);
      this.waiting.push({ ...commit, id: this.ids, settled });
      this.onchange();
      void this.next();
    });
  }

  /** Forget a waiting commit. */
  drop(id: number): void {
    const at = this.waiting.findIndex((item) => item.id === id);
    if (at < 0) return;
    const [item] = this.waiting.splice(at, 1);
    item?.settled(end("dropped"));
    this.onchange();
  }

  dispose(): void {
    this.ended = true;
    this.notebook.dispose();
  }

  /** A newer commit of a key replaces the older, unless another panel's commit between them may rely on it. */
  private replace(commit: Commit): void {
    if (commit.key === null) return;
    for (let at = this.waiting.length - 1; at >= 0; at -= 1) {
      const item = this.waiting[at];
      if (item?.panel !== commit.panel) return;
      if (item.key !== commit.key) continue;
      this.waiting.splice(at, 1);
      item.settled(end("replaced"));
      return;
    }
  }

  private async next(): Promise<void> {
    if (this.busy || this.ended) return;
    const item = this.waiting.shift();
    if (!item) return;
    this.busy = true;
    this.current = item;
    this.onchange();
    item.settled(await this.run(item));
    this.current = null;
    this.release();
  }

  private release(): void {
    this.busy = false;
    if (this.ended) return;
    if (this.changed !== null) this.report(this.changed);
    this.onchange();
    void this.next();
  }

  private async run(item: Item): Promise<End> {
    const { panel, action, values } = item;
    const cells = this.way === "A" ? (this.notebook.cells ?? []) : null;
    try {
      const request = { panel, action, values, cells, notebook: this.path };
      const { value } = await this.kernel.request<{ ops?: CellOp[] }>("lab", "commit", request);
      await this.carryOut(value?.ops);
      return end("written");
    } catch (error) {
      const field = error instanceof Refused ? error.field : null;
      return { status: "failed", error: reason(error), field };
    }
  }

  /** Apply changes to the notebook, and those that the kernel asks for on learning how it went. */
  private async carryOut(first: CellOp[] | undefined): Promise<void> {
    let ops = first ?? [];
    for (let round = 0; ops.length > 0; round += 1) {
      if (round === LIMIT) throw new Error("the notebook and the record do not come to agree");
      ops = await this.once(ops);
    }
  }

  private async once(ops: CellOp[]): Promise<CellOp[]> {
    let told: Promise<CellOp[]> = Promise.resolve([]);
    try {
      const outcomes = await this.notebook.apply(ops, (applied) => {
        told = this.ask("applied", applied);
      });
      if (outcomes === null) throw new Error("this view cannot reach the notebook any more");
      const again = await told;
      return [...again, ...(await this.ask("ran", outcomes))];
    } catch (error) {
      if (error instanceof Refused) throw error;
      // The kernel must not wait for cells that will never run.
      await this.ask(
        "ran",
        ops.map(({ record_id }) => unreached(record_id)),
      );
      throw error;
    }
  }

  private async ask(action: "applied" | "ran", outcomes: Outcome[]): Promise<CellOp[]> {
    const { value } = await this.kernel.request<{ ops?: CellOp[] }>("lab", action, {
      outcomes,
      notebook: this.path,
    });
    return value?.ops ?? [];
  }

  /** Tell the kernel of cells that were moved, edited or deleted, but not in the middle of our own change. */
  private report(cells: CellState[]): void {
    this.changed = this.busy ? cells : null;
    if (this.busy || this.ended) return;
    this.kernel.request("lab", "cells", { cells, notebook: this.path }).catch(() => {});
  }
}

function unreached(record_id: string): Outcome {
  return { record_id, outcome: "missing", ran: "aborted" };
}
