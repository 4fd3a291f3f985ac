"""What is counted in a region, bin by bin: the channel of a statistical model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..datasets import Dataset
from ..errors import ArgumentError
from .bins import Bins
from .refusing import check_bins

__all__ = ["Channel", "Counted", "count"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Channel:
    """A region as it is counted, v bins."""

    name: str
    """Of the region."""
    cuts: tuple[str, ...]
    """The cuts from the built dataset to it."""
    column: str | None
    """What is binned; None for one bin."""
    bins: tuple[str, ...]
    """Each bin as people read it."""
    edges: tuple[float, ...]
    """(v + 1,); none for one bin."""
    expected: Mapping[str, tuple[float, ...]]
    """Class -> (v,) expected events; classes without an event here are left out."""
    errors: Mapping[str, tuple[float, ...]]
    """Class -> (v,) Monte-Carlo errors."""
    effective: tuple[float, ...]
    """(v,) effective simulated background events: the squared sum of weights over the sum of squares."""
    data: tuple[float, ...]
    """(v,) observed events, or the expected background."""
    outside: Mapping[str, float]
    """Class -> expected events of the region that no bin holds; only classes that have some."""

    @classmethod
    def read(cls, saved: Mapping[str, Any]) -> Channel:
        """Return a channel from plain JSON."""
        tables = {key: {c: tuple(v) for c, v in saved[key].items()} for key in ("expected", "errors")}
        rows = {key: tuple(saved[key]) for key in ("cuts", "bins", "edges", "effective", "data")}
        return cls(**{**saved, **tables, **rows})


@dataclass(frozen=True)
class Counted:
    """A channel, and what its classes become when they are varied."""

    channel: Channel
    varied: Mapping[str, Mapping[str, Floats]]
    """Variation -> class -> (v,) expected events."""


def count(name: str, events: Dataset, bins: Bins, luminosity: float, *, observed: bool) -> Counted:
    """Return what is counted in a region.

    Raises
    ------
    ArgumentError
        A bin without expected background, or in which the weights of a class sum to less than 0; observed events that are not
        there, or blinded.
    """
    places, m = bins.places(events), len(events.classes)
    inside = (places >= 0) & events.counted
    cells = events.y[inside] * bins.size + places[inside]

    def summed(weights: Floats) -> Floats:
        return np.bincount(cells, weights[inside], minlength=m * bins.size).reshape(m, bins.size).astype(np.float64)

    weights = events.yields(luminosity)
    sums, squares = summed(weights), summed(weights**2)
    texts = bins.texts("" if bins.column is None else events.unit(bins.column))
    counts = np.bincount(cells, minlength=m * bins.size).reshape(m, bins.size)
    check_bins(name, events, bins, sums, squares, counts)
    present = [k for k in range(m) if squares[k].any()]
    behind = [k for k in present if events.classes[k] not in events.signal]
    background, spread = sums[behind].sum(axis=0), squares[behind].sum(axis=0)
    lost = np.bincount(events.y[~inside & events.counted], weights[~inside & events.counted], minlength=m)
    channel = Channel(
        name=name,
        cuts=events.all_cuts,
        column=bins.column,
        bins=tuple(texts),
        edges=tuple(bins.edges.tolist()),
        expected={events.classes[k]: tuple(sums[k].tolist()) for k in present},
        errors={events.classes[k]: tuple(np.sqrt(squares[k]).tolist()) for k in present},
        effective=tuple((background**2 / spread).tolist()),
        data=tuple((_observed(name, events, bins) if observed else background).tolist()),
        outside={c: float(each) for c, each in zip(events.classes, lost, strict=True) if each},
    )
    varied = {
        v: dict(zip(events.classes, summed(events.yields(luminosity, v)), strict=True)) for v in events.variations
    }
    return Counted(channel, varied)


def _observed(name: str, events: Dataset, bins: Bins) -> Floats:
    seen = events.observed
    if events.blinded.any():
        msg = (
            f"observed events of {name!r} are blinded ({' or '.join(events.blind)}), so there are no counts to compare: "
            "leave observed=False for what is expected, or build the dataset without blind="
        )
        raise ArgumentError(msg)
    places = bins.places(seen)
    return np.bincount(places[places >= 0], minlength=bins.size).astype(np.float64)
