"""The bins of a region: edges, and what is counted between them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..binning import binning
from ..checks import whole
from ..datasets import Dataset
from ..errors import ArgumentError, UnknownNameError
from ..histograms import checked_edges
from .equal_signal import Ordered

__all__ = ["Bins", "bins_of", "bins_of_regions"]

Floats = npt.NDArray[np.float64]

#: Bins of a column if nothing is said, and at most.
USUAL, MOST = 10, 1000


class Bins(NamedTuple):
    """The bins of a column; without a column there is one, which holds every event."""

    column: str | None
    edges: Floats
    """(v + 1,) rising; a bin holds its lower edge. Empty without a column."""
    equal_signal: bool = False
    """Whether the edges were found for equal signal."""

    @property
    def size(self) -> int:
        """Number of bins v."""
        return max(1, len(self.edges) - 1)

    def places(self, events: Any) -> npt.NDArray[np.int64]:
        """Return the bin of each event, (n,); -1 for one that is outside or has no value."""
        if self.column is None:
            return np.zeros(events.n_events, np.int64)
        found = np.searchsorted(self.edges, events.column(self.column), side="right") - 1
        return np.where(found < self.size, found, -1)

    def texts(self, unit: str) -> list[str]:
        """Return each bin as people read it.

        Examples
        --------
        >>> Bins("met", np.array([0.0, 100.0, 250.0])).texts("GeV")
        ['0 to 100 GeV', '100 to 250 GeV']
        """
        ends = [f"{edge:.4g}" for edge in self.edges.tolist()]
        return [f"{low} to {high} {unit}".rstrip() for low, high in pairwise(ends)] or ["all"]


def bins_of_regions(regions: Mapping[str, Dataset], columns: Any, bins: Any, *, equal_signal: bool) -> dict[str, Bins]:
    """Return the bins of each region; `columns` and `bins` are for all, or of a mapping of regions what is said for each.

    Raises
    ------
    ArgumentError, UnknownNameError
        Bins that cannot be; a region, or a column, that there is not.
    """
    if equal_signal and columns is None:
        msg = "equal_signal=True finds the bins of a column: name it, as in column='mlp.score'; without one a region is one bin"
        raise ArgumentError(msg)
    found = {}
    for name, events in regions.items():
        column, edges = _option(columns, name, regions, "column"), _option(bins, name, regions, "bins")
        if column is None and isinstance(columns, Mapping) and not isinstance(bins, Mapping):
            edges = None  # it is for the regions that have a column
        try:
            found[name] = bins_of(events, column, edges, equal_signal=equal_signal)
        except ArgumentError as error:
            msg = f"{name!r}: {error}"
            raise ArgumentError(msg) from error
    return found


def bins_of(events: Dataset, column: Any, bins: Any, *, equal_signal: bool) -> Bins:
    """Return the bins of a region.

    Raises
    ------
    ArgumentError
        Bins without a column, or that cannot be.
    UnknownNameError
        There is no such column.
    """
    if column is None:
        if bins is not None:
            msg = f"bins={bins!r} are of a column: name it, as in column='mlp.score'; without one a region is one bin"
            raise ArgumentError(msg)
        return Bins(None, np.empty(0))
    name = events.column_name(column)
    if bins is not None and not isinstance(bins, int | np.integer):
        if equal_signal:
            msg = f"equal_signal=True finds the edges of a number of bins, bins=5; got bins={bins!r}"
            raise ArgumentError(msg)
        if not isinstance(bins, Sequence | np.ndarray) or not all(isinstance(each, int | float) for each in bins):
            msg = f"bins={bins!r} must be a number of bins or a list of edges, [0.0, 0.5, 1.0]"
            raise ArgumentError(msg)
        return Bins(name, checked_edges(bins))
    number = whole("bins", USUAL if bins is None else bins, 1, MOST)
    if not equal_signal:
        seen = [events.observed.column(name)] if events.observed_names else []
        return Bins(name, binning(np.concatenate([events.column(name), *seen]), bins=number))
    ordered = Ordered(events, name)
    found = ordered.edges(number)
    if found is None:
        msg = f"the signal has too few different values of {name} for {number} bins of equal signal: {ordered.fewer(number)}"
        raise ArgumentError(msg)
    return Bins(name, found, equal_signal=True)


def _option(option: Any, region: str, regions: Collection[str], name: str) -> Any:
    """Return what an option is for a region: the same for all, or of a mapping of regions what is said for it."""
    if not isinstance(option, Mapping):
        return option
    for key in option:
        if key not in regions:
            raise UnknownNameError(f"region in {name}=", key, regions)
    return option.get(region)
