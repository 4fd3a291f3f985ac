"""What an observable is computed from: one object of every event, or a collection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import UnknownNameError
from ..masses import mass_of
from .touching import touch

__all__ = ["Array", "Particles", "nth"]

Array: TypeAlias = Any
"""NumPy (n,) with NaN for a missing object, or a jagged awkward array, one value for each element."""


@dataclass(frozen=True)
class Particles:
    """One object of every event, or all elements of a collection.

    Examples
    --------
    >>> jets = Particles(ak.Array([[{"PT": 50.0}, {"PT": 20.0}], []]), "jet", "jet", False)
    >>> jets["PT"].tolist(), jets.count
    ([[50.0, 20.0], []], array([2., 0.]))
    """

    records: ak.Array
    """(n,) records, None where missing; or (n, var), or (n, var, var) for parts of a collection."""
    text: str
    """The object as it is written, ``jet0``."""
    branch: str
    """The last collection in `text`, ``jet``."""
    is_single: bool
    """At most one in an event."""
    absent: npt.NDArray[np.bool_] | None = None
    """(n,) where the object that these are parts of is missing; None for objects of the event."""
    source: str = ""
    """Where the events come from, for messages."""
    path: str = ""
    """The branch as it is stored, ``FatJet.Constituents``."""
    _read: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, names: str | tuple[str, ...]) -> Array:
        """Return the first field that is there, as float64; it cannot be written to."""
        names = (names,) if isinstance(names, str) else names
        if names == ("Mass",) and "Mass" not in self.records.fields:
            mass = mass_of(self.branch)
            if mass is not None:
                return self["PT", "MET", "ET"] * 0.0 + mass
        name = self._field(*names)
        if name not in self._read:
            self._read[name] = self.floats(self.records[name])
        return self._read[name]

    def has(self, name: str) -> bool:
        """Whether there is such a field."""
        return name in self.records.fields

    def raw(self, *names: str) -> ak.Array:
        """Return the first field that is there, as it is stored."""
        return self.records[self._field(*names)]

    def _field(self, *names: str) -> str:
        for name in names:
            if self.has(name):
                touch(f"{self.path}.{name}")
                return name
        raise UnknownNameError(
            f"field of {self.branch!r}", names[0], self.records.fields, hint=f"It is missing {self.where}"
        )

    @property
    def where(self) -> str:
        """Where they are from, for messages."""
        return f"in {self.source}" if self.source else "in these events"

    def floats(self, values: ak.Array) -> Array:
        """Return `values` as float64; missing ones are NaN, and a single object's are a NumPy array."""
        if not self.is_single:
            return ak.values_astype(values, np.float64)
        array = _picked(values.layout)
        if array is None:
            array = np.asarray(ak.to_numpy(ak.fill_none(ak.values_astype(values, np.float64), np.nan)))
        array.flags.writeable = False  # read once, used by several observables
        return array

    @property
    def count(self) -> Array:
        """How many there are, of each parent."""
        return self.together(lambda records: ak.num(records, axis=1), self.records)

    def together(self, function: Callable[..., Any], *values: ak.Array) -> Array:
        """Return one number for each list of elements.

        Parameters
        ----------
        function : callable
            Gives (m,) from arrays (m, var), one for each of `values`.
        *values : ak.Array
            Of the elements: (n, var), or (n, var, var) for parts of a collection.

        Returns
        -------
        numpy.ndarray or ak.Array
            (n,), NaN where the object that these are parts of is missing; (n, var) for parts of a collection.
        """
        if self.records.ndim > 2:
            flat = [ak.flatten(each, axis=1) for each in values]
            return ak.unflatten(np.asarray(function(*flat), dtype=np.float64), ak.num(self.records, axis=1))
        found = np.asarray(function(*values), dtype=np.float64)
        return found if self.absent is None else np.where(self.absent, np.nan, found)


def nth(lists: ak.Array, index: int) -> ak.Array:
    """Return element `index` of each list, None where it is too short.

    Examples
    --------
    >>> nth(ak.Array([[1.0, 2.0], [], [3.0]]), 0).tolist()
    [1.0, None, 3.0]
    """
    layout = lists.layout
    if not isinstance(layout, ak.contents.ListOffsetArray):
        return ak.firsts(lists[:, index : index + 1])
    # what ak.firsts makes of a slice, in a tenth of the time
    offsets = np.asarray(layout.offsets.data)
    places = offsets[:-1] + index
    np.putmask(places, places >= offsets[1:], -1)
    return ak.Array(ak.contents.IndexedOptionArray.simplified(ak.index.Index64(places), layout.content))


def _picked(layout: ak.contents.Content) -> npt.NDArray[np.float64] | None:
    """Return numbers that are picked from a flat array, NaN for those that are missing; None for any other layout."""
    if not isinstance(layout, ak.contents.IndexedOptionArray) or not isinstance(layout.content, ak.contents.NumpyArray):
        return None
    content, places = np.asarray(layout.content.data), np.asarray(layout.index.data)
    if content.ndim != 1 or not content.size:
        return None
    found = content.take(places, mode="clip").astype(np.float64, copy=False)
    if places.size and places.min() < 0:
        np.putmask(found, places < 0, np.nan)
    return found
