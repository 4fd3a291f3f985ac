// The Training panel as the kernel would send it, for the harness.
import { methods } from "./methods";

const history = (n: number, at: number, unit: string) => {
  const points = (of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i));
  const curves = {
    loss: points((i) => 0.25 + 0.45 * Math.exp(-i / 6) + at),
    val_loss: points((i) => 0.28 + 0.42 * Math.exp(-i / 5) + at + 0.002 * i),
    ...(unit === "epochs" ? { accuracy: points((i) => 0.9 - 0.4 * Math.exp(-i / 6)) } : {}),
  };
  const kept = unit === "epochs" ? [n - 6] : [];
  const note = kept.length ? `epoch ${n - 6} of ${n} is kept` : "";
  return { unit, at: points((i) => i + 1), curves, loss: "loss", kept, note };
};
const scores = (target: string, agree: boolean) => {
  const bins = Array.from({ length: 20 }, (_, i) => (i + 0.5) / 20);
  const signal = bins.map((x) => 4 * x ** 3);
  const background = bins.map((x) => 4 * (1 - x) ** 3);
  const test = (density: number[]) => ({
    density: density.map((value, i) => value * (1 + 0.1 * Math.sin(7 * i))),
    error: density.map((value) => 0.08 * Math.sqrt(value) + 0.02),
  });
  return {
    target,
    edges: Array.from({ length: 21 }, (_, i) => i / 20),
    train: { signal, background },
    test: { signal: test(signal), background: test(background) },
    agree,
    text: agree
      ? "training and test agree (KS signal 0.4, background 0.83)"
      : "training and test differ (KS signal 0.004, background 0.21): it knows its training events by heart; stop earlier, take a smaller model or more events",
  };
};
const cuts = ["fatjet0.mass >= 71.5", "fatjet0.mass < 108", "fatjet0.tau21 < 0.48"];
const roc = (target: string, power: number, working: number | null) => {
  const efficiency = Array.from({ length: 200 }, (_, i) => (i + 1) / 200);
  const left = efficiency.map((share) => 1 - (1 - share ** power) ** (1 / power));
  return {
    target,
    efficiency,
    rejection: left.map((share) => (share < 2e-4 ? null : 1 / share)),
    threshold: efficiency.map((share) => 1 - share ** 3),
    z: efficiency.map((share, i) =>
      (left[i] ?? 0) < 0.01 ? null : (0.02 * share) / Math.sqrt(left[i] ?? 1),
    ),
    working,
  };
};
const model = (target: string, method: string, more: object = {}) => ({
  target,
  record_id: "0005",
  method,
  on: "selected",
  dataset: "selected",
  cuts: "fatjet0.mass > 70 and fatjet0.tau21 < 0.52",
  status: "done",
  stale: [],
  loss: "0.253",
  accuracy: "0.899",
  auc: "0.953 ± 0.004",
  r50: "86 ± 9",
  z: "0.15 ± 0.02",
  note: "",
  ...more,
});

const COLUMNS = ["fatjet0.mass", "genfatjet0.mass", "genfatjet0.tau21", "genjet0.flavor", "met"];

/** A dataset with a score, and what has learned that. */
function ofScores(scenario: string): [object[], ReturnType<typeof model>[], object] {
  if (scenario !== "observed") return [[], [], {}];
  const data = {
    target: "mlp_scored",
    label: "mlp_scored",
    kind: "set",
    columns: {
      of: { choices: ["mlp.score"], default: "mlp.score" },
      inputs: { choices: COLUMNS, default: "genfatjet0.mass\ngenfatjet0.tau21" },
      flags: { choices: COLUMNS, default: "genjet0.flavor" },
    },
    n_train: 622,
    n_validation: 210,
    n_test: 207,
    warning: null,
    lines: [],
  };
  const about = { on: "mlp_scored", cuts: "", surrogate: true };
  const begins = { method: "Surrogate", dataset: data.target };
  return [[data], [model("surrogate", "Surrogate of a score", about)], begins];
}

export function training(scenario: string): object {
  const running = scenario === "running";
  const numbers = { loss: null, accuracy: null, auc: null, r50: null, z: null };
  const models = [
    model("cuts", "Cut and count", {
      loss: "0.431",
      accuracy: "0.806",
      found_cuts: cuts,
      selected: scenario === "odd" ? "selected_2" : null,
    }),
    model("bdt", "Boosted decision tree"),
    running
      ? model("mlp", "Neural network (MLP)", { ...numbers, status: "running" })
      : model("mlp", "Neural network (MLP)", {
          stale: scenario === "error" ? ["selected has a newer recipe"] : [],
          status: scenario === "error" ? "stale" : "done",
        }),
  ];
  if (scenario === "odd" || scenario === "error")
    models.push(
      model("mlp_with_a_rather_long_name", "Neural network (MLP)", {
        ...numbers,
        on: "",
        status: "interrupted",
        offers: [
          {
            text: "keep 7 epochs",
            action: "keep",
            values: { record_id: "0006", epochs: 7 },
          },
          { text: "go on after 7", action: "go_on", values: { record_id: "0006" } },
        ],
      }),
    );
  const [scored, surrogate, begins] = ofScores(scenario);
  models.push(...surrogate);
  return {
    methods,
    datasets: [
      {
        target: "dataset",
        label: "dataset",
        kind: "set",
        columns: null,
        n_train: 1824,
        n_validation: 608,
        n_test: 610,
        warning: null,
        lines: ["951 zz + 159 qcd events", "weights balanced per class"],
      },
      {
        target: "selected",
        label: "selected",
        kind: "set",
        columns: null,
        n_train: 622,
        n_validation: 210,
        n_test: 207,
        warning: "Only 159 training events in the smaller class: loosen the cuts or generate more.",
        lines: [],
      },
      ...scored,
      ...(scenario === "odd"
        ? [
            {
              target: "images",
              label: "images",
              kind: "image",
              columns: null,
              n_train: 1824,
              n_validation: 608,
              n_test: 610,
              warning: null,
              lines: [],
            },
          ]
        : []),
    ],
    next: "Compare them. Drag the handle on the ROC curve to a working point, or cut on the score: it becomes a column for boards and cuts.",
    models: scenario === "empty" ? [] : models,
    running: running
      ? {
          record_id: "0006",
          target: "mlp",
          method: "Neural network (MLP)",
          unit: "epochs",
          loss: "loss",
          awaits: "Compiling: its first numbers\ncome after the first epoch.",
        }
      : null,
    history: {
      bdt: history(100, 0, "trees"),
      ...(running ? {} : { mlp: history(20, 0.03, "epochs") }),
    },
    roc: [roc("bdt", 4, null), ...(running ? [] : [roc("mlp", 3, 0.6)])],
    scores: [scores("bdt", true), ...(running ? [] : [scores("mlp", scenario !== "error")])],
    defaults: {
      method: "MLP",
      first: { set: "MLP", image: "CNN", graph: "GraphNetwork" },
      options: {},
      dataset: scenario === "odd" ? "images" : "selected",
      epochs: "20",
      seed: "42",
      folds: "",
      names: {
        MLP: "mlp_2",
        BoostedDecisionTree: "bdt_2",
        CNN: "cnn",
        CutAndCount: "cuts_2",
        Network: "own",
        Surrogate: "surrogate_2",
      },
      ...begins,
    },
  };
}
