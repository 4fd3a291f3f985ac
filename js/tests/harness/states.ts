// States of the panels as the kernel would send them, for the harness.
import { preserve, untrained } from "./preserve";
import { training } from "./training";

const PARTICLES = "p j z h w+ w- a g t t~ b b~ e+ e- mu+ mu- ta+ ta- ve vm vt vl vl~ l+ l-"
  .split(" ")
  .map((name) => [name, "particle"]);
const USUAL = {
  generator: "pythia8",
  decays: [],
  settings: [],
  ecm: "13000",
  events: "2000",
  detector: "cms",
  added: [],
  define: [],
  model: "sm",
  parameters: [],
  beams: "",
  shower: "pythia8",
  madspin: "",
  multi_run: "1",
  cards: [],
  scan: "",
  values: "",
  file: "",
  run: "",
};
const run = (target: string, more: object) => ({
  target,
  record_id: "0001",
  process: "p p > z z",
  decays: ["z > j j", "z > vl vl~"],
  cross_section: "0.0873 ± 0.0009",
  n_events: 2000,
  seed: 42,
  generator: "pythia8",
  detector: "cms",
  diagrams: false,
  status: "done",
  error: null,
  ...more,
});
const QCD = {
  process: "p p > j j",
  decays: [],
  cross_section: "60 890 ± 410",
  seed: 43,
  record_id: "0002",
};
const form = {
  ...USUAL,
  process: "p p > z z",
  decays: ["z > j j", "z > vl vl~"],
  settings: [["pt_min_pdg", "{23: 200}"]],
  name: "zz",
  seed: "42",
};
const CODES = [
  'zz = hml.generate("p p > z z", decays=["z > j j", "z > vl vl~"], settings={"pt_min_pdg": {23: 200}}, events=2000, seed=42, path="study/runs/zz")\nzz',
  'qcd = hml.generate("p p > j j", settings={"ptj": 200}, events=2000, seed=43, path="study/runs/qcd")\nqcd',
  'dataset = hml.build_dataset({"zz": zz, "qcd": qcd}, hml.Set(["fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r", "met"]), signal="zz", require="fatjet.size > 0 and jet.size > 1", split=(0.6, 0.2, 0.2), seed=1, path="study/data/dataset")\ndataset',
  'selected = hml.select(dataset, ["fatjet0.mass > 70.0"], path="study/data/selected")\nselected',
  'bdt = hml.train(hml.BoostedDecisionTree(), selected, seed=42, path="study/models/bdt")\nbdt',
];
const SUMMARIES = ["0.0873 pb", "60 890 pb", "3 042 events", "1 509 events", "AUC 0.953"];

function processes(scenario: string): object {
  const runs = {
    empty: [],
    running: [
      run("zz", {}),
      run("qcd", { ...QCD, status: "running", cross_section: null }),
      run("tt", {
        process: "p p > t t~",
        decays: [],
        status: "waiting",
        cross_section: null,
        record_id: "0003",
        seed: 44,
      }),
    ],
    error: [
      run("zz", {}),
      run("qcd", {
        ...QCD,
        status: "failed",
        cross_section: null,
        error: "p p > j j diverges without a cut: set ptj, such as 20",
      }),
      run("old", { status: "stale" }),
      run("half", { status: "interrupted", cross_section: null }),
    ],
  }[scenario] ?? [run("zz", {}), run("qcd", { ...QCD, generator: "madgraph5", diagrams: true })];
  const presets = [
    ["Z versus QCD jets", "zz"],
    ["W versus QCD jets", "ww"],
    ["Top versus QCD jets", "tt"],
  ].map(([label, name]) => ({
    label,
    help: "a boosted particle decays into one fat jet",
    forms: [
      { ...form, name },
      {
        ...form,
        process: "p p > j j",
        decays: [],
        settings: [["ptj", "200"]],
        name: "qcd",
        seed: "43",
      },
    ],
  }));
  return {
    runs,
    presets,
    generators: [
      { value: "pythia8", text: "Pythia8 (embedded)" },
      { value: "madgraph5", text: "MadGraph5 (not installed)" },
      { value: "folder", text: "a MadGraph output" },
      { value: "lhe", text: "an LHE file" },
    ],
    particles: PARTICLES,
    processes: [
      ["p p > z z", "Z pairs without photons"],
      ["p p > t t~", "top pairs"],
    ],
    decays: [["z > j j", ""]],
    settings: [
      ["ptj", "least pT of a jet, GeV", "pythia8", "GeV"],
      ["pt_min_pdg", "least pT by particle, GeV", "pythia8", "GeV"],
      ["ptl", "least pT of a lepton, GeV", "", "GeV"],
    ],
    parameters: [["mt", "mass 6"]],
    defaults: { ...USUAL, process: "", name: "", seed: "44" },
    cores: 2,
  };
}

function observables(scenario: string): object {
  const one = (group: string, unit: string) => (name: string) => ({
    name,
    doc: `${name.split(".").at(-1)} of the object, as Delphes defines it`,
    unit,
    group,
    also: "",
  });
  return {
    sources: [
      { target: "zz", label: "zz", n_events: 2000, cross_section: "0.0873 ± 0.0009" },
      { target: "qcd", label: "qcd", n_events: 2000, cross_section: "60 890 ± 410" },
    ],
    catalogue: [
      ...["fatjet0.mass", "fatjet0.pt", "fatjet0.soft_drop_mass"].map(one("fat jet", "GeV")),
      ...["fatjet0.tau21", "fatjet0.tau32", "fatjet0.eta"].map(one("fat jet", "")),
      ...["jet0.pt", "jet0.mass"].map(one("jet", "GeV")),
      ...["jet0.eta", "jet.size", "jet0.b_tag"].map(one("jet", "")),
      ...["jet0,jet1.delta_r", "jet0,jet1.delta_phi"].map(one("two objects", "")),
      ...["jet0,jet1.invariant_mass"].map(one("two objects", "GeV")),
      ...["met", "ht"].map(one("event", "GeV")),
    ],
    collections: { jet: ["jet.pt", "jet.mass"].map(one("each jet", "GeV")) },
    names: { set: "dataset", image: "images", graph: "graphs" },
    particles: [
      ["fatjet0.constituents", "what is in the leading fat jet"],
      ["jet", "all jets"],
    ],
    features: [["pt", "GeV"]],
    edge_features: [["delta_r", ""]],
    defaults: {
      sources: ["zz", "qcd"],
      signal: ["zz"],
      observed: [],
      kind: scenario === "running" ? "image" : scenario === "error" ? "graph" : "set",
      image_of: "fatjet0.constituents",
      origin: "subjet0",
      axis: "subjet1",
      flip: "",
      subjets: "0.3",
      size: "33",
      range: "1.6",
      channel: "pt",
      scale: "log",
      graph_of: "fatjet0.constituents",
      nodes: "pt, delta_eta, delta_phi, charge",
      edges: "knn",
      reach: "8",
      radius: "0.4",
      edge_features: "",
      max_nodes: "32",
      per: "",
      side: [],
      regions: [],
      blind: "",
      about: "",
      observables: ["fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r", "met"],
      require: "fatjet.size > 0 and jet.size > 1",
      seed: "1",
      split: "0.6, 0.2, 0.2",
      name: "dataset",
    },
    datasets: [
      {
        target: "dataset",
        label: "dataset",
        kind: "numbers",
        n: { zz: 1432, qcd: 1610 },
        notes: scenario === "error" ? ["12 of 400 zz events have no jet: left out"] : [],
      },
    ],
  };
}

function record(scenario: string): object {
  const more: Record<number, object> =
    scenario === "error"
      ? {
          1: { status: "failed", summary: "", cell: "here" },
          3: { cell: "edited", stale: ["dataset has a newer recipe"] },
          4: { cell: "missing", status: "not run", summary: "" },
        }
      : scenario === "running"
        ? { 4: { status: "running", summary: "", fingerprint: "" } }
        : {};
  const entries = CODES.map((code, at) => ({
    record_id: `000${at + 1}`,
    n: at + 1,
    code,
    panel: "cuts",
    status: "done",
    summary: SUMMARIES[at],
    fingerprint: "a41f09c2",
    stale: [],
    cell: "here",
    ...more[at],
  }));
  return {
    entries: scenario === "empty" ? [] : entries,
    undo: scenario === "empty" ? null : { text: "take back bdt" },
    redo: null,
    sidecar: "study.record.ipynb",
    order_differs: scenario === "error",
    replay:
      scenario === "filled"
        ? { text: "5 of 5 identical", ok: true, rows: [] }
        : scenario === "error"
          ? {
              text: "1 of 5 differs",
              ok: false,
              rows: [
                [1, "identical"],
                [2, "identical"],
                [3, "different: 3 041 events, recorded 3 042"],
                [4, "not re-run"],
                [5, "equal within tolerance"],
              ],
            }
          : null,
    not_run: scenario === "error" ? 1 : 0,
  };
}

export function states(scenario: string): Record<string, unknown> {
  const empty = scenario === "empty";
  const first = {
    empty: "Generate a signal and a background first: an observable is computed from their events.",
    go: "processes",
  };
  const second = {
    empty: "Build a dataset first: histograms and cuts need its events.",
    go: "observables",
  };
  const running =
    scenario === "running"
      ? { record_id: "0002", panel: "processes", text: CODES[1]?.split("\n")[0] ?? "" }
      : null;
  return {
    header: {
      cores: 2,
      way: "A",
      way_text: "recording into this notebook",
      read_only:
        scenario === "error"
          ? "This study is open in another kernel (process 4242): it can be looked at, not changed."
          : null,
      running,
    },
    counts: empty
      ? { processes: "", observables: "", cuts: "", training: "", preserve: "", record: "" }
      : {
          processes: "2 runs",
          observables: "1 dataset",
          cuts: "2 active",
          training: "2 models",
          preserve: "2 bundles",
          record: "5 cells",
        },
    processes: processes(scenario),
    observables: empty ? first : observables(scenario),
    cuts: second,
    training: empty ? second : training(scenario),
    preserve: empty ? untrained() : preserve(scenario),
    record: record(scenario),
  };
}
