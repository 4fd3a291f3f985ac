import { listField, pairsField, selectField, textField } from "../pieces/fields";
import type { Field } from "../pieces/form";
import { either, FOUND, last, whole } from "../pieces/suggest";
import { type Child, h } from "../shared/dom";
import type { ProcessesState, ProcessValues, Word } from "../shared/state";

const DETECTORS = [
  { value: "cms", text: "CMS (parametric)" },
  { value: "atlas", text: "ATLAS (parametric)" },
  { value: "none", text: "none" },
];
const DELPHES = { value: "delphes", text: "Delphes (MadGraph's)" };
const SHOWERS = [
  { value: "pythia8", text: "Pythia8 (embedded)" },
  { value: "mg5", text: "Pythia8 (MadGraph's)" },
  { value: "none", text: "none" },
];
const SPINS = [
  { value: "", text: "as needed" },
  { value: "madspin", text: "with spin correlations" },
  { value: "onshell", text: "on-shell" },
  { value: "none", text: "no correlations" },
];

/** The fields of the Processes panel, and which of them there are for the generator that is chosen. */
export class ProcessForm {
  readonly fields: Field[];
  /** Another generator was chosen. */
  onchosen: () => void = () => {};
  private readonly generator;
  private readonly detector;
  private readonly events = textField("events", "Events", {
    size: "tiny",
    numeric: true,
    placeholder: "all",
  });
  private readonly made: HTMLElement[];
  private readonly opened: HTMLElement;
  private readonly madgraph: HTMLElement;
  private readonly more: HTMLDetailsElement;
  private readonly scan: HTMLDetailsElement;
  private files: Record<string, string[]> = {};
  private before = "";

  constructor(private readonly state: () => ProcessesState) {
    const words = (name: "particles" | "processes" | "decays" | "parameters") => () =>
      state()[name];
    this.generator = selectField("generator", "Generator", state().generators, { size: "medium" });
    this.detector = selectField("detector", "Detector", DETECTORS, { size: "small" });
    this.fields = [
      textField("process", "Process", {
        placeholder: "p p > z z",
        help: "As MadGraph writes it: incoming > outgoing. Arrow down offers what there is.",
        find: either(whole(words("processes")), last(words("particles"))),
      }),
      this.generator,
      listField("decays", "Decays", {
        add: "decay",
        placeholder: "z > j j",
        find: either(whole(words("decays")), last(words("particles"))),
      }),
      pairsField("settings", "Settings", () => this.settings(), { add: "setting" }),
      textField("name", "Name", { size: "small", help: "The variable that holds the run" }),
      textField("ecm", "Energy", { unit: "GeV", size: "tiny", numeric: true }),
      this.events,
      textField("seed", "Seed", { size: "tiny", numeric: true }),
      this.detector,
      listField("added", "Further processes", {
        add: "process",
        placeholder: "p p > w+ w-",
        find: either(whole(words("processes")), last(words("particles"))),
      }),
      pairsField("define", "Groups of particles", () => [], {
        add: "group",
        placeholder: "l",
        value: "e+ e- mu+ mu-",
      }),
      textField("model", "Model", {
        size: "half",
        placeholder: "sm",
        help: "Of MadGraph: built in, or the folder of a UFO model",
      }),
      pairsField("parameters", "Parameters", words("parameters"), {
        add: "parameter",
        placeholder: "mt",
      }),
      textField("beams", "Beams", {
        unit: "GeV",
        size: "half",
        placeholder: "6500 6500",
        help: "Of the two beams, where they are not equal",
      }),
      selectField("shower", "Shower", SHOWERS, { size: "small" }),
      selectField("madspin", "MadSpin", SPINS, { size: "small" }),
      textField("multi_run", "Parts", {
        size: "tiny",
        numeric: true,
        help: "A run of MadGraph has at most a million events",
      }),
      listField("cards", "Cards of your own", {
        add: "card",
        placeholder: "param_card.dat",
      }),
      textField("scan", "Scan over", {
        size: "small",
        placeholder: "ptj",
        help: "ecm, a setting or a parameter",
        find: whole(() => [
          ["ecm", "collision energy, GeV"],
          ...state().parameters,
          ...this.settings(),
        ]),
      }),
      textField("values", "Values", {
        size: "medium",
        placeholder: "100, 200, 300",
        help: "A run for each of them",
      }),
      textField("file", "File or folder", {
        placeholder: "events.lhe.gz",
        help: "Seen from the notebook, or a run that kept its LHE file. An output of MadGraph is the folder that has Events in it.",
        find: whole(() => this.openable()),
      }),
      textField("run", "Run", {
        size: "small",
        placeholder: "run_01",
        help: "If there are several",
      }),
    ];
    // Before the form asks the kernel: it asks about what the fields hold then.
    this.generator.root.addEventListener("input", () => {
      this.follow();
      this.onchosen();
    });
    this.opened = h("div", {}, this.at("file"));
    this.madgraph = row("shower", "madspin", "multi_run")(this.at);
    this.more = details(
      "More: further processes, groups, model, parameters",
      halves(this.at("added"), this.at("define")),
      halves(this.at("parameters"), row("model", "beams")(this.at)),
      this.madgraph,
      this.at("cards"),
    );
    this.scan = details("Scan: a run for each value", row("scan", "values")(this.at));
    this.made = [
      this.at("process"),
      halves(this.at("decays"), this.at("settings")),
      this.more,
      this.scan,
    ];
  }

  /** What stands in the form, from top to bottom. */
  get parts(): Child[] {
    const [process, lists, ...folded] = this.made;
    const top = h("div", { class: "hml-first" }, process, this.opened, this.at("generator"));
    const line = row("name", "run", "ecm", "events", "seed", "detector")(this.at);
    return [top, lists, line, ...folded];
  }

  get chosen(): string {
    return String(this.generator.get());
  }

  /** What pressing the button does. */
  verb(runs: number): string {
    if (this.chosen === "folder") return "Open";
    if (this.chosen === "lhe") return "Shower";
    return runs > 1 ? `Generate ${runs} runs` : "Generate";
  }

  /** Files that could be opened. */
  know(files: Record<string, string[]>): void {
    this.files = files;
    this.at("file").querySelector("input")?.dispatchEvent(new Event(FOUND));
  }

  /** Show what the generator takes, and hide what it does not. */
  follow(): void {
    const opens = this.chosen === "folder" || this.chosen === "lhe";
    for (const part of this.made) part.hidden = opens;
    this.opened.hidden = !opens;
    this.countEvents();
    const only: Record<string, string[]> = {
      run: ["folder"],
      ecm: ["pythia8", "madgraph5"],
      events: ["pythia8", "madgraph5", "lhe"],
      seed: ["pythia8", "madgraph5", "lhe"],
      detector: ["pythia8", "madgraph5", "lhe"],
      cards: ["pythia8", "madgraph5"],
    };
    for (const [name, of] of Object.entries(only)) this.at(name).hidden = !of.includes(this.chosen);
    this.madgraph.hidden = this.chosen !== "madgraph5";
    this.detector.offer(this.chosen === "madgraph5" ? [...DETECTORS, DELPHES] : DETECTORS);
    this.generator.offer(this.state().generators);
  }

  /** Of a file all events are taken, as long as no number is typed. */
  private countEvents(): void {
    if (this.chosen === this.before) return;
    if (this.chosen === "lhe") this.events.set("");
    else if (this.events.get() === "") this.events.set(this.state().defaults.events);
    this.before = this.chosen;
  }

  /** Unfold what is filled in, or wrong; `anew`: and fold the rest. */
  unfold(values: ProcessValues, errors: Record<string, string>, anew = false): void {
    const usual = this.state().defaults;
    const filled = (name: string) => JSON.stringify(values[name]) !== JSON.stringify(usual[name]);
    const needed = (part: HTMLElement) =>
      [...part.querySelectorAll<HTMLElement>("[data-field]")].some(({ dataset }) => {
        const name = dataset.field ?? "";
        return filled(name) || name in errors;
      });
    for (const part of [this.more, this.scan]) part.open = needed(part) || (part.open && !anew);
  }

  /** Files near the notebook, and runs whose events can be showered again. */
  private openable(): Word[] {
    const files = (this.files[this.chosen] ?? []).map((name): Word => [name, ""]);
    const runs = this.state().runs.filter(({ generator }) => generator !== "pythia8");
    const again = runs.map(({ target, process }): Word => [target, `run: ${process}`]);
    return this.chosen === "lhe" ? [...again, ...files] : files;
  }

  private settings(): Word[] {
    const all = this.state().settings;
    return this.chosen === "pythia8" ? all.filter((word) => word[2] === "pythia8") : all;
  }

  private readonly at = (name: string): HTMLElement => {
    const field = this.fields.find((one) => one.name === name);
    if (!field) throw new Error(`there is no field ${name}`);
    return field.root;
  };
}

const row =
  (...names: string[]) =>
  (at: (name: string) => HTMLElement) =>
    h("div", { class: "hml-fields" }, ...names.map(at));
const halves = (...parts: HTMLElement[]) => h("div", { class: "hml-halves" }, ...parts);

function details(title: string, ...parts: HTMLElement[]): HTMLDetailsElement {
  return h("details", { class: "hml-more" }, h("summary", {}, title), ...parts);
}
