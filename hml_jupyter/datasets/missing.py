"""Columns with missing values: told where some are missing, refused where all are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .. import progress
from ..errors import ArgumentError
from ..expressions import Object, parse_observable, render, used
from ..observables import Events

if TYPE_CHECKING:
    from .pieces import Record

__all__ = ["Missing", "refuse_empty", "too_short"]


class Missing:
    """What is missing in the columns of a class, counted part by part.

    Parameters
    ----------
    label : str
        Of the class, for messages.
    names : sequence of str
        Its columns.
    row : str
        What a row stands for.
    """

    def __init__(self, label: str, names: Sequence[str], row: str = "events") -> None:
        self._label, self._row = label, row
        self._missing = dict.fromkeys(names, 0)
        self._rows = 0
        self._short: dict[str, list[dict[str, int]]] = {name: [] for name in names}
        self._parts = 0

    def add(self, columns: Mapping[str, npt.NDArray[np.float64]], short: Mapping[str, dict[str, int]]) -> None:
        """Count the rows of a part; `short` is what `too_short` says of its columns without any value."""
        rows = len(next(iter(columns.values()), ()))
        if not rows:
            return
        self._rows += rows
        self._parts += 1
        for name, values in columns.items():
            self._missing[name] += int((~np.isfinite(values)).sum())
        for name, collections in short.items():
            self._short[name].append(collections)

    def tell(self) -> dict[str, dict[str, int]]:
        """Tell how many rows lack a value of each column; return the columns that all lack, with what `too_short` says."""
        empty = {}
        for name, count in self._missing.items():
            if count == self._rows:
                progress.notice(
                    f"{name}: no {self._row.removesuffix('s')} of {self._label} has a finite value (all {count} are NaN); a method cannot be trained on it"
                )
                empty[name] = _joined(self._short[name], self._parts)
            elif count:
                progress.notice(
                    f"{name}: {count} of {self._rows} {self._row} of {self._label} have no finite value (NaN)"
                )
        return empty


def _joined(found: Sequence[dict[str, int]], parts: int) -> dict[str, int]:
    """Return the collections that are too short in every part, and their largest number."""
    names = [name for name in (found[0] if found else ()) if all(name in each for each in found)]
    return {name: max(each[name] for each in found) for name in names} if len(found) == parts else {}


def too_short(events: Record, name: str, passing: npt.NDArray[np.bool_]) -> dict[str, int]:
    """Return the collections of an observable that are too short in every event that passes, and their largest number.

    Examples
    --------
    >>> import awkward as ak
    >>> from hml_jupyter.datasets.pieces import EventRecord
    >>> events = EventRecord(ak.Array([{"Jet": [{"PT": 50.0}, {"PT": 20.0}]}, {"Jet": []}]))
    >>> too_short(events, "jet9.pt", np.array([True, True]))
    {'jet': 2}
    """
    found: dict[str, int] = {}
    if not isinstance(events, Events):  # rows of a table have no collections
        return found
    for each in (o for observable in used(parse_observable(name)) for o in observable.objects):
        (part, *inner) = each.parts
        if isinstance(part.index, int) and not inner:
            collection = render(Object((replace(part, index=None),)))
            largest = int(events.read(parse_observable(f"{collection}.size"))[passing].max())
            if largest <= part.index:
                found[collection] = largest
    return found


def refuse_empty(empty: Sequence[dict[str, dict[str, int]]]) -> None:
    """Refuse a column that has a value in no event of any class.

    Parameters
    ----------
    empty : sequence of dict
        For each class, its columns without a value, and what `too_short` says of each.

    Raises
    ------
    ArgumentError
        There is one.
    """
    for name in empty[0]:
        if all(name in each for each in empty):
            short = [c for c in empty[0][name] if all(c in each[name] for each in empty)]
            why = "".join(f"; no event has more than {max(each[name][c] for each in empty)} {c}" for c in short)
            msg = f"{name!r} has a finite value in no event of any class{why}: take another observable, or leave it out"
            raise ArgumentError(msg)
