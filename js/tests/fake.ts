import type { CellOp, Outcome } from "../src/shared/events";
import type { Model } from "../src/shared/kernel";

type Callback = (...values: never[]) => void;
export interface Request {
  type: "request";
  id: string;
  panel: string;
  action: string;
  values: Record<string, unknown>;
}

/** A widget's model without a kernel: a test answers by hand. */
export class HandModel implements Model {
  readonly sent: Request[] = [];
  readonly callbacks = new Map<string, Set<Callback>>();
  saved = 0;

  constructor(readonly traits: Record<string, unknown> = {}) {}

  get(name: string): unknown {
    return this.traits[name];
  }
  set(name: string, value: unknown): void {
    this.traits[name] = value;
  }
  save_changes(): void {
    this.saved += 1;
  }
  send(content: unknown): void {
    this.sent.push(content as Request);
  }
  on(event: string, callback: Callback): void {
    this.callbacks.set(event, (this.callbacks.get(event) ?? new Set()).add(callback));
  }
  off(event: string, callback: Callback): void {
    this.callbacks.get(event)?.delete(callback);
  }
  emit(event: string, ...values: unknown[]): void {
    for (const callback of [...(this.callbacks.get(event) ?? [])]) callback(...(values as never[]));
  }
  get listeners(): number {
    return [...this.callbacks.values()].reduce((n, callbacks) => n + callbacks.size, 0);
  }
  /** The requests of an action, oldest first. */
  of(action: string): Request[] {
    return this.sent.filter((request) => request.action === action);
  }
  async answer(action: string, value: unknown, buffers: DataView[] = []): Promise<void> {
    const request = this.of(action).at(-1);
    if (!request) throw new Error(`nobody asked for ${action}`);
    this.emit("msg:custom", { type: "reply", id: request.id, ok: true, value }, buffers);
    await flush();
  }
  async refuse(action: string, error: string, field: string | null = null): Promise<void> {
    const { id } = this.of(action).at(-1) ?? { id: "" };
    this.emit("msg:custom", { type: "reply", id, ok: false, error, field }, []);
    await flush();
  }
}

/** Let promises settle. */
export async function flush(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

export function op(record_id: string, source = "x = 1"): CellOp {
  const ours = { schema: 1, study: "study", record_id, panel: "cuts", key: "k", sha256: "" };
  const metadata = { tags: ["hml-recorded"], hml_jupyter: ours };
  const cell_id = `hml-study-${record_id}`;
  return {
    kind: "upsert",
    record_id,
    cell_id,
    source,
    metadata,
    expected_sha256: null,
    after: [],
    run: true,
  };
}

interface Asked {
  ops: CellOp[];
  applied(outcomes: Outcome[]): void;
  done(end: { outcomes: Outcome[] }): void;
  fail(error: Error): void;
}

/** A notebook plugin that does what the test says; `stop` takes it away. */
export function plugin(): { asked: Asked[]; tell(cells: object[]): void; stop(): void } {
  const asked: Asked[] = [];
  const over = new AbortController();
  let onCells: (cells: object[]) => void = () => {};
  const listen = (name: string, act: (detail: never) => void) =>
    document.addEventListener(
      name,
      (event) => {
        event.preventDefault();
        act((event as CustomEvent).detail as never);
      },
      { signal: over.signal },
    );
  listen("hml:attach", (detail: { onCells: typeof onCells; done(found: object): void }) => {
    onCells = detail.onCells;
    onCells([]);
    detail.done({ notebook: "study.ipynb", host: "c1", detach: () => {} });
  });
  listen("hml:cells", (detail: Asked) => asked.push(detail));
  return { asked, tell: (cells) => onCells(cells), stop: () => over.abort() };
}
