import { fill, h, write } from "../shared/dom";
import type { Word } from "../shared/state";
import type { MethodOption } from "../shared/trainingstate";
import { type Choice, checkField, listField, selectField, textField } from "./fields";
import type { Field } from "./form";
import { last, whole } from "./suggest";

/** A field, what it asks for, and a way to ask for it anew. */
type Part = Field & { option: MethodOption; renew(next: MethodOption): void };

/** The options of a method, as one field whose parts change with the method; some wait behind a disclosure. */
export class Options implements Field {
  readonly name = "options";
  private readonly first = h("div", { class: "hml-options" });
  private readonly others = h("div", { class: "hml-options" });
  private readonly title = h("summary", {});
  private readonly more = h(
    "details",
    { class: "hml-more", ontoggle: () => this.onfold() },
    this.title,
    this.others,
  );
  readonly root = h("div", { oninput: () => this.count() }, this.first, this.more);
  private parts: Part[] = [];
  /** The disclosure was opened or closed. */
  onfold: () => void = () => {};

  /** Take the options of another method, with their defaults. */
  offer(options: MethodOption[]): void {
    this.parts = options.map((option) => part({ ...option }));
    const roots = (advanced: boolean) =>
      this.parts.filter(({ option }) => option.advanced === advanced).map(({ root }) => root);
    fill(this.first, ...roots(false));
    fill(this.others, ...roots(true));
    this.more.hidden = this.others.childElementCount === 0;
    this.count();
  }

  /** Take the same options with other choices and defaults; what the user has typed stays. Tell whether any differ. */
  renew(options: MethodOption[]): boolean {
    const before = JSON.stringify(this.parts.map(({ option }) => option));
    if (JSON.stringify(options) === before) return false;
    for (const [at, field] of this.parts.entries()) field.renew(options[at] ?? field.option);
    this.count();
    return true;
  }

  get names(): string[] {
    return this.parts.map(({ name }) => name);
  }

  /** Those that can be seen now. */
  get seen(): MethodOption[] {
    const { open } = this.more;
    return this.parts.map(({ option }) => option).filter(({ advanced }) => open || !advanced);
  }

  get(): Record<string, string> {
    return Object.fromEntries(this.parts.map((field) => [field.name, text(field)]));
  }

  set(value: unknown): void {
    const given = (value ?? {}) as Record<string, unknown>;
    for (const field of this.parts) {
      if (field.name in given) field.set(given[field.name]);
    }
    this.count();
  }

  /** Take these, and all others as usual. */
  start(given: Record<string, string>): void {
    for (const field of this.parts) field.set(given[field.name] ?? field.option.default);
    this.count();
  }

  /** Errors and notes are about single options; see tell. */
  say(): void {}

  tell(errors: Record<string, string>, notes: Record<string, string>): void {
    for (const field of this.parts) {
      field.say(errors[field.name] ?? notes[field.name] ?? "", field.name in errors);
      if (field.name in errors && field.option.advanced) this.more.open = true;
    }
  }

  focus(): void {
    const wrong = this.root.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (wrong) wrong.focus();
    else this.parts[0]?.focus();
  }

  /** Say how many of those behind the disclosure are not as usual. */
  private count(): void {
    const hidden = this.parts.filter(({ option }) => option.advanced);
    const own = hidden.filter((field) => text(field) !== field.option.default).length;
    write(this.title, own ? `more options (${own} changed)` : "more options");
  }
}

/** What was typed; an empty field stands for the default, an empty list for none. */
function text({ option, get }: Pick<Part, "option" | "get">): string {
  const value = get();
  if (Array.isArray(value))
    return value
      .map((each) => each.trim())
      .filter(Boolean)
      .join("\n");
  return String(value).trim() || option.default;
}

/** What is wrong with a number by itself, in the kernel's words; the kernel says what else is wrong. */
export function outside({ label, type, min, max }: MethodOption, typed: string): string {
  if (!["integer", "number", "integers"].includes(type)) return "";
  const parts = type === "integers" ? typed.split(/[\s,()]+/) : [typed.replace(/[\s,]/g, "")];
  const numbers = parts.filter(Boolean).map(Number);
  if (min !== null && numbers.some((number) => number < min))
    return `${label} must be at least ${min}`;
  if (max !== null && numbers.some((number) => number > max))
    return `${label} must be at most ${max}`;
  return "";
}

const isList = ({ type }: MethodOption) => type === "texts" || type === "columns";

function part(option: MethodOption): Part {
  const field = control(option);
  const set = (value: unknown) =>
    field.set(isList(option) ? String(value).split("\n").filter(Boolean) : value);
  set(option.default);
  const renew = (next: MethodOption) => {
    const typed = text({ option, get: field.get });
    const own = typed !== option.default && (!field.offer || next.choices.includes(typed));
    Object.assign(option, next);
    field.offer?.(choices(option));
    if (!own) set(option.default);
  };
  field.root.addEventListener("input", () => {
    const error = outside(option, String(field.get()));
    field.say(error, error !== "");
  });
  return { ...field, option, set, renew };
}

/** A word is written as words are; the name of a column as it is. */
const choices = ({ type, choices }: MethodOption) =>
  choices.map((value) => ({
    value,
    text: type === "column" ? value : value.replace(/_/g, " "),
  }));

function control(option: MethodOption): Field & { offer?(choices: Choice[]): void } {
  const { name, label, doc, type, unit, default: usual } = option;
  const known = () => option.choices.map((one): Word => [one, ""]);
  const options = { help: doc, size: "tiny" as const, ...(unit ? { unit } : {}) };
  switch (type) {
    case "choice":
    case "method":
      return selectField(name, label, choices(option), options);
    case "column":
      return selectField(name, label, choices(option), { ...options, size: "medium" });
    case "flag":
      return checkField(name, label, options);
    case "texts":
      return listField(name, label, { add: "cut", placeholder: "met > 50" });
    case "columns": {
      const others = () => known().filter(([one]) => !(field.get() as string[]).includes(one));
      const placeholder = "name; ↓ lists them";
      const field = listField(name, label, { add: "column", placeholder, find: whole(others) });
      return field;
    }
    case "choices":
      return textField(name, label, { ...options, find: last(known) });
    case "text":
    case "json":
      return textField(name, label, { ...options, size: "half", placeholder: usual });
    default:
      return textField(name, label, { ...options, numeric: true, placeholder: usual });
  }
}
