"""Background rejection at a signal efficiency."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ..checks import number
from ..errors import ArgumentError
from .arrays import Flags, Floats, flags, floats
from .ranking import checked, ranked

__all__ = [
    "Rejection",
    "check_efficiency",
    "rejection_at_efficiency",
    "rejection_at_threshold",
    "rejections_at_efficiency",
    "tightest",
]

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Rejection:
    """Background rejection 1 / efficiency, at a signal efficiency."""

    value: float | None
    """None where no background event is left."""
    error: float | None
    """Binomial error from the effective number of background events."""
    signal_efficiency: float
    """Signal efficiency that is reached: the smallest one that is not below the one asked for."""
    threshold: float
    """Events with ``score >= threshold`` are selected."""
    n_background: int
    """Simulated background events left."""
    reason: str = ""
    """Why there is no value."""


def rejection_at_efficiency(
    scores: npt.ArrayLike, is_signal: npt.ArrayLike, weights: npt.ArrayLike | None, efficiency: float
) -> Rejection:
    """Return 1 / background efficiency of the tightest cut that keeps the signal efficiency.

    Parameters
    ----------
    scores, is_signal, weights
        As for :func:`roc`.
    efficiency : float
        Signal efficiency to keep, above 0, at most 1.

    Returns
    -------
    Rejection
        Without a value and with a reason where no background event is left.

    Raises
    ------
    ArgumentError
        An efficiency outside its range, or as for :func:`roc`.

    Notes
    -----
    The error is that of a binomial fraction e of n tries, ``sqrt(e (1 - e) / n)``, carried over to 1 / e by its derivative
    1 / e^2; n is the effective number of background events, (sum w)^2 / sum w^2. Source: M. Paterno, "Calculating efficiencies
    and their uncertainties", FERMILAB-TM-2286-CD (2004); L. Kish, "Survey Sampling" (1965), for n.

    Examples
    --------
    >>> rejection_at_efficiency([0.9, 0.6, 0.7, 0.1], [True, True, False, False], None, 1.0).value
    2.0
    """
    scores, is_signal, weights = checked(scores, is_signal, weights)
    threshold, reached = tightest(scores, is_signal, weights, efficiency)
    return _rejection(scores, weights, ~is_signal, threshold, reached)


def rejections_at_efficiency(
    scores: npt.ArrayLike,
    is_signal: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    efficiency: float,
    backgrounds: Mapping[K, npt.ArrayLike],
) -> dict[K, Rejection]:
    """Return the rejection of each background at one threshold, that of :func:`rejection_at_efficiency`.

    Parameters
    ----------
    scores, is_signal, weights, efficiency
        As for :func:`rejection_at_efficiency`.
    backgrounds : mapping
        Name of each background process to its events, array of bool (n,).

    Returns
    -------
    dict
        Name of each background to its rejection.

    Raises
    ------
    ArgumentError
        As for :func:`rejection_at_efficiency`.

    Examples
    --------
    >>> is_signal, qcd, tt = [True, False, False, False], [False, True, True, False], [False, False, False, True]
    >>> found = rejections_at_efficiency([0.5, 0.7, 0.1, 0.6], is_signal, None, 1.0, {"qcd": qcd, "tt": tt})
    >>> found["qcd"].value, found["tt"].value
    (2.0, 1.0)
    """
    scores, is_signal, weights = checked(scores, is_signal, weights)
    threshold, reached = tightest(scores, is_signal, weights, efficiency)
    chosen = {name: flags(f"backgrounds[{name!r}]", mine, scores.shape) for name, mine in backgrounds.items()}
    return {name: _rejection(scores, weights, mine, threshold, reached) for name, mine in chosen.items()}


def rejection_at_threshold(
    scores: npt.ArrayLike, background: npt.ArrayLike, weights: npt.ArrayLike, threshold: float, reached: float
) -> Rejection:
    """Return the rejection of ``score >= threshold``.

    Parameters
    ----------
    scores, weights : array (n,)
        Of all events.
    background : array of bool (n,)
        Those that are rejected.
    threshold : float
        Where the cut stands.
    reached : float
        The signal efficiency of the threshold.

    Returns
    -------
    Rejection
        Without a value and with a reason where no background event is left; errors as in :func:`rejection_at_efficiency`.

    Examples
    --------
    >>> rejection_at_threshold([0.9, 0.6, 0.7, 0.1], [False, False, True, True], [1.0] * 4, 0.5, 1.0).value
    2.0
    """
    scores = floats("scores", scores)
    weights, background = floats("weights", weights, scores.shape), flags("background", background, scores.shape)
    return _rejection(scores, weights, background, number("threshold", threshold), reached)


def check_efficiency(efficiency: Any) -> float:
    """Return a signal efficiency that can be kept.

    Raises
    ------
    ArgumentError
        It is none: above 0, at most 1.
    """
    found = number("efficiency", efficiency)
    if not 0 < found <= 1:
        msg = f"efficiency={efficiency!r} must lie above 0 and not above 1"
        raise ArgumentError(msg)
    return found


def tightest(scores: Floats, is_signal: Flags, weights: Floats, efficiency: float) -> tuple[float, float]:
    """Return the largest threshold that keeps a signal efficiency, and the one that it keeps; no background is needed.

    Raises
    ------
    ArgumentError
        The signal's weights do not sum to more than 0.

    Examples
    --------
    >>> tightest(np.array([0.9, 0.6, 0.6, 0.1]), np.ones(4, bool), np.ones(4), 0.5)
    (0.6, 0.75)
    """
    efficiency = check_efficiency(efficiency)
    signal, theirs = scores[is_signal], weights[is_signal]
    if not theirs.sum() > 0:
        msg = "there is no signal: its weights must sum to more than 0"
        raise ArgumentError(msg)
    ranking = ranked(signal, np.ones(len(signal), bool))
    kept = ranking.above(ranking.sort(theirs))
    kept /= kept[-1]
    # a sum of weights may miss the efficiency by its last digit
    at = int(np.argmax(kept >= efficiency - 1e-12))
    return float(ranking.thresholds[at]), float(kept[at])


def _rejection(scores: Floats, weights: Floats, mine: Flags, threshold: float, reached: float) -> Rejection:
    selected = mine & (scores >= threshold)
    left, total = int(selected.sum()), float((weights * mine).sum())
    passed = float((weights * selected).sum()) / total if total > 0 else 0.0
    if left == 0 or passed <= 0:
        reason = f"cannot be estimated: no background event is left at signal efficiency {reached:.3g}"
        return Rejection(None, None, reached, threshold, left, reason)
    n = total**2 / float((weights * weights * mine).sum())
    error = math.sqrt(max(passed * (1 - passed), 0.0) / n) / passed**2
    return Rejection(1 / passed, error, reached, threshold, left)
