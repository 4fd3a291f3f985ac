import { button, fill, h, unique } from "../shared/dom";
import type { Word } from "../shared/state";
import { changed, type Field, frame } from "./form";
import { type Find, suggest, whole } from "./suggest";

export interface TextOptions {
  unit?: string;
  size?: "full" | "half" | "medium" | "small" | "tiny";
  placeholder?: string;
  help?: string;
  numeric?: boolean;
  find?: Find;
  /** What is wrong with a text by itself; empty: nothing. */
  check?(text: string): string;
}

function textInput(options: TextOptions, more: Record<string, string> = {}): HTMLInputElement {
  return h("input", {
    id: unique("in"),
    class: "hml-input",
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: options.placeholder ?? "",
    inputmode: options.numeric ? "decimal" : null,
    ...more,
  });
}

export function textField(
  name: string,
  label: string,
  options: TextOptions = {},
): Field & { disable(yes: boolean): void } {
  const input = textInput(options);
  const control = h("div", { class: "hml-control" }, input);
  if (options.find) control.append(suggest(input, options.find));
  return {
    name,
    ...frame(name, label, control, { ...options, input }),
    get: () => input.value,
    set: (value) => {
      input.value = String(value ?? "");
    },
    disable: (yes) => {
      input.disabled = yes;
    },
    wrong: () => (input.disabled ? "" : (options.check?.(input.value) ?? "")),
    focus: () => input.focus(),
  };
}

/** Tell, in the kernel's words, whether a text is a whole number from `low` on. */
export const wholeNumber = (name: string, low: number) => (text: string) => {
  const digits = text.replace(/[\s,]/g, "");
  if (!/^[+-]?\d+$/.test(digits))
    return `${name} must be a whole number${digits ? `, not '${digits}'` : ""}`;
  return Number(digits) < low ? `${name} must be at least ${low}` : "";
};

/** Something that is so or not, with its label beside it; "true" or "false". */
export function checkField(name: string, label: string, options: TextOptions = {}): Field {
  const input = h("input", { id: unique("in"), type: "checkbox" });
  const control = h("div", { class: "hml-control hml-check" }, input);
  return {
    name,
    ...frame(name, label, control, { ...options, input }),
    get: () => String(input.checked),
    set: (value) => {
      input.checked = String(value).toLowerCase() === "true";
    },
    focus: () => input.focus(),
  };
}

export interface Choice {
  value: string;
  text: string;
  disabled?: boolean;
}

export function selectField(
  name: string,
  label: string,
  choices: Choice[],
  options: TextOptions = {},
): Field & { offer(choices: Choice[]): void; disable(yes: boolean): void } {
  const select = h("select", { id: unique("in"), class: "hml-input" });
  let offered = "";
  const offer = (wanted: Choice[]) => {
    // A menu that is open must not change under the pointer.
    if (JSON.stringify(wanted) === offered) return;
    offered = JSON.stringify(wanted);
    const value = select.value;
    fill(
      select,
      ...wanted.map(({ value, text, disabled }) => h("option", { value, disabled }, text)),
    );
    if (wanted.some((choice) => choice.value === value)) select.value = value;
  };
  offer(choices);
  return {
    name,
    ...frame(name, label, select, options),
    offer,
    get: () => select.value,
    set: (value) => {
      select.value = String(value ?? "");
    },
    disable: (yes) => {
      select.disabled = yes;
    },
    focus: () => select.focus(),
  };
}

type Rows = string[][];
interface Column {
  caption: string;
  placeholder: string;
  find?: Find;
}

/** Rows of texts that can be added and removed; `columns` placeholders a row. */
function rowsField(
  name: string,
  label: string,
  columns: Column[],
  options: { add: string; size?: string; unit?: (row: string[]) => string },
): Field & { rows(): Rows; put(rows: Rows): void } {
  const holder = h("div", { class: "hml-rows", id: unique("in") });
  const make = (texts: string[]): HTMLElement => {
    const unit = h("span", { class: "hml-unit" });
    const inputs = columns.map((column) =>
      textInput(column, {
        "aria-label": column.caption,
        "aria-describedby": `${holder.id}-message`,
      }),
    );
    inputs.forEach((input, at) => {
      input.value = texts[at] ?? "";
    });
    const label = () => {
      unit.textContent = options.unit?.(inputs.map((input) => input.value)) ?? "";
    };
    label();
    const controls = inputs.map((input, at) => {
      const find = columns[at]?.find;
      return h("span", { class: "hml-control" }, input, find ? suggest(input, find) : null);
    });
    const row = h("span", { class: "hml-row-item", oninput: label }, ...controls, unit);
    const remove = button("×", () => drop(row), {
      class: "hml-remove",
      "aria-label": `remove this ${options.add}`,
    });
    row.append(remove);
    return row;
  };
  const more = button(`+ ${options.add}`, () => {
    const row = make([]);
    more.before(row);
    row.querySelector("input")?.focus();
  });
  const drop = (row: HTMLElement) => {
    row.remove();
    more.focus();
    changed(field.root);
  };
  holder.append(more);
  const field = frame(name, label, holder, { size: options.size ?? "full", group: true });
  const rows = (): Rows =>
    [...holder.querySelectorAll(".hml-row-item")].map((row) =>
      [...row.querySelectorAll("input")].map((input) => input.value),
    );
  const put = (wanted: Rows) => {
    for (const row of holder.querySelectorAll(".hml-row-item")) row.remove();
    more.before(...wanted.map(make));
  };
  const focus = () => (holder.querySelector("input") ?? more).focus();
  return { name, ...field, rows, put, focus, get: rows, set: (value) => put(value as Rows) };
}

/** A list of texts, such as decays. */
export function listField(
  name: string,
  label: string,
  options: { add: string; placeholder: string; find?: Find },
): Field {
  const { add, ...column } = options;
  const field = rowsField(name, label, [{ caption: add, ...column }], { add });
  return {
    ...field,
    get: () => field.rows().map((row) => row[0] ?? ""),
    set: (value) => field.put(((value as string[]) ?? []).map((text) => [text])),
  };
}

/** Names with values, such as settings of a generator; a word's fourth text is its unit. */
export function pairsField(
  name: string,
  label: string,
  known: () => readonly Word[],
  options: { add: string; placeholder?: string; value?: string },
): Field {
  const unit = ([typed]: string[]) => known().find(([text]) => text === typed)?.[3] ?? "";
  const columns = [
    { caption: options.add, placeholder: options.placeholder ?? "name", find: whole(known) },
    { caption: "value", placeholder: options.value ?? "value" },
  ];
  const field = rowsField(name, label, columns, { add: options.add, unit });
  return { ...field, set: (value) => field.put((value as Rows) ?? []) };
}
