"""What a score is worth: ROC curves, rejections, and the best threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from .significances import FLOOR, Significance, asimov, enough, significance

__all__ = [
    "MaxSignificance",
    "Rejection",
    "Roc",
    "auc",
    "max_significance",
    "rejection_at_efficiency",
    "roc",
    "roc_at_efficiencies",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MaxSignificance(Significance):
    """The largest significance over the thresholds of a score."""

    threshold: float | None = None
    """Events with ``score >= threshold`` are selected."""


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
    scores, is_signal, weights = _checked(scores, is_signal, weights)
    thresholds, [(signal, background)] = _above(scores, is_signal, weights)
    return Roc(signal / signal[-1], background / background[-1], thresholds)


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
        For each of them the tightest threshold that reaches it, and what that leaves of the background.

    Examples
    --------
    >>> curve = roc([0.9, 0.6, 0.6, 0.1], [True, True, False, False])
    >>> roc_at_efficiencies(curve, [0.0, 0.5, 1.0]).background_efficiency
    array([0. , 0. , 0.5])
    """
    wanted = np.asarray(efficiencies, dtype=np.float64)
    reached = np.maximum.accumulate(curve.signal_efficiency)
    # a sum of weights may miss the efficiency by its last digit
    at = np.minimum(np.searchsorted(reached, wanted - 1e-12), len(reached) - 1)
    return Roc(wanted, curve.background_efficiency[at], curve.thresholds[at])


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
    curve = roc(scores, is_signal, weights)
    return float(np.trapezoid(curve.signal_efficiency, curve.background_efficiency))


def max_significance(
    scores: npt.ArrayLike,
    is_signal: npt.ArrayLike,
    expected: npt.ArrayLike,
    *,
    uncertainty: float = 0.0,
    floor: float = FLOOR,
) -> MaxSignificance:
    """Return the largest :func:`significance` over all cuts ``score >= threshold``.

    Parameters
    ----------
    scores : array (n,)
        Larger for signal.
    is_signal : array of bool (n,)
        Both kinds must be there.
    expected : array (n,)
        Events at the luminosity that each simulated event stands for.
    uncertainty : float
        Relative uncertainty of the background; see :func:`significance`.
    floor : float
        Effective background events that a threshold must leave.

    Returns
    -------
    MaxSignificance
        Without a value and with a reason where no threshold leaves enough background.

    Raises
    ------
    ArgumentError
        As for :func:`roc`.

    Examples
    --------
    >>> best = max_significance([1.0] * 5 + [0.0] * 40, [True] * 5 + [False] * 40, [1.0] * 45)
    >>> best.threshold, best.s, best.b
    (0.0, 5.0, 40.0)
    """
    scores, is_signal, expected = _checked(scores, is_signal, expected)
    thresholds, [(s, b), (squares_s, squares_b)] = _above(scores, is_signal, expected, expected**2)
    with np.errstate(all="ignore"):
        n = np.where((squares_b > 0) & (b > 0), b**2 / squares_b, 0.0)
    allowed = enough(n, floor) & (s >= 0)
    allowed[0] = False
    if not allowed.any():
        found = significance(float(s[-1]), float(b[-1]), float(squares_b[-1]), floor=floor)
        return MaxSignificance(**vars(found))
    z = np.where(
        allowed, asimov(np.maximum(s, 0), np.maximum(b, 0), np.sqrt(squares_b + (uncertainty * b) ** 2)), -np.inf
    )
    at = int(np.argmax(z))
    found = significance(
        *(float(a[at]) for a in (s, b, squares_b)),
        sum_w2_s=float(squares_s[at]),
        uncertainty=uncertainty,
        floor=floor,
    )
    return MaxSignificance(**vars(found), threshold=float(thresholds[at]))


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
    if not 0 < efficiency <= 1:
        msg = f"efficiency={efficiency!r} must lie above 0 and not above 1"
        raise ArgumentError(msg)
    scores, is_signal, weights = _checked(scores, is_signal, weights)
    curve = roc(scores, is_signal, weights)
    # a sum of weights may miss the efficiency by its last digit
    at = int(np.argmax(curve.signal_efficiency >= efficiency - 1e-12))
    threshold, reached, passed = curve.thresholds[at], curve.signal_efficiency[at], curve.background_efficiency[at]
    left = int(((scores >= threshold) & ~is_signal).sum())
    if left == 0 or passed <= 0:
        reason = f"cannot be estimated: no background event is left at signal efficiency {reached:.3g}"
        return Rejection(None, None, float(reached), float(threshold), left, reason)
    background = weights[~is_signal]
    n = background.sum() ** 2 / (background**2).sum()
    error = np.sqrt(max(passed * (1 - passed), 0.0) / n) / passed**2
    return Rejection(float(1 / passed), float(error), float(reached), float(threshold), left)


def _checked(scores: Any, is_signal: Any, weights: Any) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    scores = np.asarray(scores, dtype=np.float64)
    is_signal = np.asarray(is_signal, dtype=bool)
    weights = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not scores.shape == is_signal.shape == weights.shape or scores.ndim != 1:
        msg = f"scores, is_signal and weights differ in shape: {scores.shape}, {is_signal.shape}, {weights.shape}"
        raise ArgumentError(msg)
    if not (np.isfinite(weights).all() and not np.isnan(scores).any()):
        msg = "scores and weights must not be NaN, weights finite"
        raise ArgumentError(msg)
    for kind, chosen in (("signal", is_signal), ("background", ~is_signal)):
        if not weights[chosen].sum() > 0:
            msg = f"there is no {kind}: its weights must sum to more than 0"
            raise ArgumentError(msg)
    return scores, is_signal, weights


def _above(
    scores: Floats, is_signal: npt.NDArray[np.bool_], *columns: Floats
) -> tuple[Floats, list[tuple[Floats, Floats]]]:
    """Return the distinct scores, falling, and for each column the sums of both kinds at or above each; nothing first."""
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    last = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))

    def sums(column: Floats, chosen: npt.NDArray[np.bool_]) -> Floats:
        return np.concatenate([[0.0], np.cumsum(np.where(chosen, column, 0.0)[order])[last]])

    both = [(sums(column, is_signal), sums(column, ~is_signal)) for column in columns]
    return np.concatenate([[np.inf], falling[last]]), both
