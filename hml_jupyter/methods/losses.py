"""What networks minimise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ArgumentError
from .backend import keras
from .sample import Part, Sample

if TYPE_CHECKING:
    from .keras_learning import KerasMethod
    from .method import Array

__all__ = ["BINS", "LOSSES", "accuracy", "losses_of", "soft_histogram", "soft_significance", "targets"]

LOSSES = ("cross_entropy", "squared", "significance")
#: Bins of the score in the significance loss, and the width of the kernel in units of a bin.
BINS, WIDTH = 10, 0.5
#: Keeps shares and logarithms finite where a batch lacks signal.
EPSILON = 1e-7


def losses_of(method: KerasMethod, sample: Sample, epochs: int) -> dict[int, Any]:
    """Return the Keras losses of a method: the epoch from which each counts, from 0, and the loss.

    ``"significance"`` is for a background that is uncertain and a signal that is rare, where few events in a pure corner say
    more than all others; it needs batches of a thousand events, of which many are signal. It begins with the cross entropy
    for a fifth of the epochs: to a binned significance all bins are alike, so that of random first weights half would end
    with the signal at low scores, and most with the background in one place (Elwood and Kruecker, arXiv:1806.00322, begin
    with a simpler loss for the same reason). Its curve has a step there, and ``patience`` counts from there.

    Raises
    ------
    ArgumentError
        A significance is asked for, and the cross section of a class is not known.
    """
    losses = keras().losses
    if method.loss == "squared":
        return {0: losses.MeanSquaredError()}
    if method.loss == "cross_entropy":
        return {0: losses.BinaryCrossentropy()}
    if sample.unknown:
        msg = (
            f"loss='significance' needs expected events, and the cross section of {', '.join(sample.unknown)} is not known: "
            "build the dataset from runs, or take loss='cross_entropy'"
        )
        raise ArgumentError(msg)
    significance = _significance_loss(sample.train, 1000 * method.luminosity, method.uncertainty)
    return {0: _first_column(losses.binary_crossentropy), epochs // 5: significance}


def _first_column(loss: Any) -> Any:
    """Return a loss of the first column of the targets."""
    return lambda y_true, y_pred: loss(y_true[:, :1], y_pred)


def targets(method: KerasMethod, part: Part) -> Array:
    """Return what the loss compares the score with: (n, 1) 1 for signal, or (n, 2) with the size of each event in pb."""
    return np.column_stack([part.y, np.abs(part.expected)] if method.loss == "significance" else [part.y])


def accuracy() -> Any:
    """Return the Keras metric: fraction of events on the right side of 0.5; the first column of the targets tells which."""
    ops, metrics = keras().ops, keras().metrics

    def right(y_true: Any, y_pred: Any) -> Any:
        signal = ops.cast(y_true[:, :1], y_pred.dtype)
        return ops.cast(ops.equal(signal, ops.cast(y_pred > 0.5, y_pred.dtype)), "float32")

    return metrics.MeanMetricWrapper(right, name="accuracy")


def soft_histogram(score: Any, weights: Any) -> Any:
    """Return the sums of weights in ten equal bins of the score, differentiable in the score.

    Parameters
    ----------
    score : tensor, shape (n,)
        From 0 to 1.
    weights : tensor, shape (n,)
        Of each event.

    Returns
    -------
    tensor, shape (10,)
        Sums to that of the weights: what the kernels have beyond 0 and 1 is in the first and the last bin.

    Notes
    -----
    Each event is a Gaussian, half a bin wide, of which each bin gets its part: the binned kernel density estimate of neos
    (Simpson and Heinrich, arXiv:2203.05570).

    Examples
    --------
    >>> counts = soft_histogram(np.array([0.05, 0.45], "float32"), np.array([1.0, 3.0], "float32"))
    >>> [round(float(count), 2) for count in counts]
    [0.84, 0.16, 0.01, 0.47, 2.05, 0.47, 0.0, 0.0, 0.0, 0.0]
    """
    ops = keras().ops
    inner = np.linspace(0, 1, BINS + 1)[1:-1].astype("float32")
    below = 0.5 * (1 + ops.erf((inner - score[:, None]) * (BINS / WIDTH / np.sqrt(2.0))))
    ones = ops.ones_like(score[:, None])
    edges = ops.concatenate([0 * ones, below, ones], axis=1)
    return ops.sum((edges[:, 1:] - edges[:, :-1]) * weights[:, None], axis=0)


def soft_significance(y: Any, score: Any, size: Any, expected: tuple[float, float], uncertainty: float) -> Any:
    """Return the squared Asimov significance of the softly binned score of a batch, scaled to `expected` events.

    Parameters
    ----------
    y, score, size : tensor, shape (n,)
        1 for signal; score; what each event stands for, in any unit.
    expected : (float, float)
        Expected signal and background events, in all bins.
    uncertainty : float
        Relative uncertainty of the background of each bin, independent of the others.

    Returns
    -------
    tensor
        The sum of the squared significances of the bins.

    Notes
    -----
    Cowan, "Discovery sensitivity for a counting experiment with background uncertainty" (2012), equation 20, as in
    :func:`hml_jupyter.metrics.asimov`. To the background of each bin is added what the batch's average background event
    stands for: an empty bin would promise any significance.
    """
    ops = keras().ops
    shares = [size * side / (ops.sum(size * side) + EPSILON * ops.max(size)) for side in (y, 1 - y)]
    s, b = (total * (soft_histogram(score, share) + EPSILON) for total, share in zip(expected, shares, strict=True))
    b = b + expected[1] / (ops.sum(1 - y) + 1)
    variance = (uncertainty * b) ** 2
    share = variance / (variance + b)
    best = b + s * share
    counting = best * excess((s - s * share) / best)
    control = b / variance * best * excess(-s * share / best) if uncertainty else 0.0
    return 2 * ops.sum(counting + control)


def excess(u: Any) -> Any:
    """Return (1 + u) ln(1 + u) - u, by its series where the terms would cancel in single precision."""
    ops = keras().ops
    small = ops.clip(u, -0.1, 0.1)
    series = small**2 * (1 / 2 - small * (1 / 6 - small * (1 / 12 - small * (1 / 20 - small * (1 / 30 - small / 42)))))
    return ops.where(ops.abs(u) < 0.1, series, (1 + u) * ops.log1p(u) - u)


def _significance_loss(part: Part, luminosity: float, uncertainty: float) -> Any:
    size = np.abs(part.expected) * luminosity
    expected = float(size[part.y == 1].sum()), float(size[part.y == 0].sum())

    class SignificanceLoss(keras().losses.Loss):  # type: ignore[misc]
        """Minus the logarithm of the significance; of a batch, so that the weights of the fit have no place in it."""

        def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:  # noqa: ARG002
            squared = soft_significance(y_true[:, 0], y_pred[:, 0], y_true[:, 1], expected, uncertainty)
            return -0.5 * keras().ops.log(squared)

        def call(self, y_true: Any, y_pred: Any) -> Any:
            return self(y_true, y_pred)

    return SignificanceLoss()
