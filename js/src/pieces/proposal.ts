/** A value of the kernel's that is changed at once on the page, and put back where the kernel refuses. */
export class Proposal<T> {
  private given: string;
  private asked = 0;
  private heard = 0;

  constructor(
    private value: T,
    private readonly show: (value: T) => void,
    private readonly change: (next: T) => Promise<string>,
  ) {
    this.given = JSON.stringify(value);
  }

  get now(): T {
    return this.value;
  }

  /** The kernel's value. What it has said before says nothing of a change that is under way. */
  take(value: T): void {
    const text = JSON.stringify(value);
    const news = text !== this.given;
    this.given = text;
    if (news) this.heard += 1;
    if (this.asked === 0 || (news && this.asked === 1)) this.put(value);
  }

  /** Show `next` and ask for it; resolves to "" or what is wrong with it. */
  async ask(next: T): Promise<string> {
    this.put(next);
    const wrong = await this.send(next);
    if (wrong && this.asked === 0) this.put(JSON.parse(this.given) as T);
    return wrong;
  }

  /** Ask for `next`, and show it only when it was taken. */
  async attempt(next: T): Promise<string> {
    const heard = this.heard;
    const wrong = await this.send(next);
    if (!wrong && heard === this.heard) this.put(next);
    return wrong;
  }

  private async send(next: T): Promise<string> {
    this.asked += 1;
    const wrong = await this.change(next);
    this.asked -= 1;
    return wrong;
  }

  private put(value: T): void {
    this.value = value;
    this.show(value);
  }
}

/** `list` with the item at `from` at place `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, at) => at !== from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
}
