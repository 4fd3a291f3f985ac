/** What a widget's model offers; anywidget's, or a test's. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, callback: (...values: never[]) => void): void;
  off(event: string, callback: (...values: never[]) => void): void;
}

/** How a model learned: the epochs (or trees, or cuts) that are shown, and its numbers at each. */
export interface History {
  at: number[];
  curves: Record<string, (number | null)[]>;
}
export interface Progress {
  type: "progress";
  record_id: string | null;
  panel: string | null;
  fraction: number | null;
  text: string;
  rate: string | null;
  left: string | null;
  history: History | null;
}
export interface Result {
  type: "result";
  record_id: string;
  panel: string;
  status: "done" | "failed" | "interrupted";
  error: string | null;
}
export interface Notice {
  type: "notice";
  text: string;
  panel: string | null;
}
export interface Reply<T = unknown> {
  value: T;
  buffers: DataView[];
}

interface RawReply {
  type: "reply";
  id: string;
  ok: boolean;
  value?: unknown;
  error?: string;
  field?: string | null;
}
type Message = RawReply | Progress | Result | Notice;

/** The kernel refused a request; `message` is for the user, `field` names the input it is about. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly field: string | null = null,
  ) {
    super(message);
  }
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Refused): void;
}

let views = 0;

/** Requests with replies, and what the kernel says unasked. */
export class Kernel {
  private readonly waiting = new Map<string, Waiting>();
  private readonly view: string;
  private count = 0;
  private gone = "";
  onprogress: (message: Progress) => void = () => {};
  onresult: (message: Result) => void = () => {};
  onnotice: (message: Notice) => void = () => {};

  constructor(private readonly model: Model) {
    views += 1;
    this.view = `${views.toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    model.on("msg:custom", this.hear);
  }

  request<T>(
    panel: string,
    action: string,
    values: Record<string, unknown> = {},
  ): Promise<Reply<T>> {
    this.count += 1;
    const id = `${this.view}-${this.count}`;
    if (this.gone) return Promise.reject(new Refused(this.gone));
    return new Promise<Reply<T>>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      this.model.send({ type: "request", id, panel, action, values });
    });
  }

  /** How many requests the kernel has not answered. */
  get open(): number {
    return this.waiting.size;
  }

  /** The kernel was restarted or is gone: nothing that was asked will be answered. */
  lost(text: string): void {
    this.gone = text;
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) reject(new Refused(text));
  }

  dispose(): void {
    this.model.off("msg:custom", this.hear);
    this.waiting.clear();
  }

  private readonly hear = (message: Message, buffers: DataView[] = []): void => {
    if (message?.type === "reply") this.settle(message, buffers);
    else if (message?.type === "progress") this.onprogress(message);
    else if (message?.type === "result") this.onresult(message);
    else if (message?.type === "notice") this.onnotice(message);
  };

  private settle(message: RawReply, buffers: DataView[]): void {
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    if (message.ok) waiting.resolve({ value: message.value, buffers });
    else waiting.reject(new Refused(message.error ?? "the kernel refused", message.field ?? null));
  }
}

/** What went wrong, in words. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where `bytes` wide numbers can begin: the buffer itself, or a copy of its part. */
function aligned(view: DataView, bytes: number): [ArrayBuffer, number, number] {
  const { buffer, byteOffset, byteLength } = view;
  const count = Math.floor(byteLength / bytes);
  if (byteOffset % bytes === 0) return [buffer as ArrayBuffer, byteOffset, count];
  return [buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer, 0, count];
}

/** The numbers of a binary buffer, wherever it begins. */
export function floats(view: DataView): Float32Array {
  return new Float32Array(...aligned(view, 4));
}

export function doubles(view: DataView): Float64Array {
  return new Float64Array(...aligned(view, 8));
}
