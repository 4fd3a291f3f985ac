import { h, write } from "../shared/dom";
import type { Values } from "../shared/state";

/** One thing to fill in: its control, its label, and a line for what is said of it. */
export interface Field {
  name: string;
  root: HTMLElement;
  get(): unknown;
  set(value: unknown): void;
  say(text: string, bad: boolean): void;
  focus(): void;
  /** What is wrong by itself, also while the kernel is busy. */
  wrong?(): string;
}

/** The fields of a panel as one value. An error shows once its field was touched, or all was asked for. */
export class Form<V extends Values> {
  readonly general = h("div", { class: "hml-message hml-general", role: "alert" });
  /** Names that are shown by parts of fields, not here. */
  also: string[] = [];
  private readonly touched = new Set<string>();
  private errors: Record<string, string> = {};
  private notes: Record<string, string> = {};

  constructor(
    readonly fields: Field[],
    private readonly onchange: () => void,
  ) {
    for (const field of fields) {
      const touch = () => {
        this.touched.add(field.name);
        delete this.errors[field.name];
        this.onchange();
        this.refresh();
      };
      field.root.addEventListener("input", touch);
      field.root.addEventListener("hml-changed", touch);
    }
  }

  get values(): V {
    return Object.fromEntries(this.fields.map((field) => [field.name, field.get()])) as V;
  }

  fill(values: Partial<V>): void {
    for (const field of this.fields) {
      if (field.name in values) field.set(values[field.name]);
    }
  }

  show(errors: Record<string, string>, notes: Record<string, string> = {}): void {
    this.errors = { ...errors };
    this.notes = notes;
    this.refresh();
  }

  /** Show every error, also of fields that nobody touched, and go to the first. */
  insist(): void {
    for (const field of this.fields) this.touched.add(field.name);
    this.refresh();
    this.fields.find((field) => field.name in this.errors || field.wrong?.())?.focus();
  }

  /** Whether something is wrong that needs no kernel to see. */
  get wrong(): boolean {
    return this.fields.some((field) => field.wrong?.());
  }

  /** Begin anew: nothing was touched. */
  forget(): void {
    this.touched.clear();
    this.refresh();
  }

  private refresh(): void {
    const names = new Set([...this.also, ...this.fields.map((field) => field.name)]);
    for (const field of this.fields) {
      const wrong = this.errors[field.name] ?? (field.wrong?.() || undefined);
      const error = this.touched.has(field.name) ? wrong : undefined;
      field.say(error ?? this.notes[field.name] ?? "", error !== undefined);
    }
    const others = Object.keys(this.errors).filter((name) => !names.has(name));
    write(this.general, others.map((name) => this.errors[name]).join(" "));
  }
}

/** Label above, control, message below; the message's place is kept free, so that nothing jumps. */
export function frame(
  name: string,
  label: string,
  control: HTMLElement,
  options: {
    input?: HTMLElement;
    unit?: string;
    size?: string;
    help?: string;
    group?: boolean;
  } = {},
): Pick<Field, "root" | "say"> {
  const input = options.input ?? control;
  const message = h("div", { class: "hml-message" });
  const id = `${input.id}-message`;
  message.id = id;
  input.setAttribute("aria-describedby", id);
  const words = [label, options.unit ? h("span", { class: "hml-unit" }, options.unit) : null];
  const caption = options.group
    ? h("div", { class: "hml-label", id: `${input.id}-label` }, ...words)
    : h("label", { class: "hml-label", htmlFor: input.id }, ...words);
  if (options.group) {
    input.setAttribute("role", "group");
    input.setAttribute("aria-labelledby", caption.id);
  }
  const title = options.help ?? null;
  if (title) input.setAttribute("aria-description", title);
  const size = options.size ?? "full";
  const root = h(
    "div",
    { class: `hml-field hml-${size}`, "data-field": name, title },
    caption,
    control,
    message,
  );
  const say = (text: string, bad: boolean) => {
    tell(message, text, bad);
    input.setAttribute("aria-invalid", String(bad));
  };
  return { root, say };
}

/** Write a message; one that points at a place of what was typed keeps its columns. */
export function tell(message: HTMLElement, text: string, bad: boolean): void {
  write(message, text);
  message.classList.toggle("hml-bad", bad);
  message.classList.toggle("hml-mono", /\n\s*\^/.test(text));
}

/** Tell the form of a change that no input event tells of. */
export function changed(root: HTMLElement): void {
  root.dispatchEvent(new CustomEvent("hml-changed"));
}
