import { Catalogue, type Duties } from "../pieces/catalogue";
import { listField, pairsField, selectField, textField } from "../pieces/fields";
import type { Field } from "../pieces/form";
import { Sources } from "../pieces/sources";
import { last, whole } from "../pieces/suggest";
import { type Child, h } from "../shared/dom";
import type { ObservablesState } from "../shared/state";

const KINDS = [
  { value: "set", text: "numbers (Set)" },
  { value: "image", text: "an image (Image)" },
  { value: "graph", text: "a graph (Graph)" },
];
const ORIGINS = [
  { value: "jet", text: "the jet's axis" },
  { value: "subjet0", text: "the hardest subjet" },
  { value: "centroid", text: "the mean direction" },
  { value: "", text: "nothing" },
];
const AXES = [
  { value: "", text: "nothing" },
  { value: "subjet1", text: "the second subjet" },
  { value: "principal", text: "the largest spread" },
];
const FLIPS = [
  { value: "", text: "no" },
  { value: "yes", text: "harder half right" },
];
const SCALES = [
  { value: "", text: "as it is" },
  { value: "log", text: "log(1 + v)" },
  { value: "max", text: "over its maximum" },
  { value: "sum", text: "over its sum" },
];
const EDGES = [
  { value: "knn", text: "the nearest" },
  { value: "radius", text: "within a radius" },
  { value: "complete", text: "all others" },
  { value: "", text: "none (a cloud)" },
];

/** The fields of the Observables panel, and which of them there are for what an event becomes. */
export class DatasetForm {
  readonly sources = new Sources();
  readonly catalogue: Catalogue;
  readonly fields: Field[];
  private readonly kind;
  private readonly edges;
  private readonly parts: Record<string, HTMLElement>;
  private readonly more: HTMLDetailsElement;
  /** The user has chosen what an event becomes. */
  onkind: (kind: string) => void = () => {};

  constructor(
    private readonly state: () => ObservablesState,
    duties: Duties,
  ) {
    const { catalogue, particles, features, edge_features } = state();
    this.catalogue = new Catalogue("observables", "Observables", catalogue, duties);
    this.kind = selectField("kind", "Each event becomes", KINDS, { size: "medium" });
    this.edges = selectField("edges", "Edges to", EDGES, { size: "small" });
    const of = { find: whole(() => particles), size: "medium" as const };
    const small = { size: "small" as const };
    const tiny = { size: "tiny" as const, numeric: true };
    const columns = { find: last(() => this.catalogue.words) };
    this.fields = [
      this.sources.used,
      this.sources.signal,
      this.sources.observed,
      this.kind,
      this.catalogue,
      textField("image_of", "Particles", { ...of, help: "What is drawn; arrow down offers some" }),
      selectField("origin", "Centred on", ORIGINS, small),
      selectField("axis", "Turned down", AXES, { ...small, help: "What points down after it" }),
      selectField("flip", "Mirrored", FLIPS, small),
      textField("subjets", "Subjets", { ...tiny, unit: "kt radius", placeholder: "0.3" }),
      textField("size", "Pixels", { ...tiny, placeholder: "33" }),
      textField("range", "Half width", {
        ...tiny,
        size: "small",
        unit: "Δη, Δφ",
        placeholder: "1.6",
        help: "From the middle of the image to its edge, in Δη and in Δφ (rad)",
      }),
      textField("channel", "Channels", {
        size: "small",
        placeholder: "pt",
        help: "What is summed in a pixel; several with commas",
        find: last(() => features),
      }),
      selectField("scale", "Pixel values", SCALES, small),
      textField("graph_of", "Particles", { ...of, help: "The nodes; arrow down offers some" }),
      textField("nodes", "Features of a node", {
        size: "half",
        unit: "if empty, the grey ones",
        placeholder: "pt, delta_eta, delta_phi, charge",
        help: "With commas. If you write nothing, those in grey are taken; of whole objects pt, eta, phi, mass",
        find: last(() => features),
      }),
      this.edges,
      textField("reach", "How many", { ...tiny, placeholder: "8" }),
      textField("radius", "Radius", { ...tiny, unit: "ΔR", placeholder: "0.4" }),
      textField("edge_features", "Features of an edge", {
        size: "half",
        unit: "if empty, none",
        placeholder: "such as delta_r, kt",
        help: "With commas; if you write nothing, an edge has no features",
        find: last(() => edge_features),
      }),
      textField("max_nodes", "Most nodes", { ...tiny, placeholder: "32" }),
      textField("require", "Required of each event", {
        placeholder: "all events",
        help: "Events that fail are left out; the cutflow counts them",
        ...columns,
      }),
      textField("name", "Name", { size: "small", help: "The variable that holds the dataset" }),
      textField("split", "Split", { unit: "train, validation, test", size: "half" }),
      textField("seed", "Seed", { size: "tiny", numeric: true }),
      textField("per", "A row for each", {
        size: "medium",
        placeholder: "event, or jet[pt > 30]",
        help: "Leave empty for events; a collection such as jet gives a row for each of its jets",
      }),
      listField("side", "For cuts and plots only", {
        add: "observable",
        placeholder: "met",
        ...columns,
      }),
      pairsField("regions", "Regions", () => [], {
        add: "region",
        placeholder: "SR",
        value: "fatjet0.mass > 70",
      }),
      textField("blind", "Blind", {
        size: "half",
        placeholder: "fatjet0.mass in [80, 100]",
        help: "Observed events that pass are left out",
        ...columns,
      }),
      textField("about", "Description", { placeholder: "what it is, in your words" }),
    ];
    for (const select of [this.kind, this.edges]) {
      select.root.addEventListener("input", () => this.follow());
    }
    this.kind.root.addEventListener("input", () => this.onkind(this.chosen));
    this.at("per").addEventListener("input", () => this.offer());
    this.parts = {
      image: h(
        "div",
        { class: "hml-steps" },
        this.row("image_of", "channel", "scale"),
        this.row("origin", "axis", "flip", "subjets", "size", "range"),
      ),
      graph: h(
        "div",
        { class: "hml-steps" },
        this.row("graph_of", "edges", "reach", "radius", "max_nodes"),
        this.row("nodes", "edge_features"),
      ),
    };
    this.more = h(
      "details",
      { class: "hml-more" },
      h("summary", {}, "More: further columns, regions, blinded data, a description"),
      h("div", { class: "hml-halves" }, this.at("side"), this.at("regions")),
      this.at("blind"),
      this.at("about"),
    );
  }

  /** What stands in the form, from top to bottom. */
  get laid(): Child[] {
    return [
      this.at("sources"),
      this.row("kind", "per"),
      ...Object.values(this.parts),
      this.at("observables"),
      this.at("require"),
      this.row("name", "split", "seed"),
      this.more,
    ];
  }

  get chosen(): string {
    return String(this.kind.get());
  }

  /** Show what the representation takes, and hide what it does not. */
  follow(): void {
    const kind = this.chosen;
    for (const [name, part] of Object.entries(this.parts)) part.hidden = name !== kind;
    this.catalogue.caption(
      kind === "set" ? "Observables" : "Observables for cuts and plots, which no method sees",
    );
    this.at("per").hidden = this.at("side").hidden = kind !== "set";
    this.offer();
    const edges = String(this.edges.get());
    this.at("reach").hidden = edges !== "knn";
    this.at("radius").hidden = edges !== "radius";
    this.at("edge_features").hidden = edges === "";
  }

  field(name: string): Field {
    const field = this.fields.find((one) => one.name === name);
    if (!field) throw new Error(`there is no field ${name}`);
    return field;
  }

  /** Offer the observables of the objects that have a row each. */
  private offer(): void {
    const per = String(this.field("per").get());
    const branch = per.match(/^\s*(\w+)/)?.[1]?.toLowerCase() ?? "";
    const more = this.chosen === "set" ? this.state().collections[branch] : undefined;
    this.catalogue.offer(more ?? []);
  }

  /** Unfold what is filled in, or wrong. */
  unfold(errors: Record<string, string>): void {
    const names = ["side", "regions", "blind", "about"];
    const filled = names.some((name) => String(this.field(name).get()) !== "");
    if (filled || names.some((name) => name in errors)) this.more.open = true;
  }

  private row(...names: string[]): HTMLElement {
    return h("div", { class: "hml-fields" }, ...names.map((name) => this.at(name)));
  }

  private at(name: string): HTMLElement {
    return this.field(name).root;
  }
}
