import { type Kernel, reason } from "./kernel";

export interface Verdict {
  code: string | null;
  target: string | null;
  errors: Record<string, string>;
  notes: Record<string, string>;
  /** Whether the cell takes the place of the last one. */
  replaces?: boolean;
}

/** Asks the kernel about a form 200 ms after the last key; only the newest answer counts. */
export class Checker<V extends Verdict> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private newest = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly panel: string,
    private readonly answered: (verdict: V) => void,
    private readonly action = "check",
    private readonly delay = 200,
  ) {}

  ask(values: Record<string, unknown>, delay = this.delay): void {
    clearTimeout(this.timer);
    this.newest += 1;
    this.timer = setTimeout(() => void this.send(values, this.newest), delay);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.newest += 1;
  }

  private async send(values: Record<string, unknown>, asked: number): Promise<void> {
    let verdict: V;
    try {
      verdict = (await this.kernel.request<V>(this.panel, this.action, values)).value;
    } catch (error) {
      const errors = { form: reason(error) };
      verdict = { code: null, target: null, errors, notes: {} } as unknown as V;
    }
    if (asked === this.newest) this.answered(verdict);
  }
}
