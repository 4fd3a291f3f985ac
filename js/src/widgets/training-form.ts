import { selectField, textField, wholeNumber } from "../pieces/fields";
import type { Field } from "../pieces/form";
import { changed } from "../pieces/form";
import { Options } from "../pieces/options";
import { button, fill, h } from "../shared/dom";
import type { Method, MethodOption, TrainingState, TrainingValues } from "../shared/trainingstate";

const CROSSED =
  "Cross-training: as many models, each of which scores the events that it has not seen";
const DRAWN = "Not for a surrogate: a mean of draws is no draw; train the original with folds";

/** A method, its options, what it learns from: fields that follow one another. */
export class TrainingForm {
  readonly options = new Options();
  private readonly method = selectField("method", "Method", []);
  private readonly dataset = selectField("dataset", "On dataset", []);
  private readonly epochs = textField("epochs", "Epochs", {
    numeric: true,
    check: wholeNumber("epochs", 1),
  });
  private readonly seed = textField("seed", "Seed", {
    numeric: true,
    check: wholeNumber("seed", 0),
  });
  private readonly folds = selectField(
    "folds",
    "Folds",
    [
      { value: "", text: "none" },
      { value: "2", text: "2 (even, odd)" },
      ...["3", "5", "10"].map((value) => ({ value, text: value })),
    ],
    { help: CROSSED },
  );
  private readonly name = textField("name", "Name", { help: "The variable that holds the model" });
  readonly fields: Field[] = [
    this.method,
    this.dataset,
    this.epochs,
    this.seed,
    this.folds,
    this.name,
    this.options,
  ];
  private readonly presets = h("div", { class: "hml-presets" });
  readonly parts = [
    h(
      "div",
      { class: "hml-fields hml-training" },
      ...this.fields.slice(0, -1).map(({ root }) => root),
    ),
    this.presets,
    this.options.root,
  ];
  private proposed = { name: "", dataset: "" };
  /** The folds that were chosen, while the method takes none. */
  private folded = "";
  /** Whether the method is the user's choice. */
  private own = false;
  /** Another method, dataset or number of folds was chosen. */
  onchosen: () => void = () => {};

  /** `taken` are names of trainings that the kernel does not know yet. */
  constructor(
    private readonly state: () => TrainingState,
    private readonly taken: () => ReadonlySet<string>,
  ) {
    // Before the form asks the kernel: it asks about what the fields hold then.
    this.method.root.addEventListener("input", () => this.chose());
    this.dataset.root.addEventListener("input", () => this.follow());
    this.folds.root.addEventListener("input", () => this.onchosen());
    this.options.root.addEventListener("input", () => this.unlock());
    this.offer();
    this.method.set(state().defaults.method);
    this.take();
  }

  /** Begin with what the kernel proposes, and with what was typed before. */
  start(draft: Partial<TrainingValues>): void {
    const { defaults } = this.state();
    const put = (values: Partial<TrainingValues>) => {
      for (const field of this.fields) if (field.name in values) field.set(values[field.name]);
    };
    put(defaults);
    this.propose();
    if (this.state().methods.some(({ name }) => name === draft.method)) {
      this.own = draft.method !== defaults.method;
      put({ method: draft.method, dataset: draft.dataset });
      this.take();
      put(draft);
      this.unlock();
    }
    if (!this.data) this.dataset.set(defaults.dataset);
    this.follow();
  }

  get chosen(): Method | undefined {
    return this.state().methods.find(({ name }) => name === this.method.get());
  }

  /** What is learned from what, where there are several models. */
  get crossed(): string {
    const folds = String(this.folds.get() || "");
    return folds
      ? `${folds} folds: each of ${folds} models learns from all events but those of its fold, and scores these. No event is scored by a model that has seen it, so all of them count, not the test events alone.`
      : "";
  }

  get data(): TrainingState["datasets"][number] | undefined {
    return this.state().datasets.find(({ target }) => target === this.dataset.get());
  }

  /** Methods and datasets as they are now; a method that nothing fits says what it needs. Tell whether its options differ. */
  offer(): boolean {
    const { methods, datasets } = this.state();
    const choices = methods.map((method) => {
      const { name, label, needs } = method;
      const disabled = datasets.every((one) => !fits(method, one));
      return { value: name, text: disabled ? `${label} – needs ${needs}` : label, disabled };
    });
    this.method.offer(choices);
    this.dataset.offer(datasets.map(({ target, label }) => ({ value: target, text: label })));
    return this.options.renew(this.asked());
  }

  /** What the chosen method asks for; one that learns a score asks for columns of the dataset. */
  private asked(): MethodOption[] {
    const { chosen, data } = this;
    const columns = (chosen?.score && data?.columns) || {};
    return (chosen?.options ?? []).map((option) => ({ ...option, ...columns[option.name] }));
  }

  /** A name and a dataset that were only proposed make way for the next proposal. */
  propose(): boolean {
    const { defaults, datasets } = this.state();
    const newest = datasets.find(({ target }) => target === defaults.dataset);
    const kept = !this.own || fits(this.chosen, newest);
    const fitting = kept ? newest : datasets.filter((one) => fits(this.chosen, one)).at(-1);
    const dataset = fitting?.target ?? defaults.dataset;
    const moved = this.swap("dataset", this.dataset, dataset);
    if (moved) this.follow();
    const name = free(defaults.names[String(this.method.get())] ?? "", this.taken());
    return this.swap("name", this.name, name) || moved;
  }

  private swap(what: "name" | "dataset", field: Field, next: string): boolean {
    const before = this.proposed[what];
    this.proposed[what] = next;
    if (field.get() !== before || next === before) return false;
    field.set(next);
    return true;
  }

  /** A method brings a dataset that it can learn from. */
  private chose(): void {
    this.own = true;
    const method = this.chosen;
    if (!fits(method, this.data)) {
      const fitting = this.state().datasets.filter((one) => fits(method, one));
      this.dataset.set(fitting.at(-1)?.target);
    }
    this.take();
    this.propose();
    this.onchosen();
  }

  /** A dataset brings a method that can learn from it. */
  private follow(): void {
    const { data } = this;
    if (data && !fits(this.chosen, data)) {
      this.method.set(this.state().defaults.first[data.kind]);
      this.own = false;
      this.take();
      this.propose();
    } else this.options.renew(this.asked());
    this.onchosen();
  }

  /** Show the options of the chosen method, and settings to begin with. */
  private take(): void {
    const method = this.chosen;
    this.options.offer(this.asked());
    this.unlock();
    const presets = method?.presets ?? [];
    const links = presets.map(({ label, help, options, epochs }) =>
      button(
        label,
        () => {
          this.options.start(options);
          this.unlock();
          if (epochs !== null) this.epochs.set(String(epochs));
          changed(this.options.root);
        },
        { class: "hml-link", title: help, "data-key": label },
      ),
    );
    fill(this.presets, h("span", { class: "hml-muted" }, "settings:"), ...links);
  }

  /**
   * Epochs are asked for where they mean something: not for trees, nor for a classifier that is fitted at once; and folds where a
   * mean of scores is one. Those that were chosen come back with a method that takes them.
   */
  private unlock(): void {
    const { chosen } = this;
    const once = chosen?.at_once ? this.options.get()[chosen.at_once] : "";
    use(this.epochs, Boolean(chosen?.epochs) && !once);
    const folds = chosen?.folds !== false;
    this.folded ||= folds ? "" : String(this.folds.get());
    if (!folds) this.folds.set("");
    else if (this.folded) {
      this.folds.set(this.folded);
      this.folded = "";
    }
    use(this.folds, folds);
    this.folds.root.title = folds ? CROSSED : DRAWN;
  }
}

function use({ root, disable }: Field & { disable(yes: boolean): void }, used: boolean): void {
  root.classList.toggle("hml-unused", !used);
  disable(!used);
}

const fits = (
  method: Method | undefined,
  data: TrainingState["datasets"][number] | undefined,
): boolean =>
  !method ||
  !data ||
  ((method.kind === null || method.kind === data.kind) && (!method.score || data.columns !== null));

/** A name, or that with the next number that nobody has. */
export function free(name: string, taken: ReadonlySet<string>): string {
  const [, stem = name, digits = "1"] = /^(.*?)(?:_(\d+))?$/.exec(name) ?? [];
  let [number, found] = [Number(digits), name];
  while (taken.has(found)) {
    number += 1;
    found = `${stem}_${number}`;
  }
  return found;
}
