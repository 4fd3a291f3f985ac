"""Events in the order of a score, and what every threshold selects of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from .arrays import Flags, Floats, flags, floats

__all__ = ["Floats", "Ranking", "checked", "ranked"]


class Ranking(NamedTuple):
    """The n events from the highest score to the lowest; m scores are distinct."""

    order: npt.NDArray[np.intp]
    """(n,) where each event was."""
    is_signal: Flags
    """(n,) in this order."""
    thresholds: Floats
    """(m + 1,) distinct scores, falling; inf first, which selects nothing."""
    last: Flags | None
    """(n,) the last event of each score; None where all scores differ."""

    def sort(self, column: Floats) -> Floats:
        """Return a column (n,) in this order."""
        return np.take(column, self.order, mode="clip")

    def above(self, column: Floats) -> Floats:
        """Return the sums (m + 1,) of a column (n,), in this order, over ``score >= threshold``."""
        sums = np.empty(len(self.thresholds))
        sums[0] = 0.0
        if self.last is None:
            np.cumsum(column, out=sums[1:])
        else:
            np.compress(self.last, np.cumsum(column), out=sums[1:])
        return sums

    def sides(self, column: Floats) -> tuple[Floats, Floats]:
        """Return the sums above each threshold of signal and of background."""
        signal = column * self.is_signal
        return self.above(signal), self.above(np.subtract(column, signal, out=signal))


def ranked(scores: Floats, is_signal: Flags) -> Ranking:
    """Return the events in falling order of their scores; equal scores are selected together."""
    order = np.argsort(scores)[::-1].copy()
    thresholds = np.empty(len(scores) + 1)
    thresholds[0] = np.inf
    falling = np.take(scores, order, out=thresholds[1:], mode="clip")
    last = np.append(falling[1:] != falling[:-1], True)
    if last.all():
        return Ranking(order, is_signal[order], thresholds, None)
    return Ranking(order, is_signal[order], np.append(np.inf, falling[last]), last)


def checked(scores: Any, is_signal: Any, weights: Any) -> tuple[Floats, Flags, Floats]:
    """Return events as arrays, or say what is wrong with them."""
    scores, is_signal = floats("scores", scores), flags("is_signal", is_signal)
    weights = np.ones(scores.shape) if weights is None else floats("weights", weights)
    if not scores.shape == is_signal.shape == weights.shape or scores.ndim != 1:
        msg = f"scores, is_signal and weights differ in shape: {scores.shape}, {is_signal.shape}, {weights.shape}"
        raise ArgumentError(msg)
    if np.isnan(scores.min(initial=np.inf)) or not np.isfinite(weights).all():
        msg = "scores and weights must not be NaN, weights finite"
        raise ArgumentError(msg)
    for kind, chosen in (("signal", is_signal), ("background", ~is_signal)):
        # no product of BLAS: its threads would go on spinning
        if not (weights * chosen).sum() > 0:
            msg = f"there is no {kind}: its weights must sum to more than 0"
            raise ArgumentError(msg)
    return scores, is_signal, weights
