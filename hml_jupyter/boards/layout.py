"""What a board looks like: its histograms, their bins and ranges, and how they are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..binning import LARGEST, is_one
from ..checks import number, whole
from ..datasets import Dataset
from ..errors import ArgumentError, UnknownNameError

__all__ = ["BELOW", "HOW", "MOST_VIEWS", "USUAL", "Layout", "check_flag", "check_scale", "read_layout"]

HOW = ("normalised", "stacked", "overlaid")
BELOW = ("significance", "ratio", "none")
#: Histograms of a board that names none, and the most that there can be.
FIRST_VIEWS, MOST_VIEWS = 6, 12
#: With five places in each bin a byte tells where an event is.
MOST_BINS = 48


@dataclass(frozen=True)
class Layout:
    """What a board looks like."""

    observables: tuple[str, ...]
    """Columns, canonical, in the order of the histograms."""
    bins: Mapping[str, int] = field(default_factory=dict)
    """Column -> how many bins, where that was chosen."""
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Column -> lowest and highest edge, where they were chosen."""
    maps: tuple[tuple[str, str], ...] = ()
    """Pairs of columns that are shown in two dimensions."""
    how: str = "normalised"
    """``"normalised"`` shapes, ``"stacked"`` or ``"overlaid"`` expected events."""
    below: str = "significance"
    """What is drawn below each histogram: ``"significance"`` against the threshold, ``"ratio"`` or ``"none"``."""
    log: bool = False
    """Whether the vertical axes are logarithmic."""
    snap: bool = False
    """Whether thresholds stop at the edges of bins only."""


#: How a board is drawn if nothing else is asked for.
USUAL: dict[str, Any] = {name: getattr(Layout(()), name) for name in ("how", "below", "log", "snap")}


def read_layout(dataset: Dataset, asked: Mapping[str, Any]) -> Layout:
    """Return a layout of the columns of a dataset, or say what is wrong with it.

    Parameters
    ----------
    dataset : Dataset
        Whose columns are shown.
    asked : mapping
        The fields of `Layout`, as far as they are not the usual ones; others are not read.

    Raises
    ------
    ArgumentError, UnknownNameError
        No columns or too many, one twice; bins, ranges or maps that cannot be; a look that there is not.
    """
    names = _names(dataset, asked.get("observables"))
    look = {option: asked.get(option, usual) for option, usual in USUAL.items()}
    for option, known in (("how", HOW), ("below", BELOW)):
        if not isinstance(look[option], str) or look[option] not in known:
            raise UnknownNameError(f"way of {option}=", str(look[option]), known)
    for option in ("log", "snap"):
        check_flag(option, look[option])
    bins, ranges = _bins(dataset, names, asked.get("bins")), _ranges(dataset, asked.get("ranges"))
    return Layout(names, bins, ranges, _maps(dataset, asked.get("maps", ())), **look)


def check_flag(option: str, given: object) -> None:
    """Refuse what is neither True nor False."""
    if not isinstance(given, bool):
        msg = f"{option} must be True or False, not {given!r}"
        raise ArgumentError(msg)


def check_scale(layout: Layout, luminosity: float | None) -> None:
    """Refuse to draw expected events of a luminosity that is not known."""
    if luminosity is None and layout.how != "normalised":
        msg = (
            f"how={layout.how!r} draws expected events, which need a luminosity: give it in fb^-1, such as luminosity=139, "
            "or draw shapes, how='normalised'"
        )
        raise ArgumentError(msg)


def _names(dataset: Dataset, observables: object) -> tuple[str, ...]:
    if observables is None:
        others = (name for name in dataset.column_names if name not in dataset.scores)
        found = (*dataset.scores, *others)[:FIRST_VIEWS]
        if not found:
            msg = f"this dataset of {dataset.kind}s has no columns: build it with observables=[...] for its histograms"
            raise ArgumentError(msg)
        return found
    if isinstance(observables, str | bytes) or not isinstance(observables, Sequence) or not observables:
        msg = f"observables is a list of columns, ['fatjet0.mass', 'met'], not {observables!r}"
        raise ArgumentError(msg)
    names = tuple(dataset.column_name(str(name)) for name in observables)
    for name in names:
        if names.count(name) > 1:
            msg = f"{name!r} is on the board twice"
            raise ArgumentError(msg)
    if len(names) > MOST_VIEWS:
        msg = f"a board has room for {MOST_VIEWS} histograms, and {len(names)} observables are given"
        raise ArgumentError(msg)
    return names


def _bins(dataset: Dataset, names: Sequence[str], bins: object) -> dict[str, int]:
    given = dict.fromkeys(names, bins) if isinstance(bins, int) else bins
    return {
        dataset.column_name(name): whole(f"bins of {name}", value, 1, MOST_BINS)
        for name, value in _mapping("bins", given, "{'met': 20}, or one number for all").items()
    }


def _ranges(dataset: Dataset, ranges: object) -> dict[str, tuple[float, float]]:
    found = {}
    for name, span in _mapping("ranges", ranges, "{'met': (0, 500)}").items():
        if not isinstance(span, list | tuple) or len(span) != 2:
            msg = f"the range of {name} is its lowest and highest edge, (0, 500), not {span!r}"
            raise ArgumentError(msg)
        low, high = (number(f"the range of {name}", each, -LARGEST, LARGEST) for each in span)
        if not low < high:
            msg = f"the range of {name} must rise, and {low:g} is not below {high:g}"
            raise ArgumentError(msg)
        if is_one(low, high):
            msg = f"the range of {name} is too narrow to be divided: {low!r} to {high!r}"
            raise ArgumentError(msg)
        found[dataset.column_name(name)] = (low, high)
    return found


def _maps(dataset: Dataset, maps: object) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for pair in maps if isinstance(maps, list | tuple) else [maps]:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            msg = f"maps is a list of pairs of columns, [('fatjet0.mass', 'met')], not {maps!r}"
            raise ArgumentError(msg)
        x, y = (dataset.column_name(str(name)) for name in pair)
        if x == y or (x, y) in found:
            msg = f"maps is a list of pairs of columns that differ: {x!r} and {y!r} are {'one' if x == y else 'there twice'}"
            raise ArgumentError(msg)
        found.append((x, y))
    if len(found) > MOST_VIEWS:
        msg = f"a board has room for {MOST_VIEWS} maps, and {len(found)} are given"
        raise ArgumentError(msg)
    return tuple(found)


def _mapping(what: str, given: object, example: str) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        msg = f"{what} is a dictionary of columns, {example}; not {given!r}"
        raise ArgumentError(msg)
    return given
