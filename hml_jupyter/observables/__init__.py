"""Observables: their table, and their values on events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import progress
from ..errors import ArgumentError
from ..expressions import Observable, Sum, parse_observable
from .catalogue import (
    CATALOGUE,
    Catalogue,
    canonical_cut,
    canonical_name,
    canonical_observable,
    is_output,
    observables,
    range_of,
    unit_of,
)
from .columns import is_column
from .entries import Entry
from .fields import fields_of
from .levels import level_of, level_of_column
from .particles import Particles
from .registration import check_registered, own_observables, register_observable
from .resolution import Events, branches

if TYPE_CHECKING:
    import awkward as ak

__all__ = [
    "CATALOGUE",
    "Catalogue",
    "Entry",
    "Events",
    "Particles",
    "branches",
    "canonical_cut",
    "canonical_name",
    "canonical_observable",
    "check_registered",
    "fields_of",
    "is_column",
    "is_output",
    "level_of",
    "level_of_column",
    "observable",
    "observables",
    "own_observables",
    "range_of",
    "register_observable",
    "unit_of",
]


def observable(events: ak.Array, name: str) -> Any:
    """Return the values of an observable.

    Parameters
    ----------
    events : ak.Array
        n events with Delphes' names, as :func:`read_events` gives them.
    name : str
        Objects and observable, ``"jet0,jet1.delta_r"``, or arithmetic of them, ``"jet0.pt / jet1.pt"``; :func:`observables`
        lists the names. ``"column.label"`` is the field of ``Event`` of that name, where ntuples have their other columns.

    Returns
    -------
    numpy.ndarray or ak.Array
        float64 (n,) for one value each event, NaN where an object is missing (a notice tells how many); a jagged array
        for the elements of a collection. GeV, radians.

    Raises
    ------
    UnknownNameError
        There is no such observable, or the events have no such branch.
    ExpressionError
        The name does not follow the grammar.
    ArgumentError
        Something that is no events, an observable of other objects: ``jet0.delta_r``, or a sum of different units.

    Examples
    --------
    >>> import awkward as ak
    >>> events = ak.Array([{"Jet": [{"PT": 50.0, "Eta": 0.0, "Phi": 3.0}, {"PT": 20.0, "Eta": 0.0, "Phi": -3.0}]}])
    >>> observable(events, "jet0,jet1.delta_r").round(4)
    array([0.2832])
    >>> observable(events, "jet0.pt / jet1.pt")
    array([2.5])
    """
    import awkward as ak

    if not isinstance(events, ak.Array):
        how = "a column of a dataset is dataset.column(name)" if hasattr(events, "column") else "a run has .events()"
        msg = f"events are wanted, as hml.read_events gives them, not a {type(events).__name__}; {how}"
        raise ArgumentError(msg)
    node = parse_observable(canonical_name(name))
    values = Events(events).read(node)
    if not isinstance(values, np.ndarray):
        return values
    missing = int(np.isnan(values).sum())
    if missing:
        progress.notice(f"{name}: {missing} of {len(values)} events have no value (NaN): {_why(node)}")
    return values if values.flags.writeable else values.copy()


def _why(node: Sum) -> str:
    """Return why values are missing."""
    if not isinstance(node, Observable):
        return "an object is missing, or the result is undefined"
    return "they have none in the table" if is_column(node) else "an object is missing"
