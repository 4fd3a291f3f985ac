"""A surrogate in training: what it learns from, its network, and its loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ArgumentError
from .backend import keras, single
from .draws import Ranks
from .keras_learning import KerasLearner, layer_seed
from .method import Array
from .moments import moments
from .networks import dense, hidden, normalized
from .sample import Part, Sample
from .surrogate_layers import Columns, Draw, Flags, Unranked

if TYPE_CHECKING:
    from .surrogate import Surrogate

__all__ = ["SurrogateLearner", "likelihood"]

#: Smallest standard deviation of a Gaussian of ranks; without it a score that is a function of the inputs has no likelihood.
NARROWEST = 1e-3
#: Keeps the logarithm of a share finite.
TINY = 1e-12


class SurrogateLearner(KerasLearner):
    """The conditional density of the rank of a score, in training; its model draws from it."""

    def __init__(self, method: Surrogate, sample: Sample, *, seed: int, epochs: int) -> None:
        self._ranks = Ranks.of(_target(sample.train), sample.train.weights)
        density = _density(method, sample, self._of(sample.train, seed), seed)
        super().__init__(method.network, density, sample, seed=seed, epochs=epochs, loss=likelihood)

    def weighted_metrics(self) -> list[Any]:
        """Return no metrics: the loss says it all."""
        return []

    def model(self) -> Any:
        """Return the network with its draw: inputs and noise in, a score out."""
        density = super().model()
        noise = keras().Input((2,), dtype="float32", name="noise")
        shares, means, widths = (density.get_layer(name).output for name in ("shares", "means", "widths"))
        rank = Draw(name="draw", dtype="float32")([shares, means, widths, noise])
        ranks, scores = (each.tolist() for each in self._ranks.curve())
        score = Unranked(ranks, scores, name="score", dtype="float32")(rank)
        return keras().Model({"inputs": density.inputs[0], "noise": noise}, score, name="surrogate")

    def _prepared(self, part: Part) -> tuple[Any, Array, Array]:
        return self._method.tensors(part.X), single(self._of(part, self._seed)[:, None]), single(part.weights)

    def _of(self, part: Part, seed: int) -> Array:
        """Return the ranks of the scores of events, (n,)."""
        return self._ranks(_target(part), np.random.default_rng(layer_seed(seed, 2000)).random(len(part.y)))

    def _worth(self) -> dict[str, float]:
        """Return nothing: a density tells no signal from background."""
        return {}


def likelihood(rank: Any, mixture: Any) -> Any:
    """Return minus ln of the density that mixtures of K Gaussians have at ranks, (n,).

    Parameters
    ----------
    rank : tensor, shape (n, 1)
        Where.
    mixture : tensor, shape (n, 3 K)
        Shares, means and standard deviations.

    Notes
    -----
    C. M. Bishop, "Mixture density networks", NCRG/94/004 (1994), equations 22 to 29.

    Examples
    --------
    >>> found = likelihood(np.zeros((1, 1), "float32"), np.array([[0.5, 0.5, 0.0, 0.0, 1.0, 1.0]], "float32"))
    >>> round(float(found[0] - 0.5 * np.log(2 * np.pi)), 4)
    0.0
    """
    ops = keras().ops
    shares, means, widths = ops.split(mixture, 3, axis=1)
    each = ops.log(shares + TINY) - ops.log(widths) - 0.5 * (((rank - means) / widths) ** 2 + np.log(2 * np.pi))
    return -ops.logsumexp(each, axis=1)


def _target(part: Part) -> Array:
    if part.target is None:
        msg = "a surrogate learns by hml.train alone, on a dataset with the score"
        raise ArgumentError(msg)
    return part.target


def _density(method: Surrogate, sample: Sample, ranks: Array, seed: int) -> Any:
    """Return the untrained network from inputs to the mixture: shares, means and standard deviations, (n, 3 K)."""
    X, network, count = sample.train.X, method.network, method.components
    places = range(X.shape[1])
    plain, flagged = places[: len(places) - len(method.flags)], places[len(places) - len(method.flags) :]
    inputs = keras().Input((len(places),), dtype="float32", name="inputs")
    flows = []
    if plain:
        flows.append(
            normalized(_some(inputs, plain, len(places)), *moments(X[:, list(plain)], [sample.names[i] for i in plain]))
        )
    if flagged:
        values = [np.unique(_known(sample, i)).tolist() for i in flagged]
        flows.append(Flags(list(flagged), values, name="flags", dtype="float32")(inputs))
    flow = keras().layers.Concatenate(name="seen", dtype="float32")(flows) if len(flows) > 1 else flows[0]
    flow = hidden(network, flow, seed)
    first = len(network.hidden)
    shares = dense(count, "softmax", "shares", layer_seed(seed, first))(flow)
    centre = dense(count, "linear", "means", layer_seed(seed, first + 1))
    means = centre(flow)
    # as the ranks of all events are spread, so that no two Gaussians begin alike
    centre.bias.assign(np.quantile(ranks, (np.arange(count) + 0.5) / count))
    widths = dense(count, "softplus", "free_widths", layer_seed(seed, first + 2))(flow)
    widths = keras().layers.Rescaling(1.0, NARROWEST, name="widths", dtype="float32")(widths)
    mixture = keras().layers.Concatenate(name="mixture", dtype="float32")([shares, means, widths])
    return keras().Model(inputs, mixture, name="density")


def _some(inputs: Any, columns: Sequence[int], of: int) -> Any:
    return inputs if len(columns) == of else Columns(columns, name="columns", dtype="float32")(inputs)


def _known(sample: Sample, column: int) -> Array:
    parts = [sample.train, *([sample.validation] if sample.validation else [])]
    return np.concatenate([part.X[:, column] for part in parts])
