"""What the functions of a user's own observables return, checked: one number for each event or element."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import awkward as ak
import numpy as np

from ..errors import ArgumentError
from .entries import Entry
from .particles import Array, Particles

__all__ = ["checked"]


def checked(entry: Entry, values: Any, particles: Sequence[Particles], events: int) -> Array:
    """Return the values of an observable; refuse those of a user's own that are not one number for each event or element.

    Parameters
    ----------
    entry : Entry
        The observable.
    values : object
        What its function has returned.
    particles : sequence of Particles
        What it was given; nothing for one of the whole event.
    events : int
        Number of events.

    Raises
    ------
    ArgumentError
        Something else; the message names the observable and its function.
    """
    if entry.origin is None:
        return values
    told = f"{entry.name} ({entry.origin['function']}) gave"
    if not isinstance(values, ak.Array | np.ndarray) or len(values) != events:
        what = f"{len(values)} values" if hasattr(values, "__len__") else f"a {type(values).__name__}"
        msg = f"{told} {what} for {events} events: it returns an array of one each"
        raise ArgumentError(msg)
    flat = values if isinstance(values, np.ndarray) else ak.to_numpy(ak.flatten(values, axis=None))
    if flat.dtype.kind not in "fiub":
        msg = f"{told} what is no number: it returns numbers, or True and False"
        raise ArgumentError(msg)
    deep, whose = _wanted(entry, particles)
    if values.ndim != deep or (deep > 1 and len(particles) == 1 and not _as_many(values, particles[0])):
        msg = f"{told} other values than one for each {whose}: take one of several, or their sum, maximum or count"
        raise ArgumentError(msg)
    values = ak.fill_none(ak.values_astype(values, np.float64), np.nan)
    return values if deep > 1 else np.asarray(ak.to_numpy(values))


def _wanted(entry: Entry, particles: Sequence[Particles]) -> tuple[int, str]:
    """Return how deep values are, and what each of them is of."""
    deepest = max((each.records.ndim for each in particles), default=1)
    if "collection" in entry.kinds:
        deepest = max(deepest - 1, 1)
    what = {"collection": "collection", "event": "event"}.get(entry.objects, "element")
    return deepest, "event" if deepest == 1 else what


def _as_many(values: Array, particles: Particles) -> bool:
    """Tell whether there are as many values as elements, of which they are, or as lists of them."""
    numbers = [ak.num(each, axis=values.ndim - 1) for each in (ak.Array(values), particles.records)]
    return bool(ak.array_equal(*numbers))
