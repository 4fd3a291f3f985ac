import { fill, h } from "../shared/dom";
import type { Method, MethodOption } from "../shared/state";
import { selectField, textField } from "./fields";
import type { Field } from "./form";

/** The options of a method, as one field whose parts change with the method. */
export class Options implements Field {
  readonly name = "options";
  readonly root = h("div", { class: "hml-options hml-fields" });
  private parts: Field[] = [];

  /** Take another method, with its defaults. */
  offer(method: Method | undefined): void {
    this.parts = (method?.options ?? []).map(part);
    fill(this.root, ...this.parts.map((field) => field.root));
  }

  get names(): string[] {
    return this.parts.map(({ name }) => name);
  }

  get(): Record<string, string> {
    return Object.fromEntries(this.parts.map((field) => [field.name, String(field.get())]));
  }

  set(value: unknown): void {
    const given = (value ?? {}) as Record<string, unknown>;
    for (const field of this.parts) {
      if (field.name in given) field.set(given[field.name]);
    }
  }

  /** Errors are about single options; see blame. */
  say(): void {}

  blame(errors: Record<string, string>): void {
    for (const field of this.parts) field.say(errors[field.name] ?? "", field.name in errors);
  }

  focus(): void {
    this.parts[0]?.focus();
  }
}

function part({ name, doc, type, choices, default: given }: MethodOption): Field {
  const label = name.replace(/_/g, " ");
  const options = { help: doc, size: "tiny" as const };
  const offered = (choices ?? []).map((text) => ({ value: text, text }));
  const field =
    type === "choice"
      ? selectField(name, label, offered, options)
      : textField(name, label, { ...options, numeric: true });
  field.set(Array.isArray(given) ? given.join(", ") : given);
  return field;
}
