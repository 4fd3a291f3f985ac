"""The particles of many events in flat arrays: what images and graphs are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError, UnknownNameError
from ..expressions import Object, Observable, parse_observable, render
from ..observables import Events, canonical_observable
from .base import Readable

__all__ = [
    "LARGEST",
    "Axis",
    "Cloud",
    "batches",
    "canonical_objects",
    "is_somewhere",
    "parent",
    "read_axis",
    "read_cloud",
    "with_particles",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Where a particle is.
PLACE = ("pt", "eta", "phi")
#: Numbers that are larger are none: no array of float32 holds their sums.
LARGEST = 1e30
#: Pseudorapidities from here on are along the beam; Delphes writes 999.9 there.
BEAM = 100.0


class Cloud(NamedTuple):
    """The m particles of n events, event by event."""

    counts: Ints
    """(n,) how many each event has."""
    missing: npt.NDArray[np.bool_]
    """(n,) where the object that they are the parts of is missing; an empty collection is not missing."""
    values: dict[str, Floats]
    """Observable -> (m,) float64; ``pt`` (GeV), ``eta`` and ``phi`` (rad, [-pi, pi)) are always there and finite, others may be
    NaN for a particle (tau21 where tau1 = 0)."""
    kind: Ints
    """(m,) index of the object that each comes from."""

    @property
    def event(self) -> Ints:
        """(m,) index of the event of each particle."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def take(self, which: Ints) -> Cloud:
        """Return the particles at the places `which`, which rise from event to event."""
        counts = np.bincount(self.event[which], minlength=len(self.counts))
        values = {name: each[which] for name, each in self.values.items()}
        return self._replace(counts=counts, values=values, kind=self.kind[which])


class Axis(NamedTuple):
    """The jet that particles are parts of; NaN where it is missing."""

    pt: Floats
    """(n,) GeV."""
    eta: Floats
    """(n,)."""
    phi: Floats
    """(n,) rad, in [-pi, pi)."""
    energy: Floats
    """(n,) GeV."""


def canonical_objects(objects: str | Iterable[str], where: str) -> tuple[Object, ...]:
    """Return the objects that an image or a graph is of, parsed.

    Parameters
    ----------
    objects : str or sequence of str
        ``"fatjet0.constituents"``, or several: ``["jet", "electron", "missinget0"]``.
    where : str
        What messages call it.

    Raises
    ------
    ArgumentError
        None, one twice, or one that stands for a single particle alone.
    ExpressionError
        A text that is no object.

    Examples
    --------
    >>> [render(each) for each in canonical_objects("FatJet0.Constituents", "Image")]
    ['fatjet0.constituents']
    """
    several = [objects] if isinstance(objects, str) else objects
    if not isinstance(several, list | tuple) or not several or not all(isinstance(each, str) for each in several):
        msg = (
            f"{where} is of particles: 'fatjet0.constituents', or several objects, ['jet', 'electron']; got {objects!r}"
        )
        raise ArgumentError(msg)
    parsed = tuple(_object(text, where) for text in several)
    for text, each in zip(several, parsed, strict=True):
        if parsed.count(each) > 1:
            msg = f"{where} has the object {render(each)!r} twice: {text!r} once is enough"
            raise ArgumentError(msg)
    if len(parsed) == 1 and parsed[0].is_single:
        text = render(parsed[0])
        what = f"{text}.constituents" if len(parsed[0].parts) == 1 else "fatjet0.constituents"
        msg = f"{text!r} is one particle, {where} is of many: {what!r} for what is in a jet, {parsed[0].parts[0].branch!r} for all"
        raise ArgumentError(msg)
    return parsed


def parent(objects: Sequence[Object]) -> Object | None:
    """Return the one jet that all particles are parts of: ``fatjet0`` of ``fatjet0.constituents``; else None."""
    first = objects[0]
    nested = len(objects) == 1 and len(first.parts) == 2 and isinstance(first.parts[0].index, int)
    return Object(first.parts[:1]) if nested else None


def read_axis(events: Events, jet: Object) -> Axis:
    """Return the kinematics of the jet that particles are parts of."""
    return Axis(*(np.asarray(events.read(Observable(name, (jet,)))) for name in Axis._fields))


def read_cloud(events: Events, objects: Sequence[Object], names: Iterable[str] = ()) -> Cloud:
    """Return the particles of `objects`, in the order of the events' lists, the objects after each other.

    Parameters
    ----------
    events : Events
        n events.
    objects : sequence of Object
        Collections, parts of jets, or single objects.
    names : iterable of str
        Observables of one object, canonical; pt, eta and phi come anyway.

    Returns
    -------
    Cloud
        Particles without a direction (along the beam) or without a finite momentum are left out. What one of several kinds of
        objects does not have, such as the charge of missing momentum, is 0.

    Raises
    ------
    UnknownNameError
        The events have no such branch, or no object has the observable.

    Examples
    --------
    >>> jets = [{"PT": 50.0, "Eta": 0.5, "Phi": 3.0}, {"PT": 20.0, "Eta": 0.0, "Phi": -3.0}]
    >>> events = Events(ak.Array([{"Jet": jets}, {"Jet": []}]))
    >>> cloud = read_cloud(events, canonical_objects("jet", "Image"))
    >>> cloud.counts.tolist(), cloud.values["eta"].tolist()
    ([2, 0], [0.5, 0.0])
    """
    wanted = list(dict.fromkeys([*PLACE, *names]))
    tables = [_table(events, each, wanted, alone=len(objects) == 1) for each in objects]
    for name in wanted:
        if all(name not in table for _, table in tables):
            events.read(Observable(name, (objects[0],)))  # raises with the near names
    cloud = _joined(tables, wanted)._replace(missing=_missing(events, objects))
    placed = is_somewhere(*(cloud.values[name] for name in PLACE))
    return cloud if placed.all() else cloud.take(np.flatnonzero(placed))


def is_somewhere(pt: Floats | float, eta: Floats, phi: Floats) -> npt.NDArray[np.bool_]:
    """Tell which particles have a finite momentum and a direction beside the beam.

    Examples
    --------
    >>> is_somewhere(np.array([50.0, np.inf, 50.0]), np.array([0.5, 0.5, 999.9]), np.zeros(3))
    array([ True, False, False])
    """
    return (np.abs(pt) < LARGEST) & (np.abs(eta) < BEAM) & np.isfinite(phi)


def batches(events: Events, size: int) -> Iterator[tuple[int, Events]]:
    """Give `events` in pieces of at most `size`, each with the number of its first event."""
    for start in range(0, len(events.record), size):
        yield start, Events(events.record[start : start + size], events.source)


def with_particles(events: Readable, what: str) -> Events:
    """Return `events`; refuse rows of a table, which `what` cannot be made of."""
    if not isinstance(events, Events):
        msg = f"{what} needs the particles of events, and {events.source or 'this'} is a table of observables: take its run or its file"
        raise ArgumentError(msg)
    return events


def _object(text: str, where: str) -> Object:
    parsed = parse_observable(f"{text}.pt")
    node = canonical_observable(parsed) if isinstance(parsed, Observable) else None
    if node is None or node.name != "pt" or len(node.objects) != 1:
        msg = f"{text!r} is not one kind of particle: {where} takes 'fatjet0.constituents', or a list of several"
        raise ArgumentError(msg)
    return node.objects[0]


def _table(events: Events, wanted: Object, names: Iterable[str], *, alone: bool) -> tuple[Ints, dict[str, Floats]]:
    """Return how many particles each event has, and their values; without what a kind of object does not have."""
    counts, pt = _flat(events.read(Observable("pt", (wanted,))))
    table = {"pt": pt}
    for name in (each for each in names if each != "pt"):
        try:
            table[name] = _flat(events.read(Observable(name, (wanted,))))[1]
        except UnknownNameError:
            if alone or name in PLACE:
                raise
    if wanted.parts[0].branch == "missinget":  # along the beam nothing is measured of it
        table["eta"] = np.zeros(len(pt))
    return counts, table


def _joined(tables: Sequence[tuple[Ints, dict[str, Floats]]], names: Iterable[str]) -> Cloud:
    """Return the particles of several objects event by event, in the order of the objects."""
    numbers = [counts for counts, _ in tables]
    totals = [int(counts.sum()) for counts in numbers]
    columns = {
        name: [table.get(name, np.zeros(m)) for m, (_, table) in zip(totals, tables, strict=True)] for name in names
    }
    values = {name: np.concatenate(each) for name, each in columns.items()}
    kind = np.repeat(np.arange(len(tables)), totals)
    if len(tables) > 1:
        event = np.concatenate([np.repeat(np.arange(len(counts)), counts) for counts in numbers])
        order = np.argsort(event, kind="stable")
        values, kind = {name: each[order] for name, each in values.items()}, kind[order]
    counts = np.sum(numbers, axis=0)
    return Cloud(counts, np.zeros(len(counts), bool), values, kind)


def _flat(values: Any) -> tuple[Ints, Floats]:
    """Return the length of each event's list, and all numbers; a single object is a list of one, NaN where it is missing."""
    if isinstance(values, np.ndarray):
        return np.ones(len(values), np.int64), values
    while values.ndim > 2:
        values = ak.flatten(values, axis=2)
    counts = np.asarray(ak.to_numpy(ak.num(values, axis=1)), dtype=np.int64)
    flat = ak.to_numpy(ak.fill_none(ak.flatten(values, axis=1), np.nan))
    return counts, np.asarray(flat, dtype=np.float64)


def _missing(events: Events, objects: Sequence[Object]) -> npt.NDArray[np.bool_]:
    absent = events.particles(objects[0]).absent if parent(objects) is not None else None
    return np.zeros(len(events.record), bool) if absent is None else np.asarray(absent, bool)
