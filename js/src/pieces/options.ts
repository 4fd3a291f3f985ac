import { fill, h, write } from "../shared/dom";
import type { Method, MethodOption } from "../shared/trainingstate";
import { checkField, listField, selectField, textField } from "./fields";
import type { Field } from "./form";
import { last, whole } from "./suggest";

type Part = Field & { option: MethodOption };

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

  /** Take another method, with its defaults. */
  offer(method: Method | undefined): void {
    this.parts = (method?.options ?? []).map((option) => part(option));
    const roots = (advanced: boolean) =>
      this.parts.filter(({ option }) => option.advanced === advanced).map(({ root }) => root);
    fill(this.first, ...roots(false));
    fill(this.others, ...roots(true));
    this.more.hidden = this.others.childElementCount === 0;
    this.count();
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

  /** Errors are about single options; see blame. */
  say(): void {}

  blame(errors: Record<string, string>): void {
    for (const field of this.parts) {
      field.say(errors[field.name] ?? "", field.name in errors);
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

/** What was typed; an empty field stands for the default. */
function text(field: Part): string {
  const value = field.get();
  const typed = Array.isArray(value) ? value.filter(Boolean).join("\n") : String(value);
  return typed.trim() || field.option.default;
}

/** What is wrong with a number by itself, in the kernel's words; the kernel says what else is wrong. */
export function outside({ name, type, min, max }: MethodOption, typed: string): string {
  if (!["integer", "number", "integers"].includes(type)) return "";
  const parts = type === "integers" ? typed.split(/[\s,()]+/) : [typed.replace(/[\s,]/g, "")];
  const numbers = parts.filter(Boolean).map(Number);
  const label = words(name);
  if (min !== null && numbers.some((number) => number < min))
    return `${label} must be at least ${min}`;
  if (max !== null && numbers.some((number) => number > max))
    return `${label} must be at most ${max}`;
  return "";
}

const words = (name: string) => name.replace(/_/g, " ");

function part(option: MethodOption): Part {
  const field = control(option);
  const set = (value: unknown) =>
    field.set(option.type === "texts" ? String(value).split("\n").filter(Boolean) : value);
  set(option.default);
  field.root.addEventListener("input", () => {
    const error = outside(option, String(field.get()));
    field.say(error, error !== "");
  });
  return { ...field, option, set };
}

function control(option: MethodOption): Field {
  const { name, doc, type, choices, unit, default: usual } = option;
  const label = words(name);
  const options = { help: doc, size: "tiny" as const, ...(unit ? { unit } : {}) };
  switch (type) {
    case "choice":
    case "method":
      return selectField(
        name,
        label,
        choices.map((value) => ({ value, text: words(value) })),
        options,
      );
    case "flag":
      return checkField(name, label, options);
    case "texts":
      return choices.length > 0
        ? listField(name, label, {
            add: "column",
            placeholder: choices[0] ?? "",
            find: whole(() => choices.map((one) => [one, ""])),
          })
        : listField(name, label, { add: "cut", placeholder: "met > 50" });
    case "choices":
      return textField(name, label, {
        ...options,
        find: last(() => choices.map((one) => [one, ""])),
      });
    case "text":
    case "json":
      return textField(name, label, { ...options, size: "half", placeholder: usual });
    default:
      return textField(name, label, { ...options, numeric: true, placeholder: usual });
  }
}
