// The Preserve panel as the kernel would send it, for the harness.
const input = (name: string, unit: string, level: string, definition: string) => ({
  name,
  unit,
  level,
  definition,
});
const FILES = [
  "README.md",
  "card.yaml",
  "model.onnx",
  "model.lwtnn.json",
  "validation/cutflow.csv",
  "validation/histograms.png",
];
const shownAs = (name: string) =>
  name.endsWith(".png") ? "picture" : name.endsWith(".onnx") ? "" : "text";
const CHECKS = [
  { what: "files", ok: true, text: "20 files are what was saved (sha256)" },
  { what: "card", ok: true, text: "1 network, 4 inputs, 1 output" },
  { what: "onnx", ok: true, text: "656 reference events, largest difference 0, allowed 1e-05" },
  { what: "lwtnn", ok: true, text: "656 reference events, largest difference 0, allowed 1e-12" },
];
const CARD = {
  name: "mlp_bundle",
  description: "Tells boosted Z bosons from QCD jets",
  inputs: [
    {
      ...input("fatjet0.mass", "GeV", "reco", "fatjet0: Mass (the field Mass)"),
      missing: "no score",
    },
    { ...input("fatjet0.tau21", "", "reco", "fatjet0: tau2 over tau1"), missing: "no score" },
    { ...input("met", "GeV", "reco", "Missing transverse momentum"), missing: "0" },
  ],
  more_inputs: 0,
  kind: "set",
  outputs: [{ name: "score", meaning: "1 for signal (zz), 0 for background (qcd)" }],
  points: [
    "30 % of signal and 0.1 % of background at 0.9957",
    "50 % of signal and 0.4 % of background at 0.9947",
  ],
  networks: ["model.onnx and model.lwtnn.json: Normalization; Dense 64 relu; Dense 1 sigmoid"],
  said: { authors: "A. Student", licence: "CC-BY-4.0" },
};
const DATASETS = [
  { target: "dataset", why: "" },
  { target: "selected", why: "" },
];
const bundle = (target: string, more: object) => ({
  place: `study/preserved/${target}`,
  target,
  record_id: "0007",
  formats: ["lwtnn", "onnx"],
  why: "",
  lacking: [],
  stale: [],
  card: { ...CARD, name: target },
  files: FILES.map((name) => ({ name, size: 2300, as: shownAs(name) })),
  verified: { ok: true, rows: CHECKS },
  datasets: DATASETS,
  ...more,
});
const QUESTIONS = [
  "what the network is for (description)",
  "whether each input is known at truth level, of reconstructed objects, or only of a detector (level)",
  "how the objects are selected: pt, eta, identification (objects)",
  "where to cut on the score, with efficiencies (working_points)",
  "who made it (authors)",
];
/** What somebody has published with a card written by hand. */
const published = (more: object) => ({
  ...bundle("", {}),
  place: "published/susy",
  record_id: null,
  formats: ["onnx"],
  lacking: QUESTIONS,
  card: {
    ...CARD,
    name: "SUSY-2018-30",
    description: "",
    inputs: ["jet0.pt", "jet0.phi", "m_gluino"].map((name, at) => ({
      ...input(
        name,
        ["MeV", "rad", "GeV"][at] ?? "",
        at === 2 ? "parameter" : "unknown",
        ["transverse momentum of the leading jet", "", "mass of the gluino"][at] ?? "",
      ),
      missing: at === 2 ? "2100 unless given" : "0",
    })),
    outputs: [
      { name: "signal", meaning: "1 for gluinos" },
      { name: "ttbar", meaning: "" },
    ],
    points: [],
    networks: ["network.onnx"],
    said: {},
  },
  files: ["card.yaml", "network.onnx"].map((name) => ({
    name,
    size: 120000,
    as: shownAs(name),
  })),
  verified: null,
  datasets: [
    { target: "dataset", why: "" },
    { target: "selected", why: "lacks jet0.phi" },
  ],
  ...more,
});

/** The panel before anything was trained, with and without something opened. */
export function untrained(): object {
  return {
    ...preserve("filled"),
    models: [],
    bundles: [],
    next: "Train a model, to preserve it here. Or open what somebody else has preserved: put its folder beside the notebook.",
    defaults: { model: "", names: {}, efficiencies: "0.3, 0.5, 0.7" },
  };
}

/** Requests of the panel that change nothing in the notebook. */
export function preserveAnswer(action: string, values: Record<string, unknown>): unknown {
  if (action === "near")
    return {
      found: ["published/top_tagger", "theirs.zip", "a_very_long_name_of_a_folder/with/more"],
    };
  if (action === "open" && values.path !== "published/susy")
    throw new Error(
      `'${values.path}' is no folder inside the notebook's: put the bundle there, then write its name, such as 'theirs'`,
    );
  if (action === "open") return { bundle: values.path };
  if (action === "read") return { file: values.file, text: "name: mlp\n".repeat(40), cut: true };
  return {};
}
const WHY =
  "bdt: lwtnn has dense networks on columns; a BoostedDecisionTree is preserved as ONNX alone";

export function preserve(scenario: string): object {
  const damaged = CHECKS.map((row) =>
    row.what === "files" ? { ...row, ok: false, text: "model.onnx is not what was saved" } : row,
  );
  const bundles = [
    ...(scenario === "odd" ? [published({})] : []),
    ...(scenario === "observed"
      ? [published({ datasets: [{ target: "dataset", why: "lacks jet0.phi" }] })]
      : []),
    bundle("mlp_bundle", scenario === "error" ? { verified: { ok: false, rows: damaged } } : {}),
    bundle("bdt_bundle", {
      formats: ["onnx"],
      why: WHY,
      lacking: ["under which licence others may use it (licence)", "what to cite (citation)"],
      verified: null,
    }),
  ];
  return {
    models: [
      {
        target: "mlp",
        label: "mlp",
        inputs: [
          input("fatjet0.mass", "GeV", "reco", "fatjet0: Mass (the field Mass)"),
          input(
            "fatjet0.tau21",
            "",
            "reco",
            "fatjet0: tau2 over tau1: small if the jet has 2 prongs rather than 1",
          ),
          input("jet0,jet1.delta_r", "", "reco", "jet0, jet1: Angular distance"),
          ...(scenario === "odd" || scenario === "error"
            ? [
                input("jet0.b_tag", "", "detector", "jet0: 1 for a jet that is tagged as b"),
                input("column.m_jj", "", "unknown", "a column of a table"),
              ]
            : []),
          input("met", "GeV", "reco", "Missing transverse momentum"),
        ],
      },
    ],
    levels: ["truth", "reco", "detector", "parameter", "unknown"],
    licences: ["CC-BY-4.0", "CC0-1.0", "MIT", "Apache-2.0"],
    remedies: {
      eliminate: "train again without it and compare",
      efficiencies: "publish its efficiencies, as a map in pt, eta and flavour",
      simulate: "simulate it, and validate the simulation against the published histograms",
      surrogate: "train a network on inputs at truth level that gives the same score",
    },
    bundles: scenario === "empty" ? [] : bundles,
    next: "Press verify: it compares every file with what was saved, and runs the reference events in every format.",
    defaults: { model: "mlp", names: { mlp: "mlp_bundle_2" }, efficiencies: "0.3, 0.5, 0.7" },
  };
}

const ITEMS: [string, string][] = [
  ["description", "what the network is for"],
  ["definition of every input", ""],
  ["level of every input", ""],
  ["output", ""],
  ["objects", ""],
  ["working points", ""],
  ["architecture", ""],
  ["training", ""],
  ["data", ""],
  ["versions", ""],
  ["authors", "who made it"],
  ["licence", "under which licence others may use it"],
  ["citation", "what to cite"],
];

export function preserveCheck(values: Record<string, unknown>): object {
  const checklist = ITEMS.map(([item, text]) => ({
    item,
    ok: text === "" || Boolean(values[item]),
    text,
  }));
  const code = `${values.name} = hml.preserve(${values.model}, path="study/preserved/${values.name}")\n${values.name}`;
  return { code, target: values.name, errors: {}, notes: {}, checklist };
}
