"""Columns with missing values: told where some are missing, refused where all are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from .. import progress
from ..errors import ArgumentError
from ..expressions import Object, parse_observable, render
from ..observables import Events

__all__ = ["refuse_empty", "tell_missing", "too_short"]


def tell_missing(label: str, values: npt.NDArray[np.float64], names: Sequence[str]) -> tuple[str, ...]:
    """Tell how many events of a class lack a value of each column; return the columns that all of them lack."""
    missing = dict(zip(names, (~np.isfinite(values)).sum(axis=0).tolist(), strict=True))
    for name, count in missing.items():
        if count == len(values):
            progress.notice(
                f"{name}: no event of {label} has a finite value (all {count} are NaN); a method cannot be trained on it"
            )
        elif count:
            progress.notice(f"{name}: {count} of {len(values)} events of {label} have no finite value (NaN)")
    return tuple(name for name, count in missing.items() if count == len(values))


def too_short(events: Events, name: str, passing: npt.NDArray[np.bool_]) -> dict[str, int]:
    """Return the collections of an observable that are too short in every event that passes, and their largest number.

    Examples
    --------
    >>> import awkward as ak
    >>> events = Events(ak.Array([{"Jet": [{"PT": 50.0}, {"PT": 20.0}]}, {"Jet": []}]))
    >>> too_short(events, "jet9.pt", np.array([True, True]))
    {'jet': 2}
    """
    found = {}
    for each in parse_observable(name).objects:
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
