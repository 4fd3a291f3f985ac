"""The events of a board, class by class, with what is asked of them again and again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..datasets import Dataset
from ..datasets.observed import Observed
from ..sharing import in_pieces
from .axes import Axis, axis

__all__ = ["BLOCK", "Kind", "Sample", "Samples", "Table", "samples_of", "slices_of"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Kind = Literal["signal", "background", "data", "compared"]

#: Events that are worked on at once: their numbers stay in the processor's cache.
BLOCK = 2**19
#: Cuts whose masks are kept.
KEPT = 24


@dataclass(frozen=True)
class Sample:
    """Events of one class, or of one observed sample: rows of a table."""

    name: str
    kind: Kind
    start: int
    stop: int
    weights: float | Floats
    """pb, of each event or of all alike; 1 for observed events."""


class Table:
    """Simulated or observed events, ordered by class.

    Slices, masks and the order are computed once.
    """

    def __init__(self, events: Dataset | Observed, names: Sequence[str], kinds: Sequence[Kind], weights: Any) -> None:
        self._events = events
        y = events.y
        self._order = None if bool((y[1:] >= y[:-1]).all()) else np.argsort(y, kind="stable")
        bounds = np.searchsorted(self._sorted(y), np.arange(len(names) + 1))
        w = None if weights is None else self._sorted(weights)
        self.n_events = len(y)
        self.samples = tuple(
            Sample(name, kind, int(a), int(b), 1.0 if w is None else _alike(w[a:b]))
            for name, kind, a, b in zip(names, kinds, bounds[:-1], bounds[1:], strict=True)
        )
        self._slices: dict[tuple[str, bytes], Codes] = {}
        self._masks: OrderedDict[str, Mask] = OrderedDict()

    def column(self, name: str) -> Floats:
        """Return the values of a column, (n,)."""
        return np.asarray(self._sorted(self._events.column(name)), dtype=np.float64)

    def slices(self, name: str, places: Floats, extra: Sequence[float] = ()) -> Codes:
        """Return the slice of each event between the places and the `extra` thresholds, (n,); see `slices_of`."""
        key = (name, places.tobytes())
        if key not in self._slices:
            self._slices = {other: held for other, held in self._slices.items() if other[0] != name}
            self._slices[key] = slices_of(self.column(name), places)
        found = self._slices[key]
        inserted = [value for value in extra if value not in places]
        if not inserted:
            return found
        # a threshold off the places moves all slices above it, and that of NaN, by one
        values, missing = self.column(name), found == len(places) + 1
        moved = found.astype(_kind(len(places) + len(inserted)))
        for value in inserted:
            moved += (values >= value) | missing
        return moved

    def marked(self, slices: Codes | None, cuts: Sequence[str], n: int) -> Codes:
        """Return the slices (all 0 for None), and n for events that do not pass all cuts, (n_events,)."""
        passing = self.passing(cuts)
        if slices is None:
            return np.zeros(self.n_events, np.uint8) if passing is None else (~passing).view(np.uint8)
        return slices if passing is None else np.where(passing, slices, _kind(n).type(n))

    def passing(self, cuts: Sequence[str]) -> Mask | None:
        """Return which events pass all cuts, (n,); None where there is no cut."""
        if not cuts:
            return None
        masks = [self._mask(cut) for cut in cuts]
        return masks[0] if len(masks) == 1 else np.logical_and.reduce(masks)

    def _mask(self, cut: str) -> Mask:
        if cut not in self._masks:
            self._masks[cut] = self._sorted(np.asarray(Cut(cut)(self._events), bool))
            if len(self._masks) > KEPT:
                self._masks.popitem(last=False)
        self._masks.move_to_end(cut)
        return self._masks[cut]

    def _sorted(self, array: Any) -> Any:
        return array if self._order is None else array[self._order]


class Samples:
    """All events of a dataset, simulated and observed.

    Where data are blinded, simulation without what is blinded is a third table, of the kind ``compared``: only it can be
    compared with data.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._axes: dict[Any, Axis] = {}
        kinds: list[Kind] = ["signal" if name in dataset.signal else "background" for name in dataset.classes]
        counted = Dataset.passing(dataset, (), dataset.counted) if dataset.test_only else dataset
        self.tables = [Table(counted, dataset.classes, kinds, counted.expected)]
        if dataset.observed_names:
            names = dataset.observed_names
            self.tables.append(Table(dataset.observed, names, ["data"] * len(names), None))
        if dataset.blind:
            seen = Dataset.passing(counted, (), ~counted.blinded)
            self.tables.append(Table(seen, dataset.classes, ["compared"] * len(kinds), seen.expected))

    def axis(self, name: str, bins: int | None = None, span: tuple[float, float] | None = None) -> Axis:
        """Return the bins and places of a column; see `hml_jupyter.boards.axes.axis`."""
        key = (name, bins, span)
        if key not in self._axes:
            self._axes[key] = axis(self._dataset.column(name), bins=bins, span=span)
        return self._axes[key]

    @property
    def all(self) -> list[tuple[Table, Sample]]:
        """Every class, the observed samples, then the classes without what is blinded, with the table it is in."""
        return [(table, sample) for table in self.tables for sample in table.samples]

    @property
    def shown(self) -> list[Sample]:
        """Every class, then the observed samples."""
        return [sample for _, sample in self.all if sample.kind != "compared"]

    @property
    def compared(self) -> list[int]:
        """For each that is shown, which one of all is compared with data."""
        m, rows = len(self.shown), list(range(len(self.all)))
        return [*rows[m:], *rows[len(rows) - m : m]]


#: Of each dataset that is on a board, by its id; they hold the dataset, and live as long as one of its boards.
_HELD: WeakValueDictionary[int, Samples] = WeakValueDictionary()


def samples_of(dataset: Dataset) -> Samples:
    """Return the events of a dataset, the same ones for every board."""
    found = _HELD.get(id(dataset))
    if found is None:
        found = _HELD[id(dataset)] = Samples(dataset)
    return found


def slices_of(values: Floats, places: Floats) -> Codes:
    """Return where each value is among g + 1 places, (n,): 0 below, k from place k - 1 on, g + 2 for NaN.

    Examples
    --------
    >>> slices_of(np.array([-1.0, 0.0, 5.0, 10.0, np.nan]), np.array([0.0, 10.0]))
    array([0, 1, 1, 2, 3], dtype=uint8)
    """
    n = len(places)
    codes: Codes = np.empty(len(values), _kind(n))

    def some(rows: slice) -> None:
        block = values[rows]
        found = np.searchsorted(places, block, side="right")
        found[np.isnan(block)] = n + 1
        codes[rows] = found

    in_pieces(some, len(values), BLOCK)
    return codes


def _kind(places: int) -> np.dtype[Any]:
    """Return the smallest type for the slices between so many places, and one more."""
    return np.dtype(np.uint8 if places + 2 < 256 else np.uint16)


def _alike(weights: Floats) -> float | Floats:
    return float(weights[0]) if len(weights) and bool((weights == weights[0]).all()) else weights
