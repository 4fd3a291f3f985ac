import type { Field } from "../pieces/form";

/** The name of a result: proposed for each kind of it, until the user types another. */
export class NameField {
  private typed = false;

  constructor(
    private readonly field: Field,
    private readonly names: () => Record<string, string>,
  ) {
    field.root.addEventListener("input", () => {
      this.typed = field.get() !== "";
    });
  }

  /** Take what stands there at the beginning, which may be a draft. */
  begin(kind: string): void {
    this.typed = this.field.get() !== this.names()[kind];
  }

  /** Propose a name, unless one was typed. True if that is another one. */
  propose(kind: string): boolean {
    const name = this.names()[kind];
    if (this.typed || name === undefined || this.field.get() === name) return false;
    this.field.set(name);
    return true;
  }

  /** Another kind of result: a name that was typed for one that is `built` is not meant for it. */
  become(kind: string, built: boolean): void {
    if (built) this.typed = false;
    this.propose(kind);
  }
}
