// The Training panel as the kernel would send it, for the harness.
const option = (name: string, type: string, value: string, doc: string, more: object = {}) => ({
  name,
  type,
  default: value,
  min: null,
  max: null,
  choices: [],
  unit: "",
  doc,
  advanced: false,
  ...more,
});
const history = (n: number, at: number, unit: string) => {
  const points = (of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i));
  const curves = {
    loss: points((i) => 0.25 + 0.45 * Math.exp(-i / 6) + at),
    val_loss: points((i) => 0.28 + 0.42 * Math.exp(-i / 5) + at + 0.002 * i),
    ...(unit === "epochs" ? { accuracy: points((i) => 0.9 - 0.4 * Math.exp(-i / 6)) } : {}),
  };
  return { unit, at: points((i) => i + 1), curves };
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
const preset = (label: string, options: Record<string, string>, epochs: number | null = null) => ({
  label,
  help: "when to take it",
  options,
  epochs,
});
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
  return {
    methods: [
      {
        name: "CutAndCount",
        label: "Cut and count",
        kind: "set",
        needs: "columns of numbers",
        doc: "Keeps the events inside one window for each observable: what anybody can check by eye, and what all else has to beat.",
        read: ["TMVA Users Guide, rectangular cuts", "https://arxiv.org/abs/physics/0703039"],
        epochs: false,
        presets: [preset("as usual", {}), preset("all together", { topology: "joint" })],
        options: [
          option("objective", "choice", "significance", "What the cuts make best.", {
            choices: ["significance", "cross_entropy", "accuracy"],
          }),
          option("topology", "choice", "sequential", "In which order they are found.", {
            choices: ["sequential", "parallel", "joint"],
          }),
          option("sides", "choices", "any", "Kinds of cuts that are tried.", {
            choices: ["any", "lower", "upper", "window", "outside"],
          }),
          option("luminosity", "number", "139.0", "Luminosity at which events are expected.", {
            unit: "fb^-1",
            min: 1e-9,
            advanced: true,
          }),
        ],
      },
      {
        name: "BoostedDecisionTree",
        label: "Boosted decision tree",
        kind: "set",
        needs: "columns of numbers",
        doc: "Many small trees of cuts, one after the other, each of which corrects the mistakes of those before it.",
        read: ["scikit-learn, histogram gradient boosting", "https://scikit-learn.org/stable/"],
        epochs: false,
        presets: [preset("as usual", { n_estimators: "100" })],
        options: [
          option("n_estimators", "integer", "100", "Number of trees.", { unit: "trees", min: 1 }),
          option("learning_rate", "number", "0.1", "How much each tree counts."),
          option("max_leaf_nodes", "integer", "31", "Largest number of leaves of a tree."),
          option("min_samples_leaf", "integer", "20", "Fewest training events in a leaf.", {
            unit: "events",
            advanced: true,
          }),
        ],
      },
      {
        name: "MLP",
        label: "Neural network (MLP)",
        kind: "set",
        needs: "columns of numbers",
        doc: "Layers of weighted sums and bends, from the observables to one score, whose weights follow the slope of the loss.",
        read: [
          "Deep learning and its application to LHC physics",
          "https://arxiv.org/abs/1806.11484",
        ],
        epochs: true,
        presets: [
          preset("as usual", { hidden: "64, 64", dropout: "0.0" }),
          preset("small and quick", { hidden: "16", dropout: "0.0" }, 10),
          preset("as HEP ML Lab's", { hidden: "32, 64, 32", dropout: "0.0" }, 100),
          preset("with early stopping", { hidden: "64, 64", patience: "10" }, 200),
        ],
        options: [
          option("hidden", "integers", "64, 64", "Units of each hidden layer.", {
            unit: "units",
            min: 1,
          }),
          option("learning_rate", "number", "0.001", "Step size of the optimizer."),
          option("batch_size", "integer", "256", "Events in a step.", { unit: "events" }),
          option("patience", "integer", "0", "Stop when nothing has fallen for so long; 0 never.", {
            unit: "epochs",
          }),
          option("activation", "choice", "relu", "Activation of the hidden layers.", {
            choices: ["relu", "tanh", "gelu"],
            advanced: true,
          }),
          option("dropout", "number", "0.0", "Fraction of units left out while training.", {
            min: 0,
            max: 0.95,
            advanced: true,
          }),
        ],
      },
      {
        name: "CutNetwork",
        label: "Cuts with a network",
        kind: "set",
        needs: "columns of numbers",
        doc: "Cuts whose thresholds learn by the slope of the loss.",
        read: ["neos", "https://arxiv.org/abs/2203.05570"],
        epochs: true,
        presets: [preset("as usual", { network: "none" })],
        options: [
          option("cuts", "texts", "fatjet0.mass > 70\nfatjet0.tau21 < 0.5", "Cuts that are moved."),
          option("network", "method", "none", "What gives the score.", {
            choices: ["none", "MLP"],
          }),
          option("cut_learning_rate", "number", "0.2", "Learning rate of the thresholds."),
        ],
      },
      {
        name: "CNN",
        label: "Image network (CNN)",
        kind: "image",
        needs: "images",
        doc: "Small filters that are moved over the pixels of an image.",
        read: ["Jet-images: deep learning edition", "https://arxiv.org/abs/1511.05190"],
        epochs: true,
        presets: [preset("as usual", {})],
        options: [option("filters", "integers", "32, 64", "Filters of each convolution.")],
      },
      {
        name: "GraphNetwork",
        label: "Graph network",
        kind: "graph",
        needs: "graphs",
        doc: "Particles that send messages to their neighbours.",
        read: ["ParticleNet", "https://arxiv.org/abs/1902.08570"],
        epochs: true,
        presets: [preset("as usual", {})],
        options: [option("messages", "integers", "32, 64", "Units of each layer of messages.")],
      },
      {
        name: "Network",
        label: "A model of your own",
        kind: null,
        needs: "",
        doc: "Your own Keras model or scikit-learn classifier.",
        read: ["Keras, the functional API", "https://keras.io/guides/functional_api/"],
        epochs: true,
        presets: [preset("as usual", {})],
        options: [
          option("builder", "text", "", "A function in a file, 'mine:build'."),
          option("options", "json", "", "Options of a classifier."),
          option("normalize", "flag", "true", "Whether a first layer normalises.", {
            advanced: true,
          }),
        ],
      },
    ],
    datasets: [
      {
        target: "dataset",
        label: "dataset",
        kind: "set",
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
        n_train: 622,
        n_validation: 210,
        n_test: 207,
        warning: "Only 159 training events in the smaller class: loosen the cuts or generate more.",
        lines: [],
      },
      ...(scenario === "odd"
        ? [
            {
              target: "images",
              label: "images",
              kind: "image",
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
      ? { record_id: "0006", target: "mlp", method: "Neural network (MLP)", unit: "epochs" }
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
      names: {
        MLP: "mlp_2",
        BoostedDecisionTree: "bdt_2",
        CNN: "cnn",
        CutAndCount: "cuts_2",
        Network: "own",
      },
    },
  };
}
