"""Cuts on several observables: each by an exact scan, what the others leave given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .method import Array
from .objectives import Objective, better, columns
from .rectangular import passes
from .sample import Part
from .scanning import UNCUT, Range, scan

__all__ = ["TOPOLOGIES", "Counted", "joint", "next_range"]

TOPOLOGIES = ("sequential", "parallel", "joint")


@dataclass(frozen=True)
class Counted:
    """Events with what an objective sums over them."""

    part: Part
    """The events."""
    weights: Array
    """What each counts, (n,), see :meth:`Objective.weights`."""
    total: Array
    """(4,), the sums of the objective's columns over all events."""
    objective: Objective
    """What cuts are worth."""
    _orders: dict[int, Array] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, part: Part, objective: Objective, luminosity: float) -> Counted:
        """Return the events of a part, counted for an objective at a luminosity in fb^-1."""
        weights = objective.weights(part, luminosity)
        return cls(part, weights, columns(part.y == 1, weights).sum(axis=1), objective)

    def sums(self, ranges: Sequence[Range]) -> Array:
        """Return the sums over the events that pass all ranges, (4,)."""
        left = passes(ranges, self.part.X)
        summed: Array = columns(self.part.y[left] == 1, self.weights[left]).sum(axis=1)
        return summed

    def gain(self, ranges: Sequence[Range]) -> float:
        """Return what the ranges together are worth, -inf where they are not allowed."""
        return self.objective.gain(self.sums(ranges), self.total)

    def scan(self, place: int, others: Sequence[Range], side: str, start: Range = UNCUT) -> tuple[Range, float]:
        """Return the best range of one observable, others given, and what they are worth together."""
        order = self._order(place)
        if any(each.is_cut for each in others):
            order = order[passes(others, self.part.X)[order]]
        events = self.part.X[order, place], self.part.y[order] == 1, self.weights[order]
        return scan(*events, self.total, side, self.objective, start=start)

    def _order(self, place: int) -> Array:
        """Return the places of the events in the order of an observable; they are sorted once."""
        if place not in self._orders:
            self._orders[place] = np.argsort(self.part.X[:, place])
        return self._orders[place]


def next_range(events: Counted, before: Sequence[Range], sides: Sequence[str], topology: str) -> tuple[Range, float]:
    """Return the range of the next observable and its gain: on all events if ``"parallel"``, else on what those before leave."""
    place = len(before)
    return events.scan(place, () if topology == "parallel" else before, sides[place])


def joint(
    events: Counted, sequential: Sequence[Range], sides: Sequence[str], *, restarts: int = 0, seed: int = 0
) -> list[Range]:
    """Return ranges of which no single one can be changed for the better.

    Coordinate ascent with exact scans: each range is found anew on what all others leave, until a round over all changes
    nothing; from the sequential ranges, from the parallel ones, and from `restarts` that are drawn. The best end is returned.
    """
    parallel = [events.scan(place, (), side)[0] for place, side in enumerate(sides)]
    rng = np.random.default_rng(seed)
    drawn = ([_drawn(events.part.X[:, i], side, rng) for i, side in enumerate(sides)] for _ in range(restarts))
    return max((_ascended(events, start, sides) for start in (sequential, parallel, *drawn)), key=events.gain)


def _drawn(values: Array, side: str, rng: np.random.Generator) -> Range:
    """Return a range of this side whose bounds are values of two events; no cut where they are the same."""
    low, high = np.sort(rng.choice(values, 2)).tolist()
    if side == "any":
        side = ("lower", "upper", "window")[rng.integers(3)]
    if side in ("lower", "upper"):
        return Range(low) if side == "lower" else Range(high=high)
    return Range(low, high, side == "outside") if low < high else UNCUT


def _ascended(events: Counted, start: Sequence[Range], sides: Sequence[str]) -> list[Range]:
    ranges, gain, moved = [*start], events.gain(start), True
    while moved:
        moved = False
        for place, side in enumerate(sides):
            others = [*ranges[:place], UNCUT, *ranges[place + 1 :]]
            found, worth = events.scan(place, others, side, ranges[place])
            if better(worth, gain):
                ranges[place], gain, moved = found, worth, True
    return ranges
