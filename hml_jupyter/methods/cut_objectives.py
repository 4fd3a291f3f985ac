"""What cuts in training are chosen for: as a Keras loss of soft cuts, and as an objective of hard ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import ArgumentError
from .backend import keras
from .cut_texts import Threshold, passes
from .losses import excess
from .method import Array
from .objectives import EXPECTED, OBJECTIVES, Objective, better, columns
from .sample import Part, Sample
from .scanning import scan

__all__ = ["OF_CUTS", "OF_NETWORKS", "Counted", "each_loss", "loss_of", "targets"]

#: Losses that a network behind cuts may have.
OF_NETWORKS = ("cross_entropy", "squared")
OF_CUTS = (*OBJECTIVES, "squared")
#: Smallest probability in a cross-entropy, as in Keras, and smallest fraction of the signal in a logarithm.
LEAST, TINY = 1e-7, 1e-20
#: From which ratio of signal to background downwards the significance is s / sqrt(b).
SMALL = 1e-5


def targets(objective: str, part: Part) -> Array:
    """Return what a loss needs of each event: (n, 1) 1 for signal, or (n, 3) with its weight as signal and as background."""
    if objective in OF_NETWORKS:
        return part.y[:, None]
    s, b, *_ = columns(part.y == 1, Objective(objective).weights(part, 1.0))
    return np.column_stack([part.y, s, b])


def loss_of(objective: str, sample: Sample, luminosity: float) -> Any:
    """Return the Keras loss of the weights of soft cuts.

    That of ``accuracy`` is 1 - accuracy; that of a significance (for a known background) is minus its logarithm, with one
    average event more of background: an empty selection would promise any significance.

    Raises
    ------
    ArgumentError
        Expected events are to be counted, and the cross section of a class is not known.
    """
    if objective in OF_NETWORKS:
        losses = keras().losses
        return losses.MeanSquaredError() if objective == "squared" else losses.BinaryCrossentropy()
    if objective in EXPECTED and sample.unknown:
        msg = (
            f"objective={objective!r} counts expected events, and the cross section of {', '.join(sample.unknown)} is not "
            "known: take objective='accuracy'"
        )
        raise ArgumentError(msg)
    signal = sample.train.y == 1
    s, b, _, n = columns(signal, Objective(objective).weights(sample.train, luminosity)).sum(axis=1).tolist()
    return _loss_of_sums(objective, s, b, n)


@dataclass(frozen=True)
class Counted:
    """Events, and what hard cuts on them are worth."""

    is_signal: Array
    """(n,) bool."""
    weights: Array
    """What each event counts, (n,)."""
    objective: Objective
    """What sums are worth, the larger the better."""

    @classmethod
    def of(cls, part: Part, objective: str, luminosity: float, score: Array | None = None) -> Counted:
        """Return events for an objective of cuts alone, or for the loss of a network of which they have the score, (n,)."""
        if score is None:
            # squared distances of ones and zeros count what is wrong
            chosen = Objective("accuracy" if objective == "squared" else objective)
            return cls(part.y == 1, chosen.weights(part, luminosity), chosen)
        rejected, accepted = (each_loss(objective, part.y, s) for s in (np.zeros(len(score)), score))
        return cls(np.full(len(score), True), part.weights * (rejected - accepted), _Less("loss"))

    @cached_property
    def total(self) -> Array:
        """Sums of the objective's columns over all events."""
        return np.asarray(columns(self.is_signal, self.weights).sum(axis=1))

    def gain(self, weight: Array) -> float:
        """Return what cuts are worth that give each event this weight, (n,) from 0 to 1."""
        return self.objective.gain(columns(self.is_signal, self.weights * weight).sum(axis=1), self.total)

    def best(self, x: Array, side: str, others: Array) -> tuple[float, float]:
        """Return the best threshold on `x` for the events that others leave, and its worth; an infinite one where none is better."""
        order = np.argsort(x)
        order = order[others[order]]
        events = x[order], self.is_signal[order], self.weights[order]
        found, gain = scan(*events, self.total, side, self.objective)
        return (found.low if side == "lower" else found.high), gain

    def refit(self, X: Sequence[Array], thresholds: Sequence[Threshold]) -> tuple[list[Threshold], float]:
        """Return thresholds of which no exact scan of a single one finds a better place, from the given ones on, and their worth.

        One that is not better than none becomes infinite.
        """
        found = list(thresholds)
        kept = np.array([passes(x, t.side, t.value) for x, t in zip(X, found, strict=True)])
        gain, moved = self.gain(np.all(kept, axis=0)), True
        while moved:
            moved = False
            for i, x in enumerate(X):
                place, worth = self.best(x, found[i].side, np.all(np.delete(kept, i, axis=0), axis=0))
                useless = np.isinf(place) and np.isfinite(found[i].value) and not better(gain, worth)
                if better(worth, gain) or useless:
                    found[i], gain, moved = found[i]._replace(value=place), worth, True
                    kept[i] = passes(x, found[i].side, place)
        return found, gain


class _Less(Objective):
    """How much less the loss of a network is than if no event passed."""

    def gains(self, passing: Array, total: Array) -> Array:  # noqa: ARG002
        return np.asarray(passing[0])


def each_loss(loss: str, y: Array, score: Array) -> Array:
    """Return the loss of each event, (n,)."""
    if loss == "squared":
        return np.asarray((y - score) ** 2)
    return np.asarray(-np.log(np.clip(np.where(y == 1, score, 1 - score), LEAST, 1.0)))


def _loss_of_sums(objective: str, all_s: float, all_b: float, n_background: float) -> Any:
    ops = keras().ops
    least = abs(all_b) / max(n_background, 1)

    class LossOfSums(keras().losses.Loss):  # type: ignore[misc]
        """A loss of the fractions of signal and background that pass; the weights of the fit have no place in it."""

        def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:  # noqa: ARG002
            fractions = [ops.sum(y_true[:, i] * y_pred[:, 0]) / ops.sum(y_true[:, i]) for i in (1, 2)]
            if objective == "accuracy":
                return 0.5 * (1 - fractions[0] + fractions[1])
            s = all_s * ops.maximum(fractions[0], TINY)
            b = all_b * ops.maximum(fractions[1], 0.0) + least
            if objective == "significance":
                # excess(u) without its factor u^2, which is 0 in single precision where s << b
                u = ops.maximum(s / b, SMALL)
                return ops.log(b) - ops.log(s) - 0.5 * ops.log(2 * b * excess(u) / u**2)
            return 0.5 * ops.log(b + s if objective == "s/sqrt(s+b)" else b) - ops.log(s)

        def call(self, y_true: Any, y_pred: Any) -> Any:
            return self(y_true, y_pred)

    return LossOfSums()
