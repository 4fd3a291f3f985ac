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
];
const CHECKS = [
  { what: "files", ok: true, text: "20 files are what was saved (sha256)" },
  { what: "card", ok: true, text: "1 network, 4 inputs, 1 output" },
  { what: "onnx", ok: true, text: "656 reference events, largest difference 0, allowed 1e-05" },
  { what: "lwtnn", ok: true, text: "656 reference events, largest difference 0, allowed 1e-12" },
];
const bundle = (target: string, more: object) => ({
  target,
  record_id: "0007",
  formats: ["lwtnn", "onnx"],
  why: "",
  lacking: [],
  stale: [],
  files: FILES.map((name) => ({ name, size: 2300, text: !name.endsWith(".onnx") })),
  verified: { ok: true, rows: CHECKS },
  ...more,
});
const WHY =
  "bdt: lwtnn has dense networks on columns; a BoostedDecisionTree is preserved as ONNX alone";

export function preserve(scenario: string): object {
  const damaged = CHECKS.map((row) =>
    row.what === "files" ? { ...row, ok: false, text: "model.onnx is not what was saved" } : row,
  );
  const bundles = [
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
    datasets: ["dataset", "selected"],
    next: "Press verify: it compares every file with what was saved, and runs the reference events in every format.",
    defaults: { model: "mlp", names: { mlp: "mlp_bundle_2" }, efficiencies: "0.3, 0.5, 0.7" },
  };
}

const ITEMS: [string, string][] = [
  ["description", "what the network is for (description)"],
  ["definition of every input", ""],
  ["level of every input", ""],
  ["output", ""],
  ["objects", ""],
  ["working points", ""],
  ["architecture", ""],
  ["training", ""],
  ["data", ""],
  ["versions", ""],
  ["authors", "who made it (authors)"],
  ["licence", "under which licence others may use it (licence)"],
  ["citation", "what to cite (citation)"],
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
