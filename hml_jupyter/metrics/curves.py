"""ROC curves: what every threshold of a score selects of signal and background."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from .arrays import Floats, floats
from .ranking import checked, ranked

__all__ = ["Roc", "auc", "roc", "roc_at_efficiencies"]


class Roc(NamedTuple):
    """Efficiencies of ``score >= threshold`` at p points, from no event to all."""

    signal_efficiency: Floats
    """(p,) weighted fraction of signal that is selected, 0 to 1."""
    background_efficiency: Floats
    """(p,) weighted fraction of background that is selected, 0 to 1."""
    thresholds: Floats
    """(p,) scores, falling; inf selects nothing."""


def roc(scores: npt.ArrayLike, is_signal: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Roc:
    """Return the efficiencies of every cut ``score >= threshold``.

    Parameters
    ----------
    scores : array (n,)
        Larger for signal.
    is_signal : array of bool (n,)
        Both kinds must be there.
    weights : array (n,), optional
        Each kind must sum to more than 0.

    Returns
    -------
    Roc
        m + 1 points for m distinct scores: equal scores are selected together.

    Raises
    ------
    ArgumentError
        Shapes that differ, NaN, weights that are infinite, or a kind that is missing.

    Examples
    --------
    >>> roc([0.9, 0.6, 0.6, 0.1], [True, True, False, False]).signal_efficiency
    array([0. , 0.5, 1. , 1. ])
    """
    scores, is_signal, weights = checked(scores, is_signal, weights)
    ranking = ranked(scores, is_signal)
    signal, background = ranking.sides(ranking.sort(weights))
    return Roc(signal / signal[-1], background / background[-1], ranking.thresholds)


def roc_at_efficiencies(curve: Roc, efficiencies: npt.ArrayLike) -> Roc:
    """Return the points of a curve at given signal efficiencies.

    Parameters
    ----------
    curve : Roc
        All points.
    efficiencies : array (p,)
        Signal efficiencies, 0 to 1, rising.

    Returns
    -------
    Roc
        For each of them the tightest threshold that reaches it, what that really keeps of the signal, and of the background.

    Raises
    ------
    ArgumentError
        Efficiencies outside [0, 1].

    Examples
    --------
    >>> curve = roc([0.9, 0.6, 0.6, 0.1], [True, True, False, False])
    >>> found = roc_at_efficiencies(curve, [0.0, 0.4, 1.0])
    >>> found.signal_efficiency, found.background_efficiency
    (array([0. , 0.5, 1. ]), array([0. , 0. , 0.5]))
    """
    wanted = floats("efficiencies", efficiencies)
    if not ((wanted >= 0) & (wanted <= 1)).all():
        msg = "efficiencies must lie from 0 to 1"
        raise ArgumentError(msg)
    reached = np.maximum.accumulate(curve.signal_efficiency)
    # a sum of weights may miss the efficiency by its last digit
    at = np.minimum(np.searchsorted(reached, wanted - 1e-12), len(reached) - 1)
    return Roc(reached[at], curve.background_efficiency[at], curve.thresholds[at])


def auc(scores: npt.ArrayLike, is_signal: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return the area under the ROC curve: how often signal scores above background, ties counting half.

    Parameters
    ----------
    scores, is_signal, weights
        As for :func:`roc`, with the same errors.

    Returns
    -------
    float
        0 to 1, one half where the scores tell nothing.

    Examples
    --------
    >>> auc([0.9, 0.6, 0.6, 0.1], [True, True, False, False])
    0.875
    """
    scores, is_signal, weights = checked(scores, is_signal, weights)
    ranking = ranked(scores, is_signal)
    return area(*ranking.sides(ranking.sort(weights)))


def area(signal: Floats, background: Floats) -> float:
    """Return the area under the curve of sums of weights above each threshold, as shares of the last ones."""
    # einsum, as a product of BLAS would leave threads spinning
    twice = np.einsum("i,i->", np.diff(background), signal[1:] + signal[:-1])
    # sums of weights may miss 1 by its last digits
    return float(np.clip(twice / (2.0 * signal[-1] * background[-1]), 0.0, 1.0))
