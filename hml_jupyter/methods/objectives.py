"""What cuts are worth: numbers of the sums over the events that pass."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..datasets.described import pb_to_events
from ..metrics import FLOOR, asimov
from ..metrics.significances import enough
from .method import Array
from .sample import Part

__all__ = ["EXPECTED", "OBJECTIVES", "Objective", "better", "columns"]

#: Objectives that count expected events.
EXPECTED = ("significance", "s/sqrt(b)", "s/sqrt(s+b)")
OBJECTIVES = (*EXPECTED, "cross_entropy", "accuracy")


def better(new: float, old: float) -> bool:
    """Tell whether a gain is larger by more than sums of weights miss it.

    Examples
    --------
    >>> better(0.3, 0.1 + 0.2), better(0.3 + 1e-16, 0.3), better(0.3, float("-inf")), better(0.4, 0.3)
    (False, False, True, True)
    """
    return new > old and not math.isclose(new, old, rel_tol=1e-9)


def columns(is_signal: Array, weights: Array) -> Array:
    """Return what is summed over events, (4, n): signal, background, background squared, simulated background events."""
    found = np.zeros((4, len(weights)))
    np.multiply(weights, is_signal, out=found[0])
    np.subtract(weights, found[0], out=found[1])
    np.square(found[1], out=found[2])
    np.logical_not(is_signal, out=found[3], casting="unsafe")
    return found


@dataclass(frozen=True)
class Objective:
    """What cuts are chosen by.

    ================== ====================================================================================================
    ``significance``   Asimov Z with the Monte-Carlo error of b, as :func:`hml_jupyter.metrics.significance`
    ``s/sqrt(b)``      the limit of the Asimov Z for s << b and b known exactly (arXiv:1007.1727, section 5.1)
    ``s/sqrt(s+b)``    s over its own statistical error (TMVA Users Guide, arXiv:physics/0703039)
    ``cross_entropy``  binary cross-entropy of the best two constants: the share of signal among the events that pass, and among
                       those that fail (Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning", section 9.2.3)
    ``accuracy``       fraction of events on the right side, those that pass taken for signal (same section: one minus the
                       misclassification error)
    ================== ====================================================================================================

    The first three count expected events and need `floor` effective background events; the others take signal and background
    balanced, and only cuts that pass a larger share of the signal than of the background.

    Examples
    --------
    >>> objective = Objective("s/sqrt(b)")
    >>> objective.gains(np.array([[10.0, 10.0], [100.0, 4.0], [100.0, 4.0], [100, 4]]), np.zeros(4))
    array([  1., -inf])
    """

    name: str
    """One of `OBJECTIVES`."""
    uncertainty: float = 0.0
    """Relative uncertainty of b, in the significance."""
    floor: float = FLOOR
    """Effective background events that have to pass, where expected events are counted."""

    def weights(self, part: Part, luminosity: float) -> Array:
        """Return what each event counts, (n,): expected events at a luminosity in fb^-1, or its balanced weight."""
        return part.expected * pb_to_events(luminosity) if self.name in EXPECTED else part.weights

    def gains(self, passing: Array, total: Array) -> Array:
        """Return what m selections are worth, the larger the better, -inf where one is not allowed.

        Parameters
        ----------
        passing : array, shape (4, m)
            Sums of the :func:`columns` of the events that pass.
        total : array, shape (4,)
            The sums over all events.

        Returns
        -------
        array, shape (m,)
            Where many are not worth computing because they cannot be the largest, -inf too.
        """
        with np.errstate(all="ignore"):
            if self.name not in EXPECTED:
                s, b = np.clip(passing[:2], 0.0, total[:2, None])
                gains = _BALANCED[self.name](s, b, *total[:2])
                enriched = (s > 0) & (s * total[1] * (1 + 1e-9) >= b * total[0])
                return np.where(enriched, gains, -np.inf)
            s, b, squares, events = passing
            # no more than they are: differences of sums leave a rest where no event is left
            n = np.minimum(b**2 / squares, events)
            allowed = np.flatnonzero((b > 0) & (s >= 0) & enough(n, self.floor))
            gains = np.full(len(s), -np.inf)
            s, b, variance = s[allowed], b[allowed], squares[allowed] + (self.uncertainty * b[allowed]) ** 2
            gains[allowed] = _EXPECTED[self.name](s, b, variance)
            return gains

    def gain(self, passing: Array, total: Array) -> float:
        """Return what one selection is worth; both of the shape (4,)."""
        return float(self.gains(passing[:, None], total)[0])

    def value(self, gain: float) -> float | None:
        """Return the number as it is told; None where the selection is not allowed."""
        if math.isinf(gain):
            return None
        return -gain if self.name == "cross_entropy" else gain


def _significance(s: Array, b: Array, variance: Array) -> Array:
    """Return the Asimov Z where it may be the largest.

    Z is at most ``s / sqrt(b + sigma^2)``, which it tends to for s << b: its logarithms are bounded by their parabolas, in the
    likelihood ratio whose Asimov value it is. Few selections are left to compute.
    """
    gains = np.full(len(s), -np.inf)
    if not len(s):
        return gains
    bounds = s / np.sqrt(b + variance)
    at = np.argmax(bounds)
    near = bounds >= (1 - 1e-9) * asimov(s[at], b[at], np.sqrt(variance[at]))
    gains[near] = asimov(s[near], b[near], np.sqrt(variance[near]))
    return gains


def _minus_cross_entropy(s: Array, b: Array, all_s: float, all_b: float) -> Array:
    return -(_entropy(s, b) + _entropy(all_s - s, all_b - b)) / (all_s + all_b)


def _entropy(s: Array, b: Array) -> Array:
    """Return the summed cross-entropy of events that all get the share of signal among them."""
    from scipy.special import xlogy

    return np.asarray(xlogy(s + b, s + b) - xlogy(s, s) - xlogy(b, b))


_EXPECTED: dict[str, Callable[[Array, Array, Array], Any]] = {
    "significance": _significance,
    "s/sqrt(b)": lambda s, b, _: s / np.sqrt(b),
    "s/sqrt(s+b)": lambda s, b, _: s / np.sqrt(s + b),
}
_BALANCED: dict[str, Callable[[Array, Array, float, float], Any]] = {
    "cross_entropy": _minus_cross_entropy,
    "accuracy": lambda s, b, all_s, all_b: (s + all_b - b) / (all_s + all_b),
}
