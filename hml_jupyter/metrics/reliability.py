"""Whether a score is a probability, and on which side it puts each process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..checks import number, whole
from ..errors import ArgumentError
from .arrays import Flags, Floats, flags, floats
from .ranking import checked

__all__ = ["Calibration", "Confusion", "Sides", "accuracy", "calibration", "confusion"]

MOST_BINS = 10_000


class Calibration(NamedTuple):
    """Scores against the fractions of signal that they come with; bins without events are left out."""

    score: tuple[float, ...]
    """(v,) mean score of the events in each bin."""
    fraction: tuple[float, ...]
    """(v,) weighted fraction of signal among them."""
    error: tuple[float, ...]
    """(v,) statistical error of `fraction`."""
    share: tuple[float, ...]
    """(v,) weighted share of all events."""
    expected_error: float
    """Mean distance of score and fraction over the events, 0 for a probability."""


class Sides(NamedTuple):
    """The events of one process on both sides of a threshold."""

    rejected: int
    """Simulated events below it."""
    selected: int
    """Simulated events with ``score >= threshold``."""
    efficiency: float | None
    """Weighted share that is selected; None where the weights do not sum to more than 0."""


class Confusion(NamedTuple):
    """Processes against the sides on which a threshold puts them."""

    threshold: float
    """Events with ``score >= threshold`` are selected."""
    classes: dict[str, Sides]
    """Name of each process to its events."""


def accuracy(scores: npt.ArrayLike, is_signal: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return the weighted fraction of events on the right side of 0.5.

    Parameters
    ----------
    scores, is_signal, weights
        As for :func:`roc`, with the same errors.

    Examples
    --------
    >>> accuracy([0.9, 0.2, 0.6], [True, True, False], [2.0, 1.0, 1.0])
    0.5
    """
    scores, is_signal, weights = checked(scores, is_signal, weights)
    return float(np.average((scores > 0.5) == is_signal, weights=weights))


def calibration(
    scores: npt.ArrayLike, is_signal: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, bins: int = 10
) -> Calibration:
    """Return how often events of a score are signal (a reliability diagram), and the expected calibration error.

    Parameters
    ----------
    scores : array (n,)
        From 0 to 1.
    is_signal, weights
        As for :func:`roc`; no weight may be negative. Where signal and background weigh the same, a probability is calibrated.
    bins : int
        Bins of equal width.

    Returns
    -------
    Calibration

    Raises
    ------
    ArgumentError
        Scores outside [0, 1], negative weights, fewer than one bin, or as for :func:`roc`.

    Notes
    -----
    Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", arXiv:1706.04599, equations 2 and 3, with sums of
    weights in place of numbers; the errors are binomial, of (sum w)^2 / sum w^2 events. scikit-learn's ``calibration_curve``
    takes no weights.

    Examples
    --------
    >>> found = calibration([0.25, 0.25, 0.75, 0.75], [False, True, True, True], bins=2)
    >>> found.score, found.fraction, found.expected_error
    ((0.25, 0.75), (0.5, 1.0), 0.25)
    """
    scores, is_signal, weights = checked(scores, is_signal, weights)
    bins = whole("bins", bins, 1, MOST_BINS)
    if scores.min() < 0 or scores.max() > 1:
        msg = f"scores from {scores.min():g} to {scores.max():g} are no probabilities: calibration needs them in [0, 1]"
        raise ArgumentError(msg)
    if weights.min() < 0:
        msg = "calibration needs weights that are not negative"
        raise ArgumentError(msg)
    place = np.minimum((scores * bins).astype(int), bins - 1)

    def sums(column: Floats) -> Floats:
        return np.asarray(np.bincount(place, column, minlength=bins), np.float64)

    total = sums(weights)
    filled = total > 0
    total = total[filled]
    score, fraction = (sums(weights * column)[filled] / total for column in (scores, is_signal))
    n = total**2 / sums(weights**2)[filled]
    error = np.sqrt(np.maximum(fraction * (1 - fraction), 0.0) / n)
    share = total / total.sum()
    expected_error = float((share * np.abs(score - fraction)).sum())
    kept = [tuple(map(float, each)) for each in (score, fraction, error, share)]
    return Calibration(kept[0], kept[1], kept[2], kept[3], expected_error)


def confusion(
    scores: npt.ArrayLike, classes: Mapping[str, npt.ArrayLike], weights: npt.ArrayLike, *, threshold: float = 0.5
) -> Confusion:
    """Return how many events of each process a threshold selects.

    Parameters
    ----------
    scores : array (n,)
        Larger for signal.
    classes : mapping
        Name of each process to its events, array of bool (n,).
    weights : array (n,)
        For the efficiencies.
    threshold : float
        Events with ``score >= threshold`` are selected.

    Returns
    -------
    Confusion

    Raises
    ------
    ArgumentError
        Shapes that differ, or what are no numbers.

    Examples
    --------
    >>> found = confusion([0.9, 0.2, 0.4], {"zz": [True, True, False], "qcd": [False, False, True]}, [3.0, 1.0, 1.0])
    >>> found.classes["zz"]
    Sides(rejected=1, selected=1, efficiency=0.75)
    """
    scores = floats("scores", scores)
    weight, selected = floats("weights", weights, scores.shape), scores >= number("threshold", threshold)

    def sides(mine: Flags) -> Sides:
        passing, total = selected[mine], float(weight[mine].sum())
        efficiency = float(weight[mine] @ passing) / total if total > 0 else None
        return Sides(int((~passing).sum()), int(passing.sum()), efficiency)

    return Confusion(
        threshold, {name: sides(flags(f"classes[{name!r}]", mine, weight.shape)) for name, mine in classes.items()}
    )
