// The Training panel as the kernel would send it, for the harness.
const option = (
  name: string,
  type: string,
  value: string,
  doc: string,
  choices: string[] = [],
) => ({ name, type, default: value, min: null, max: null, choices, doc });
const history = (n: number, at: number) => ({
  loss: Array.from({ length: n }, (_, i) => 0.25 + 0.45 * Math.exp(-i / 6) + at),
  val_loss: Array.from({ length: n }, (_, i) => 0.28 + 0.42 * Math.exp(-i / 5) + at + 0.002 * i),
});
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
  on: "fatjet0.mass > 70 and fatjet0.tau21 < 0.52",
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

export function training(scenario: string): object {
  const running = scenario === "running";
  const models = [
    model("bdt", "BoostedDecisionTree"),
    running
      ? model("mlp", "MLP", {
          status: "running",
          loss: null,
          accuracy: null,
          auc: null,
          r50: null,
          z: null,
        })
      : model("mlp", "MLP", {
          stale: scenario === "error" ? ["selected has a newer recipe"] : [],
          status: scenario === "error" ? "stale" : "done",
        }),
  ];
  return {
    methods: [
      {
        name: "BoostedDecisionTree",
        label: "Boosted decision tree",
        doc: "Gradient boosted trees on binned features.",
        epochs: false,
        options: [
          option("n_estimators", "int", "100", "how many trees"),
          option("learning_rate", "float", "0.1", "how much each tree counts"),
          option("max_leaf_nodes", "int", "31", "leaves of a tree"),
          option("min_samples_leaf", "int", "20", "events a leaf holds at least"),
        ],
      },
      {
        name: "MLP",
        label: "Neural network (MLP)",
        doc: "A fully connected network.",
        epochs: true,
        options: [
          option("hidden", "ints", "64, 64", "nodes of each hidden layer"),
          option("activation", "choice", "relu", "of the hidden layers", ["relu", "tanh", "gelu"]),
          option("dropout", "float", "0.0", "fraction left out while learning"),
          option("learning_rate", "float", "0.001", "step of the optimiser"),
          option("batch_size", "int", "256", "events a step"),
        ],
      },
    ],
    datasets: [
      {
        target: "dataset",
        label: "dataset",
        n_train: 1824,
        n_validation: 608,
        n_test: 610,
        warning: null,
        lines: ["951 zz + 159 qcd events", "weights balanced per class"],
      },
      {
        target: "selected",
        label: "selected",
        n_train: 622,
        n_validation: 210,
        n_test: 207,
        warning: "Only 159 training events in the smaller class: loosen the cuts or generate more.",
      },
    ],
    models: scenario === "empty" ? [] : models,
    running: running ? { record_id: "0006", target: "mlp", method: "MLP" } : null,
    history: { bdt: history(100, 0), ...(running ? {} : { mlp: history(20, 0.03) }) },
    roc: [roc("bdt", 4, null), ...(running ? [] : [roc("mlp", 3, 0.6)])],
    defaults: {
      method: "MLP",
      options: {},
      dataset: "selected",
      epochs: "20",
      seed: "42",
      names: { MLP: "mlp_2", BoostedDecisionTree: "bdt_2" },
    },
  };
}
