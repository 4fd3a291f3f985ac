"""Cuts and a network trained together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..canonical import write_json
from ..checks import whole
from ..datasets.described import MOST_LUMINOSITY
from ..errors import ArgumentError, DamagedError
from .backend import check_inputs, keras, layer_of, opened, quiet, single
from .cut_objectives import OF_CUTS, OF_NETWORKS
from .cut_texts import canonical, on_columns, passes, thresholds_of
from .keras_learning import KerasMethod
from .method import Array, Learner, Method, get, register
from .options import option
from .sample import Sample

__all__ = ["CutNetwork"]

#: Length of a schedule of cuts alone that is not given; each epoch is one step on all events.
EPOCHS = 100
MODES = ("network first", "cuts first", "joint")
FUNCTIONS = ("sigmoid", "erf")
ESTIMATORS = ("annealed", "straight_through", "bernoulli")


@register
class CutNetwork(Method):
    """Cuts whose thresholds learn, alone or in front of a network: the score is that of the network where all cuts pass, and 0 elsewhere.

    While they learn, cuts are differentiable weights, each a sigmoid (or error function) of the distance to its threshold, in standard
    deviations of its observable times a width that falls from `width` to `last_width`: an annealed cut is nearly hard. The weight of an
    event is their product, times the score of the network; the output activation is the network's own. A threshold beyond the signal's
    0.1 % or 99.9 % quantile, where no gradient is, is pulled back by a term proportional to its distance from there. In the end exact scans
    of the hard cuts, over the training events and from the annealed thresholds on (alone, from some drawn ones too), choose the cuts;
    alone, they give the score: the share of signal among the training events that pass, and among the others. Source of the idea:
    G. Watts, "Cuts and NN: living together in peace" (MODE 2023).

    Examples
    --------
    >>> CutNetwork(cuts=["met>50", "fatjet0.mass in [70, 110]"])
    CutNetwork(cuts=('met > 50', 'fatjet0.mass in [70, 110]'))
    """

    file = "model.keras"
    begins = KerasMethod.begins

    cuts: tuple[str, ...] = option(
        default=(),
        kind="texts",
        doc='Cuts whose numbers are moved, "met > 50" or "met in [50, 90]", or observables, "met"; none means every input.',
    )
    network: KerasMethod | None = option(
        default=None,
        kind="method",
        doc="What gives the score of the events that pass; its loss is that of the cuts too.",
    )
    mode: str = option(
        default="network first",
        doc="Which learns first, the cuts in a third of the epochs; or both together.",
        choices=MODES,
    )
    objective: str = option(default="accuracy", doc="What cuts without a network are chosen for.", choices=OF_CUTS)
    luminosity: float = option(
        default=139.0,
        doc="Luminosity at which events are expected, for the objective of cuts without a network.",
        minimum=1e-9,
        maximum=MOST_LUMINOSITY,
        unit="fb^-1",
        advanced=True,
    )
    start: str = option(
        default="given",
        doc="Where thresholds start: where the cuts say, or where a scan of the training events finds each best alone.",
        choices=("given", "scan"),
    )
    function: str = option(default="sigmoid", doc="Function that stands for a cut.", choices=FUNCTIONS, advanced=True)
    estimator: str = option(
        default="annealed",
        doc="What the network sees of a cut while it learns: its weight, or a hard cut with the gradient of the weight.",
        choices=ESTIMATORS,
        advanced=True,
    )
    width: float = option(
        default=1.0,
        doc="First width of the cuts, in standard deviations of each observable.",
        minimum=1e-3,
        maximum=100.0,
        advanced=True,
    )
    last_width: float = option(
        default=0.02,
        doc="Last width of the cuts, in standard deviations.",
        minimum=1e-4,
        maximum=100.0,
        advanced=True,
    )
    cut_learning_rate: float = option(
        default=0.2,
        doc="Learning rate of the thresholds, in widths.",
        minimum=1e-6,
        maximum=10.0,
        advanced=True,
    )

    def __post_init__(self) -> None:
        """Bring the cuts into their one way of writing and the network from its configuration."""
        if self.network is not None:
            object.__setattr__(self, "network", _network(self.network))
        super().__post_init__()
        object.__setattr__(self, "cuts", tuple(map(canonical, self.cuts)))
        if self.last_width > self.width:
            msg = f"CutNetwork(last_width=...) must be at most width={self.width:g}: cuts get sharper; got {self.last_width:g}"
            raise ArgumentError(msg)

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain JSON; the network is ``{"method": name, ...}``."""
        config = super().get_config()
        if self.network is not None:
            config["network"] = {"method": type(self.network).__name__, **self.network.get_config()}
        return config

    def check_names(self, names: Sequence[str]) -> None:
        """Refuse cuts on what is no input."""
        for threshold in thresholds_of(self.cuts):
            on_columns(threshold, names)

    def schedule(self, epochs: int | None) -> int:
        """Return the number of epochs."""
        if self.network is not None:
            return self.network.schedule(epochs)
        return EPOCHS if epochs is None else whole("epochs", epochs, 1)

    def step(self, total: int) -> int:
        """Return how many epochs go by between two reports: without a network, where they are short, about twenty in all."""
        return 1 if self.network is not None else math.ceil(total / 20)

    def learner(self, sample: Sample, *, seed: int, epochs: int | None = None) -> Learner:
        """Return untrained cuts."""
        keras()
        from .cut_learning import CutLearner

        return CutLearner(self, sample, seed=seed, epochs=self.schedule(epochs))

    def save(self, model: Any, file: Path) -> None:
        """Write the model in Keras's own format, and its cuts as JSON beside it."""
        with quiet():
            model.save(file)
        write_json(file.with_name(f"{file.stem.replace('model', 'cuts')}.json"), model.about)

    def load(self, file: Path) -> Any:
        """Read a model; code in the file is not executed."""
        return opened(file)

    def scores(self, model: Any, X: Array) -> Array:
        """Return the score of the network for events that pass the hard cuts, in double precision, and 0 for all others; or shares."""
        check_inputs(model, single(X))
        config = _cuts(model)
        each = zip(config["columns"], config["sides"], config["thresholds"], strict=True)
        kept = np.logical_and.reduce(
            [np.full(len(X), True), *(passes(X[:, i], side, value) for i, side, value in each)]
        )
        if self.network is None:
            return np.where(kept, *_shares(model))
        return np.where(kept, self.network.scores(model, X), 0.0)

    def arrays(self, model: Any) -> dict[str, Array]:
        """Return the thresholds, and the weights of the network."""
        thresholds = {"thresholds": np.array(_cuts(model)["thresholds"])}
        if self.network is None:
            return thresholds | {"shares": np.array(_shares(model))}
        return thresholds | self.network.arrays(model)


def _cuts(model: Any) -> dict[str, Any]:
    """Return columns, sides and thresholds of the hard cuts of a model, which may have been read."""
    from .cut_layers import HardCuts

    config: dict[str, Any] = layer_of(model, "cuts", HardCuts).config
    if not all(0 <= i < model.inputs[0].shape[-1] for i in config["columns"]):
        msg = f"the saved model cuts on the columns {config['columns']}, and takes {model.inputs[0].shape[-1]}: it is not the model that was trained"
        raise DamagedError(msg)
    return config


def _shares(model: Any) -> tuple[float, float]:
    """Return the scores of a model without a network, of events that pass and of all others."""
    last = layer_of(model, "shares", keras().layers.Rescaling)
    return last.offset + last.scale, last.offset


def _network(given: Any) -> KerasMethod:
    network = get(given)
    if not isinstance(network, KerasMethod) or network.kind != "set":
        msg = f"network= takes a network on columns, such as hml.MLP(), not {network!r}"
        raise ArgumentError(msg)
    if network.loss not in OF_NETWORKS:
        msg = f"network={network!r} behind cuts takes loss={' or '.join(map(repr, OF_NETWORKS))}"
        raise ArgumentError(msg)
    if network.patience:
        msg = f"network={network!r} behind cuts takes patience=0: cuts are hard only at the end of their schedule"
        raise ArgumentError(msg)
    return network
