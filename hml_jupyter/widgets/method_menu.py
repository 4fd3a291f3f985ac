"""The methods of the Training panel: their order, what they are called, what they are, and settings to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..methods import METHODS

__all__ = ["FIRST", "MENU", "OWN", "SURROGATE", "Listed", "Preset", "label", "short"]

#: The method whose model the user brings along; it learns from whatever the dataset holds.
OWN = "Network"
#: The method that learns a score which a dataset holds, whatever else it holds.
SURROGATE = "Surrogate"


class Preset(NamedTuple):
    """Options that go together."""

    label: str
    """What the button says."""
    help: str
    """When to take it."""
    options: Mapping[str, Any] = {}
    """Those that are not the default."""
    epochs: int | None = None
    """Length of the schedule, where it matters."""


class Listed(NamedTuple):
    """What is said of a method."""

    label: str
    """In the menu."""
    short: str
    """What its models are called."""
    what: str
    """What it does, in a sentence for who has never met it."""
    read: tuple[str, str]
    """Where to read on: a title and an address."""
    presets: tuple[Preset, ...] = ()
    """Settings to begin with, beside the defaults."""


_STOPPING = "ends when the validation loss has stopped falling, and keeps the best"
#: The quickest and simplest first, one's own last.
_LISTED: dict[str, Listed] = {
    "CutAndCount": Listed(
        "Cut and count",
        "cuts",
        "Keeps the events inside one window for each observable: what anybody can check by eye, and what all else has to beat.",
        ("TMVA Users Guide, rectangular cuts", "https://arxiv.org/abs/physics/0703039"),
        (
            Preset("all together", "no change of a single cut makes it better; slower", {"topology": "joint"}),
            Preset(
                "as HEP ML Lab's",
                "each observable by itself, by the cross entropy",
                {"topology": "parallel", "objective": "cross_entropy"},
            ),
        ),
    ),
    "BoostedDecisionTree": Listed(
        "Boosted decision tree",
        "bdt",
        "Many small trees of cuts, one after the other, each of which corrects the mistakes of those before it.",
        (
            "scikit-learn, histogram gradient boosting",
            "https://scikit-learn.org/stable/modules/ensemble.html#histogram-based-gradient-boosting",
        ),
        (
            Preset("small and quick", "a first look", {"n_estimators": 30, "max_leaf_nodes": 8}),
            Preset(
                "as HEP ML Lab's",
                "ten trees of depth three",
                {"n_estimators": 10, "max_leaf_nodes": 8, "min_samples_leaf": 1},
            ),
            Preset("with early stopping", _STOPPING, {"n_estimators": 1000, "learning_rate": 0.05, "patience": 20}),
        ),
    ),
    "MLP": Listed(
        "Neural network (MLP)",
        "mlp",
        "Layers of weighted sums and bends, from the observables to one score, whose weights follow the slope of the loss.",
        ("Deep learning and its application to LHC physics", "https://arxiv.org/abs/1806.11484"),
        (
            Preset("small and quick", "a first look", {"hidden": (16,)}, 10),
            Preset("as HEP ML Lab's", "layers of 32, 64 and 32", {"hidden": (32, 64, 32)}, 100),
            Preset("with early stopping", _STOPPING, {"patience": 10}, 200),
        ),
    ),
    "CutNetwork": Listed(
        "Cuts with a network",
        "cut_net",
        "Cuts whose thresholds learn by the slope of the loss, alone or in front of a network that scores what passes them.",
        ("neos: end-to-end optimised analyses", "https://arxiv.org/abs/2203.05570"),
        (Preset("in front of a network", "cuts and an MLP in one model", {"network": "MLP"}, 30),),
    ),
    "CNN": Listed(
        "Image network (CNN)",
        "cnn",
        "Small filters that are moved over the pixels of an image and answer to patterns, wherever these are.",
        ("Jet-images: deep learning edition", "https://arxiv.org/abs/1511.05190"),
        (
            Preset("small and quick", "a first look", {"filters": (8,), "hidden": (16,)}, 5),
            Preset("as HEP ML Lab's", "three layers of filters, nothing dense", {"filters": (8, 16, 32), "hidden": ()}),
            Preset("with early stopping", _STOPPING, {"patience": 5}, 100),
        ),
    ),
    "GraphNetwork": Listed(
        "Graph network",
        "gnn",
        "Particles that send messages to their neighbours: the score does not depend on the order in which they are listed.",
        ("ParticleNet", "https://arxiv.org/abs/1902.08570"),
        (
            Preset("small and quick", "a first look", {"messages": (16,), "hidden": (16,)}, 5),
            Preset("with early stopping", _STOPPING, {"patience": 5}, 100),
        ),
    ),
    SURROGATE: Listed(
        "Surrogate of a score",
        "surrogate",
        "Learns how likely each score of another model is for given generated particles, and draws one for each event: for those who have no detector simulation.",
        ("Mixture density networks", "https://publications.aston.ac.uk/id/eprint/373/"),
    ),
    OWN: Listed(
        "A model of your own",
        "own",
        "Your own Keras model or scikit-learn classifier, trained, judged and kept like all the others.",
        ("Keras, the functional API", "https://keras.io/guides/functional_api/"),
        (Preset("a random forest", "scikit-learn's", {"estimator": "sklearn.ensemble.RandomForestClassifier"}),),
    ),
}
#: The methods that are listed.
MENU: dict[str, Listed] = {name: about for name, about in _LISTED.items() if name in METHODS}
#: What is proposed for a dataset of each kind.
FIRST = {"set": "BoostedDecisionTree", "image": "CNN", "graph": "GraphNetwork"}


def label(method: str) -> str:
    """Return what a method is called."""
    return MENU[method].label if method in MENU else method


def short(method: str) -> str:
    """Return what the models of a method are called."""
    return MENU[method].short if method in MENU else method.lower()
