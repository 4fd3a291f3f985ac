import { Bundles } from "../pieces/bundles";
import { Checklist } from "../pieces/checklist";
import { selectField, textField } from "../pieces/fields";
import { Levels } from "../pieces/levels";
import { Opener } from "../pieces/opener";
import { whole } from "../pieces/suggest";
import { drawWaiting, waitingItems } from "../pieces/waiting";
import { fill, h, keepFocus } from "../shared/dom";
import { type Progress, type Result, reason } from "../shared/kernel";
import type {
  Content,
  PreserveState,
  PreserveValues,
  PreserveVerdict,
} from "../shared/preservestate";
import type { Values } from "../shared/state";
import { Building } from "./building";
import { Desk } from "./desk";
import { type Bench, block, onward, type Panel } from "./panel";

const UNTRAINED = "Train a model first: what others should run is a trained one.";

const STOPPED = "stopped: nothing was written";

/**
 * A trained model made to be run by others: what its card says and lacks, the bundle, its verification and reuse.
 *
 * A bundle of somebody else is opened here too.
 */
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
  private readonly opener = new Opener(
    (path) => this.open(path),
    () => void this.look(),
  );
  private readonly bundles = new Bundles({
    verify: ({ place }) => void this.verify(place),
    read: (place, file) => void this.read(place, file),
    score: ({ place, target, card }, dataset) =>
      void this.score(place, dataset, `score ${dataset} with ${target || card.name}`),
    close: ({ place }) => void this.close(place),
  });
  /** What cannot be asked without a model. */
  private readonly parts: HTMLElement[];
  private readonly untrained: HTMLElement;
  private proposed = "";
  /** The bundle that was used last: what goes wrong then is said there. */
  private used = "";

  constructor(private readonly bench: Bench) {
    this.building = new Building(bench);
    this.desk = this.furnish();
    this.untrained = h(
      "div",
      { class: "hml-untrained" },
      h("p", {}, UNTRAINED),
      onward(bench, "training", "Go to Training"),
    );
    this.main.append(
      this.untrained,
      this.desk.root,
      this.queue,
      this.bundles.root,
      this.opener.root,
    );
    const card = block("What the card says", this.checklist.root);
    const inputs = block("Inputs of a detector", this.remedies);
    this.parts = [this.desk.root, card, inputs];
    this.side.append(card, inputs, block("What next", this.next));
  }

  update(): void {
    const { state } = this;
    const trained = state.models.length > 0;
    for (const part of this.parts) part.hidden = !trained;
    this.untrained.hidden = trained;
    this.model.offer(state.models.map(({ target, label }) => ({ value: target, text: label })));
    if (this.propose()) this.ask();
    this.drawInputs();
    keepFocus(this.main, () => this.bundles.draw(state.bundles), after);
    fill(this.next, state.next);
  }

  shown(): void {
    this.ask(0);
    void this.look();
  }

  progress(message: Progress): void {
    this.building.hear(message);
  }

  result(result: Result): void {
    this.building.end();
    const { status, error } = result;
    const stopped = status === "interrupted";
    if (status !== "done" && this.used)
      this.bundles.say(this.used, stopped ? STOPPED : (error ?? "it failed"));
    else if (this.state.models.length) {
      this.desk.result(result);
      if (stopped) this.desk.complaint.show(STOPPED, null, true);
    }
  }

  /** Bundles that wait can be taken back. */
  queued(): void {
    drawWaiting(this.main, this.queue, waitingItems(this.bench.queue, "preserve"), "preserve");
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
    const button = h(
      "button",
      { type: "submit", class: "hml-button hml-primary", "data-key": "preserve" },
      "Preserve",
    );
    desk.lay([texts, levels.root], [button, this.building.root, this.checklist.lacks]);
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

  /** Without a model there is no form to ask about. */
  private ask(delay?: number): void {
    if (this.state.models.length) this.desk.ask(delay);
    else this.bench.footer({ code: null, missing: UNTRAINED });
  }

  private preserve(values: PreserveValues): void {
    this.used = "";
    const committed = this.bench.commit("preserve", "preserve", values, `preserve ${values.model}`);
    this.building.begin(values.name, committed);
    void this.desk.follow(committed);
  }

  /** Look for folders and zips that could be opened. */
  private async look(): Promise<void> {
    try {
      const { found } = await this.request<{ found: string[] }>("near", {});
      keepFocus(this.opener.root, () => this.opener.offer(found), after);
    } catch {
      // Without offers a path can still be typed; a kernel that is gone says so itself.
    }
  }

  private async open(path: string): Promise<string> {
    try {
      const { bundle } = await this.request<{ bundle: string }>("open", { path });
      this.opener.clear();
      this.bundles.focus(bundle);
      void this.look();
      return "";
    } catch (error) {
      return reason(error);
    }
  }

  private async close(bundle: string): Promise<void> {
    await this.attempt(bundle, "close", {});
    this.opener.focus();
  }

  private async verify(bundle: string): Promise<void> {
    this.bundles.busy(bundle, true);
    const wrong = await this.attempt(bundle, "verify", {});
    this.bundles.busy(bundle, false);
    this.bundles.say(bundle, wrong);
  }

  private async read(bundle: string, file: string): Promise<void> {
    const show = (content: Content) => this.bundles.show(bundle, content);
    await this.attempt(bundle, "read", { file }, show);
  }

  private async score(bundle: string, dataset: string, text: string): Promise<void> {
    this.used = bundle;
    this.bundles.say(bundle, "");
    const { error } = await this.bench.commit("preserve", "score", { bundle, dataset }, text);
    this.bundles.say(bundle, error ?? "");
  }

  /** Ask something about a bundle; what goes wrong is said there, and returned. */
  private async attempt<T>(
    bundle: string,
    action: string,
    values: Values,
    use: (value: T) => void = () => {},
  ): Promise<string> {
    try {
      use(await this.request<T>(action, { bundle, ...values }));
      return "";
    } catch (error) {
      this.bundles.say(bundle, reason(error));
      return reason(error);
    }
  }

  private async request<T>(action: string, values: Values): Promise<T> {
    return (await this.bench.kernel.request<T>("preserve", action, values)).value;
  }
}

/** Where the focus goes when a bundle, or an offer of one, is gone. */
const after = () => ["open"];
