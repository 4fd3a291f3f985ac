"""Events in which each jet is the only one: what a row of a network of jets can see."""

from __future__ import annotations

import awkward as ak
import numpy as np

from ..datasets.pieces import EventRecord
from ..errors import ArgumentError
from ..expressions import Object, Observable, Part, mentioned, render
from ..representations.clouds import canonical_objects

__all__ = ["events_of_rows"]


def events_of_rows(
    events: EventRecord, per: str, objects: tuple[Object, ...], where: str
) -> tuple[EventRecord, tuple[Object, ...]]:
    """Return an event for each object of `per`, with it as the only one of its collection, and what `objects` are in these.

    Parameters
    ----------
    events : EventRecord
        n events.
    per : str
        The collection, ``jet[pt > 30]``.
    objects : tuple of Object
        Parts of the object of a row (``jet.constituents``), or other collections, which are then those of its event.
    where : str
        What messages call them.

    Raises
    ------
    ArgumentError
        They are of the collection itself, of which a row has one.

    Examples
    --------
    >>> jets = [{"PT": 50.0, "Constituents": [{"PT": 30.0}, {"PT": 20.0}]}, {"PT": 40.0, "Constituents": [{"PT": 40.0}]}]
    >>> found, parts = events_of_rows(EventRecord(ak.Array([{"Jet": jets}])), "jet", canonical_objects("jet.constituents", ""), "")
    >>> render(parts[0]), found.read(Observable("pt", parts)).tolist()
    ('jet0.constituents', [[30.0, 20.0], [40.0]])
    """
    row = canonical_objects(per, where)[0]
    inside = tuple(_inside(each, row, where) for each in objects)
    jets = events.particles(row).records
    which = np.repeat(np.arange(len(events)), np.asarray(ak.num(jets, axis=1)))
    name = next(each for each in events.record.fields if each.lower() == row.parts[0].branch)
    single = ak.unflatten(ak.flatten(jets, axis=1), np.ones(len(which), np.int64))
    return EventRecord(ak.with_field(events.record[which], single, name), events.source), inside


def _inside(each: Object, row: Object, where: str) -> Object:
    """Return an object as it is called in the event of a row."""
    first, branch = each.parts[0], row.parts[0].branch
    own = first.branch == branch and first in (Part(branch), row.parts[0]) and len(each.parts) > 1
    found = Object((Part(branch, None, 0), *each.parts[1:])) if own else each
    others = mentioned(Observable("pt", (Object(each.parts[1:] if own else each.parts),)))
    if any(part.branch == branch for one in others for other in one.objects for part in other.parts[:1]):
        msg = f"{where} is of {render(each)!r}, and a row has one {branch}: take what is in it, as in {branch}.constituents"
        raise ArgumentError(msg)
    return found
