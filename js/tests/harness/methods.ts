// The methods of the Training panel as the kernel would list them, for the harness.
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
const preset = (label: string, options: Record<string, string>, epochs: number | null = null) => ({
  label,
  help: "when to take it",
  options,
  epochs,
});

export const methods: object[] = [
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
    read: ["Deep learning and its application to LHC physics", "https://arxiv.org/abs/1806.11484"],
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
    name: "Surrogate",
    label: "Surrogate of a score",
    kind: null,
    needs: "a score as a column",
    score: true,
    doc: "Learns how the score of another model is distributed for given truth, and draws it.",
    read: ["Mixture density networks", "https://publications.aston.ac.uk/id/eprint/373/"],
    epochs: true,
    presets: [preset("as usual", { of: "mlp.score" }, 20)],
    options: [
      option("of", "choice", "mlp.score", "Column with the score of the original.", {
        choices: ["mlp.score"],
      }),
      option("inputs", "texts", "genfatjet0.mass\ngenfatjet0.tau21", "Columns that it sees.", {
        choices: ["genfatjet0.mass", "genfatjet0.tau21", "genjet0.flavor", "met"],
      }),
      option("flags", "texts", "genjet0.flavor", "Columns with whole numbers that are names.", {
        choices: ["genfatjet0.mass", "genfatjet0.tau21", "genjet0.flavor", "met"],
      }),
      option("components", "integer", "8", "Gaussians in the mixture.", { advanced: true }),
    ],
  },
  {
    name: "Network",
    label: "A model of your own",
    kind: null,
    needs: "",
    doc: "Your own Keras model or scikit-learn classifier.",
    read: ["Keras, the functional API", "https://keras.io/guides/functional_api/"],
    epochs: true,
    at_once: "estimator",
    presets: [
      preset("as usual", { estimator: "" }),
      preset("a random forest", { estimator: "sklearn.ensemble.RandomForestClassifier" }),
    ],
    options: [
      option("builder", "text", "", "A function in a file, 'mine:build'."),
      option("estimator", "text", "", "A classifier of scikit-learn."),
      option("options", "json", "", "Options of a classifier."),
      option("normalize", "flag", "true", "Whether a first layer normalises.", {
        advanced: true,
      }),
    ],
  },
];
