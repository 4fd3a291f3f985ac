"""Exact scans of cuts on one observable."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from ..bounds import shortest
from ..histograms import threshold_cut
from .method import Array
from .objectives import Objective, better, columns

__all__ = ["SIDES", "UNCUT", "Range", "scan"]

#: Kinds of cuts; ``"any"`` is the best of the first three. What is outside of a window has to be asked for: among thousands of
#: windows there is always a sliver that some fluctuation has emptied.
SIDES = ("any", "lower", "upper", "window", "outside")
#: Quantiles of signal, and of background, between which the pairs of a window are tried first.
GRID = 64

INFINITY = math.inf


class Range(NamedTuple):
    """A cut on one observable: ``low <= x < high``, or what is left outside of that; without bounds no cut."""

    low: float = -INFINITY
    """-inf where there is no lower bound."""
    high: float = INFINITY
    """inf where there is no upper bound."""
    outside: bool = False
    """Whether ``x < low or x >= high`` is kept instead."""

    @property
    def is_cut(self) -> bool:
        """Whether it cuts at all."""
        return self != UNCUT

    def passes(self, values: Array) -> Array:
        """Return which values are kept, (n,) bool."""
        inside = (values >= self.low) & (values < self.high)
        return ~inside if self.outside else inside

    def cuts(self, observable: str) -> list[str]:
        """Return the cuts as texts, none, one or two.

        Examples
        --------
        >>> Range(70.0, 110.0).cuts("met"), Range(70.0).cuts("met"), Range(70.0, 110.0, True).cuts("met")
        (['met >= 70.0', 'met < 110.0'], ['met >= 70.0'], ['met < 70.0 or met >= 110.0'])
        """
        if self.outside:
            return [
                f"{threshold_cut(observable, 'upper', self.low)} or {threshold_cut(observable, 'lower', self.high)}"
            ]
        ends = (("lower", self.low), ("upper", self.high))
        return [threshold_cut(observable, side, value) for side, value in ends if math.isfinite(value)]


UNCUT = Range()


class Found(NamedTuple):
    """A range by places among the m distinct values: those from the first place to before the second."""

    gain: float
    first: int
    last: int
    outside: bool = False


def scan(
    rising: Array,
    is_signal: Array,
    weights: Array,
    total: Array,
    side: str,
    objective: Objective,
    *,
    start: Range = UNCUT,
) -> tuple[Range, float]:
    """Return the best cut on one observable, and what it is worth.

    Parameters
    ----------
    rising : array, shape (n,)
        The observable of the events that are left by other cuts: sorted, finite.
    is_signal, weights : array of bool, array, shape (n,)
        Their kind, and what they count.
    total : array, shape (4,)
        Sums of the objective's columns over all events.
    side : str
        One of `SIDES`.
    objective : Objective
        What is made as large as possible.
    start : Range
        Where the search for a window (or outside of one) begins too.

    Returns
    -------
    Range, float
        No cut where none is better; of several that are equally good a threshold before a window. Each bound stands where it
        has the fewest digits. The gain is -inf where nothing is allowed.

    Notes
    -----
    Cumulative sums; for a threshold every place between two values is tried. The two edges of a window are first
    tried in all pairs of some 128 places, quantiles of signal and of background (which is exact for as many values), then moved
    until nothing gets better: each in turn to the best of all places for the other, and both at once to places near them, since
    along the floor one edge can move only with the other. So they go on from the best pair, from the best threshold of either
    side, and from `start`. What is found cannot be bettered by moving one edge, and is nearly always the best of all pairs.
    A window whose edge ends beyond all events is a threshold.

    Examples
    --------
    >>> x, is_signal = np.arange(5.0), np.array([False, False, True, True, False])
    >>> scan(x, is_signal, np.ones(5), np.array([2.0, 3.0, 3.0, 3.0]), "any", Objective("accuracy"))
    (Range(low=2.0, high=4.0, outside=False), 1.0)
    """
    if not len(rising):
        return UNCUT, objective.gain(np.zeros(4), total)
    places = _Places(rising, columns(is_signal, weights), total, objective)
    best = places.none
    for found in places.candidates(side, start):
        if better(found.gain, best.gain):
            best = found
    return places.range(best), best.gain


class _Places:
    """The m + 1 places between the distinct values of an observable."""

    def __init__(self, rising: Array, summed: Array, total: Array, objective: Objective) -> None:
        last = np.flatnonzero(np.append(rising[1:] != rising[:-1], True))
        self._distinct = rising[last]
        self._below = np.zeros((len(summed), len(last) + 1))
        for row, column in zip(self._below, summed, strict=True):
            row[1:] = np.cumsum(column, out=column)[last]
        self._total, self._objective, self._end = total, objective, len(last)
        self._widths = [4**power for power in range(int(math.log(max(1, len(last) // GRID), 4)), -1, -1)]
        self.none = Found(float(self._gains([0], [self._end], False)[0]), 0, self._end)

    def candidates(self, side: str, start: Range) -> Iterable[Found]:
        """Yield the best cut of each kind that is asked for, the simplest first."""
        if side in ("lower", "any"):
            yield self._move_first(self._end)
        if side in ("upper", "any"):
            yield self._move_last(0)
        for kind, outside in (("window", False), ("outside", True)):
            if side == kind or (side == "any" and not outside):
                yield from self._pairs(outside, start)

    def range(self, found: Found) -> Range:
        """Return what is found, with bounds that have few digits."""
        low, high = self._bound(found.first), self._bound(found.last)
        if found.outside and found.first == 0:
            return Range(low=high)
        if found.outside and found.last == self._end:
            return Range(high=low)
        return Range(low, high, found.outside)

    def _pairs(self, outside: bool, start: Range) -> Iterable[Found]:
        grid = self._grid()
        first, last = (grid[each] for each in np.triu_indices(len(grid), 1))
        yield self._settled(self._best(first, last, outside))
        yield self._settled(self._move_first(self._end, outside))
        yield self._settled(self._move_last(0, outside))
        if start.is_cut and start.outside == outside:
            low, high = (int(np.searchsorted(self._distinct, bound)) for bound in start[:2])
            low = min(low, self._end - 1)
            yield self._settled(self._best([low], [max(high, low + 1)], outside))

    def _settled(self, found: Found) -> Found:
        """Move the edges in turn, and both at once to places near them, until nothing gets better."""
        while True:
            moved = self._move_last(found.first, found.outside)
            moved = max(moved, self._move_first(moved.last, found.outside), key=lambda each: each.gain)
            for width in self._widths:
                moved = max(moved, self._near(moved, width), key=lambda each: each.gain)
            if not better(moved.gain, found.gain):
                return found
            found = moved

    def _near(self, found: Found, width: int) -> Found:
        """Return the best of all pairs of the places in steps of `width` around both edges."""
        steps = width * np.arange(-8, 9)
        first = np.repeat(np.clip(found.first + steps, 0, self._end - 1), len(steps))
        last = np.tile(np.clip(found.last + steps, 1, self._end), len(steps))
        return self._best(first, np.maximum(last, first + 1), found.outside)

    def _move_first(self, last: int, outside: bool = False) -> Found:
        return self._best(slice(0, last), [last], outside)

    def _move_last(self, first: int, outside: bool = False) -> Found:
        return self._best([first], slice(first + 1, self._end + 1), outside)

    def _best(self, first: Any, last: Any, outside: bool) -> Found:
        gains = self._gains(first, last, outside)
        at = int(np.argmax(gains))
        every = np.arange(self._end + 1)
        first, last = (each[at if len(each) > 1 else 0] for each in (every[first], every[last]))
        return Found(float(gains[at]), int(first), int(last), outside)

    def _gains(self, first: Any, last: Any, outside: bool) -> Array:
        inside = self._below[:, last] - self._below[:, first]
        return self._objective.gains(self._below[:, -1:] - inside if outside else inside, self._total)

    def _grid(self) -> Array:
        """Return the places of all pairs that are tried."""
        if self._end <= 2 * GRID:
            return np.arange(self._end + 1)
        signal, background = np.maximum.accumulate(self._below[[0, 3]], axis=1)
        found = [np.searchsorted(kind, np.linspace(0, kind[-1], GRID + 1)) for kind in (signal, background)]
        return np.unique([0, self._end, *np.concatenate(found)])

    def _bound(self, place: int) -> float:
        if place in (0, self._end):
            return INFINITY if place else -INFINITY
        return shortest(*self._distinct[place - 1 : place + 1].tolist())
