import { Bundles } from "../pieces/bundles";
import { Checklist } from "../pieces/checklist";
import { selectField, textField } from "../pieces/fields";
import { Levels } from "../pieces/levels";
import { whole } from "../pieces/suggest";
import { waitingItems } from "../pieces/waiting";
import { fill, h } from "../shared/dom";
import { type Progress, type Result, reason } from "../shared/kernel";
import type {
  PreserveState,
  PreserveValues,
  PreserveVerdict,
  Verified,
} from "../shared/preservestate";
import { Building } from "./building";
import { Desk } from "./desk";
import { type Bench, block, type Panel } from "./panel";

/** A trained model made to be run by others: what its card says and lacks, the bundle, its verification and reuse. */
export class PreservePanel implements Panel {
  readonly main = h("div", { class: "hml-main" });
  readonly side = h("div", { class: "hml-side" });
  private readonly model = selectField("model", "Model", []);
  private readonly name = textField("name", "Name", {
    help: "The variable that holds the bundle, and its folder",
  });
  private readonly description = textField("description", "What it is for", {
    placeholder: "Tells boosted Z bosons from QCD jets",
  });
  private readonly authors = textField("authors", "Authors", {
    placeholder: "names, with commas",
  });
  private readonly licence = textField("licence", "Licence", {
    help: "Under which licence others may use it",
    placeholder: "CC-BY-4.0",
    find: whole(() => this.state.licences.map((one) => [one, ""])),
  });
  private readonly citation = textField("citation", "Cite", { placeholder: "arXiv:2312.14575" });
  private readonly efficiencies = textField("efficiencies", "Working points", {
    help: "Signal efficiencies whose thresholds are published",
  });
  private readonly levels = new Levels();
  private readonly desk: Desk<PreserveValues, PreserveVerdict>;
  private readonly building: Building;
  private readonly checklist = new Checklist("what the card says");
  private readonly remedies = h("div", {});
  private readonly next = h("p", {});
  private readonly queue = h("ul", { class: "hml-queue", "aria-label": "waiting" });
  private readonly bundles = new Bundles({
    verify: ({ target }) => void this.verify(target),
    read: ({ target }, file) => void this.read(target, file),
    score: ({ target }, dataset) =>
      void this.desk.follow(
        this.bench.commit(
          "preserve",
          "score",
          { target, dataset },
          `score ${dataset} with ${target}`,
        ),
      ),
  });
  private proposed = "";

  constructor(private readonly bench: Bench) {
    this.building = new Building(bench);
    this.desk = this.furnish();
    this.main.append(this.desk.root, this.bundles.root);
    this.side.append(
      block("What the card says", this.checklist.root),
      block("Inputs of a detector", this.remedies),
      block("What next", this.next),
    );
  }

  update(): void {
    const { state } = this;
    this.model.offer(state.models.map(({ target, label }) => ({ value: target, text: label })));
    if (this.propose()) this.desk.ask();
    this.drawInputs();
    this.bundles.draw(state.bundles, state.datasets);
    fill(this.next, state.next);
  }

  shown(): void {
    this.desk.ask(0);
  }

  progress(message: Progress): void {
    this.building.hear(message);
  }

  result(result: Result): void {
    this.building.end();
    this.desk.result(result);
  }

  /** Bundles that wait can be taken back. */
  queued(): void {
    fill(this.queue, ...waitingItems(this.bench.queue, "preserve"));
  }

  dispose(): void {
    this.desk.dispose();
  }

  private get state(): PreserveState {
    return this.bench.model.get("preserve") as PreserveState;
  }

  private furnish(): Desk<PreserveValues, PreserveVerdict> {
    const { model, name, description, authors, licence, citation, efficiencies, levels } = this;
    const fields = [model, name, description, authors, licence, citation, efficiencies, levels];
    const desk = new Desk<PreserveValues, PreserveVerdict>(this.bench, "preserve", fields, {
      submit: (values) => this.preserve(values),
      answered: ({ checklist }) => this.checklist.draw(checklist ?? []),
    });
    const texts = h(
      "div",
      { class: "hml-fields hml-preserve" },
      ...fields.slice(0, -1).map(({ root }) => root),
    );
    const button = h("button", { type: "submit", class: "hml-button hml-primary" }, "Preserve");
    desk.lay([texts, levels.root], [button, this.building.root]);
    desk.root.append(this.queue);
    const { defaults } = this.state;
    model.offer(this.state.models.map(({ target, label }) => ({ value: target, text: label })));
    model.set(defaults.model);
    efficiencies.set(defaults.efficiencies);
    const { draft } = desk;
    for (const field of fields) if (field.name in draft) field.set(draft[field.name]);
    if (!this.chosen) model.set(defaults.model);
    model.root.addEventListener("input", () => {
      this.propose();
      this.drawInputs();
    });
    return desk;
  }

  private get chosen(): PreserveState["models"][number] | undefined {
    return this.state.models.find(({ target }) => target === this.model.get());
  }

  /** A name that was only proposed makes way for the next proposal. */
  private propose(): boolean {
    const next = this.state.defaults.names[String(this.model.get())] ?? "";
    const before = this.proposed;
    this.proposed = next;
    if ((this.name.get() !== before && this.name.get() !== "") || next === before) return false;
    this.name.set(next);
    return true;
  }

  private drawInputs(): void {
    const { chosen, state } = this;
    this.levels.offer(chosen?.inputs ?? [], state.levels);
    const detector = (chosen?.inputs ?? []).filter(({ level }) => level === "detector");
    const rows = Object.entries(state.remedies).flatMap(([name, text]) => [
      h("dt", {}, name),
      h("dd", {}, text),
    ]);
    const words = detector.length
      ? [
          h(
            "p",
            { class: "hml-warn" },
            `Only a detector knows ${detector.map(({ name }) => name).join(", ")}.`,
          ),
          h("dl", { class: "hml-docs" }, ...rows),
        ]
      : [
          h(
            "p",
            { class: "hml-muted" },
            "None of the inputs is said to be known to a detector only.",
          ),
        ];
    fill(this.remedies, ...words);
  }

  private preserve(values: PreserveValues): void {
    const committed = this.bench.commit("preserve", "preserve", values, `preserve ${values.model}`);
    this.building.begin(values.name, committed);
    void this.desk.follow(committed);
  }

  private async verify(target: string): Promise<void> {
    try {
      const { value } = await this.bench.kernel.request<Verified>("preserve", "verify", { target });
      const { bundles, datasets } = this.state;
      const rows = bundles.map((row) =>
        row.target === target ? { ...row, verified: value } : row,
      );
      this.bundles.draw(rows, datasets);
    } catch (error) {
      this.desk.complaint.show(reason(error));
    }
  }

  private async read(target: string, file: string): Promise<void> {
    try {
      const asked = { target, file };
      const { value } = await this.bench.kernel.request<{ text: string; cut: boolean }>(
        "preserve",
        "read",
        asked,
      );
      this.bundles.show(target, file, value.text, value.cut);
    } catch (error) {
      this.desk.complaint.show(reason(error));
    }
  }
}
