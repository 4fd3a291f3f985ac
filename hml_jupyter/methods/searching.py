"""Cuts on several observables: each by an exact scan, what the others leave given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .method import Array
from .objectives import Objective, better
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
    columns: Array
    """(4, n), see :meth:`Objective.columns`."""
    total: Array
    """(4,), the sums over all events."""
    objective: Objective
    """What cuts are worth."""

    @classmethod
    def of(cls, part: Part, objective: Objective, luminosity: float) -> Counted:
        """Return the events of a part, counted for an objective at a luminosity in fb^-1."""
        columns = objective.columns(part, luminosity)
        return cls(part, columns, columns.sum(axis=1), objective)

    def sums(self, ranges: Sequence[Range]) -> Array:
        """Return the sums over the events that pass all ranges, (4,)."""
        left: Array = self.columns[:, passes(ranges, self.part.X)].sum(axis=1)
        return left

    def gain(self, ranges: Sequence[Range]) -> float:
        """Return what the ranges together are worth, -inf where they are not allowed."""
        return self.objective.gain(self.sums(ranges), self.total)

    def scan(self, place: int, others: Sequence[Range], side: str, start: Range = UNCUT) -> tuple[Range, float]:
        """Return the best range of one observable, others given, and what they are worth together."""
        left = passes(others, self.part.X)
        values, columns = self.part.X[left, place], self.columns[:, left]
        return scan(values, columns, self.total, side, self.objective, start=start)


def next_range(events: Counted, before: Sequence[Range], sides: Sequence[str], topology: str) -> tuple[Range, float]:
    """Return the range of the next observable and its gain: on all events if ``"parallel"``, else on what those before leave."""
    place = len(before)
    return events.scan(place, () if topology == "parallel" else before, sides[place])


def joint(events: Counted, sequential: Sequence[Range], sides: Sequence[str]) -> list[Range]:
    """Return ranges of which no single one can be changed for the better.

    Coordinate ascent with exact scans: each range is found anew on what all others leave, until a round over all changes
    nothing; once from the sequential ranges and once from the parallel ones. The better end is returned.
    """
    parallel = [events.scan(place, (), side)[0] for place, side in enumerate(sides)]
    return max((_ascended(events, start, sides) for start in (sequential, parallel)), key=events.gain)


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
