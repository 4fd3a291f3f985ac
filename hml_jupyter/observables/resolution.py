"""Observables on events: branches, filters, indices, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

import awkward as ak
import numpy as np

from ..errors import ArgumentError, UnknownNameError
from ..events import MODEL
from ..expressions import Node, Object, Observable, Part, Sum, Value, number, render, truth_of_elements, used
from .catalogue import find_of, objects_of, unknown
from .columns import COLUMN
from .entries import Entry
from .labels import OUTPUT
from .particles import Array, Particles, nth
from .touching import touch
from .values import checked

__all__ = ["Events", "branches"]


class Events:
    """Looks observables up in an event record; each object is taken apart once.

    Parameters
    ----------
    record : ak.Array
        One record each event, with Delphes' names; see :mod:`hml_jupyter.events`.
    source : str
        Where the events come from, for messages.
    """

    def __init__(self, record: ak.Array, source: str = "") -> None:
        self.record = record
        self.source = source or str(record.attrs.get("source", ""))
        self._objects: dict[Object, Particles] = {}

    def __call__(self, observable: Observable) -> Value:
        """Return the values for a cut: one each event, or one each element."""
        array, over, absent = self._read(observable)
        if over is None:
            return Value(array)
        while array.ndim > 2:
            array = ak.flatten(array, axis=2)
        return Value(_with_nan(array, absent) if absent is not None else array, over)

    def read(self, node: Sum) -> Array:
        """Return the values: NumPy (n,) with NaN, or a jagged array."""
        if isinstance(node, Observable):
            return self._read(node)[0]
        with np.errstate(all="ignore"):
            return number(node, lambda observable: Value(*self._read(observable)[:2])).array

    def _read(self, observable: Observable) -> tuple[Array, str | None, Array | None]:
        """Return the values, the collection that they are over, and where the object of their parts is missing."""
        _, entry, numbers = find_of(observable)
        objects = objects_of(observable)
        if entry.objects == "event" and not objects:
            return checked(entry, entry.compute(ak.Array(self.record)), [], len(self.record)), None, None
        if entry is OUTPUT:
            raise unknown(observable)
        if entry.objects == "method":
            return entry.compute(Particles(self.record, render(objects[0]), "", True)), None, None
        if entry is COLUMN:
            return self._column(entry, observable.name), None, None
        particles = [self.particles(each) for each in objects]
        if len(particles) == 2:
            particles = _crossed(*particles)
        array = _computed(entry, particles, numbers, len(self.record), observable.name)
        if "collection" in entry.kinds and observable.objects:
            single = isinstance(array, np.ndarray)
            return array, None if single else render(Object(objects[0].parts[:1])), None
        many = [each for each in particles if not each.is_single]
        over = ",".join(each.text for each in many) if many else None
        absent = next((each.absent for each in many if each.absent is not None), None)
        return array, over, absent

    def _column(self, entry: Entry, name: str) -> Array:
        """Return a field of Event, where the columns of a table are that belong to no object."""
        if "Event" not in self.record.fields:
            where = self.source or "these events"
            raise UnknownNameError("column", name, (), hint=f"There is no branch Event in {where}, where columns are")
        return entry.compute(self.particles(Object((Part("event", None, 0),))), name)

    def particles(self, wanted: Object) -> Particles:
        """Return one object of every event, or a collection."""
        if wanted not in self._objects:
            self._objects[wanted] = self._take(wanted)
        return self._objects[wanted]

    def _take(self, wanted: Object) -> Particles:
        first = wanted.parts[0]
        name = self._field(self.record, first.branch, "branch")
        records = _present(self.record[name], name)
        touch(name)
        taken = self._part(records, first, name, None)
        return taken if len(wanted.parts) == 1 else self._sub(taken, wanted.parts[1])

    def _sub(self, parent: Particles, part: Part) -> Particles:
        name = self._field(parent.records, part.branch, f"part of {parent.branch!r}")
        inner, path = parent.records[name], f"{parent.path}.{name}"
        touch(path)
        if parent.is_single:
            absent = np.asarray(ak.is_none(inner))
            return self._part(ak.fill_none(inner, [], axis=0), part, path, parent.text, absent)
        flat = self._part(ak.flatten(inner, axis=1), part, path, parent.text, None, repeat=ak.num(inner, axis=1))
        nested = ak.unflatten(flat.records, ak.num(inner, axis=1))
        return Particles(nested, flat.text, flat.branch, False, None, self.source, path)

    def _part(
        self, records: ak.Array, part: Part, path: str, parent: str | None, absent: Array = None, repeat: Array = None
    ) -> Particles:
        text = ".".join(filter(None, [parent, render(Object((part,)))]))
        if not records.fields and not len(ak.flatten(records, axis=1)):
            # empty everywhere, so that nothing tells what it is a list of
            records = ak.unflatten(_no_object(), np.zeros(len(records), np.int64))
        if part.filter is not None:
            records = records[self._passing(records, part, path, repeat)]
        if isinstance(part.index, int):
            return Particles(nth(records, part.index), text, part.branch, repeat is None, absent, self.source, path)
        if part.index is not None:
            records = records[:, slice(*part.index)]
        return Particles(records, text, part.branch, False, absent, self.source, path)

    def _passing(self, records: ak.Array, part: Part, path: str, repeat: Array) -> Array:
        elements = Particles(records, part.branch, part.branch, False, None, self.source, path)

        def lookup(observable: Observable) -> Value:
            _, entry, numbers = find_of(observable)
            if not observable.objects and "one" in entry.kinds:
                return Value(_computed(entry, [elements], numbers, len(records)), "an element")
            value = self(observable)
            if value.over is not None:
                msg = f"the filter of {part.branch!r} compares with the collection {value.over!r}; take one of it"
                raise ArgumentError(msg)
            return value if repeat is None else Value(np.repeat(value.array, np.asarray(repeat)))

        assert part.filter is not None
        passing = truth_of_elements(part.filter, lookup).array
        return ak.broadcast_arrays(passing, elements.records, depth_limit=2)[0]

    def _field(self, records: ak.Array, name: str, kind: str) -> str:
        by_lower: dict[str, str] = {each.lower(): each for each in records.fields}
        if name not in by_lower:
            where = f"in {self.source}" if self.source else "in these events"
            hint = kind == "branch" and _without_parts(name)
            raise UnknownNameError(kind, name, by_lower, hint=hint or f"It is missing {where}")
        return by_lower[name]


def branches(nodes: Iterable[Node]) -> dict[str, bool]:
    """Return the branches that `nodes` need, lower case, and whether parts of their elements are needed.

    ``*`` stands for all of them: an observable of the user's own may look at the whole event.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_observable
    >>> branches([parse_observable("jet[pt > met]0.eta"), parse_observable("fatjet0.constituents.pt")])
    {'jet': False, 'fatjet': True, 'missinget': False}
    """
    found: dict[str, bool] = {}
    waiting: list[tuple[Observable, str | None]] = [(each, None) for node in nodes for each in used(node)]
    while waiting:
        now, element_of = waiting.pop(0)
        entry, objects = find_of(now)[1], objects_of(now)
        if entry is OUTPUT:
            raise unknown(now)
        if entry.objects == "method":
            continue
        if not objects:  # of the element that a filter looks at, or of the whole event
            name = "*" if element_of is None or "event" in entry.kinds else element_of
            found[name] = found.get(name, False) or entry.constituents
        for each in objects:
            name = each.parts[0].branch
            found[name] = found.get(name, False) or entry.constituents or len(each.parts) > 1
            waiting += [(o, name) for part in each.parts if part.filter is not None for o in used(part.filter)]
    return found


@cache
def _no_object() -> ak.Array:
    """Return an array without any object that has every field of the event model."""
    one: dict[str, Any] = {}
    part: dict[str, Any] = {}
    for name in ("PID", "Status", *(each for branch in MODEL.values() for each in branch)):
        inner = name.removeprefix("Constituents.")
        (one if inner == name else part)[inner] = 0.0
    return ak.Array([{**one, "Tau": [0.0], "Constituents": [part]}])[:0]


def _computed(entry: Entry, particles: list[Particles], numbers: tuple[int, ...], events: int, name: str = "") -> Array:
    try:
        with np.errstate(all="ignore"):
            return checked(entry, entry.compute(*particles, *numbers), particles, events)
    except UnknownNameError as error:
        if error.name != "Constituents":
            raise
        raise _without_constituents(name or entry.name, particles[0], error) from error


def _without_constituents(name: str, of: Particles, error: UnknownNameError) -> UnknownNameError:
    """Return the error of an observable of constituents where there are none, with what asked for them."""
    hint = f"{name} is computed from constituents, which are missing {of.where}"
    if of.branch.startswith("gen"):
        hint += f"; of generated jets only the momenta are kept, a measured jet has them, as in fatjet0.{name}"
    return UnknownNameError(error.kind, error.name, error.near, hint=hint)


def _without_parts(name: str) -> str:
    """Return what is said of an observable that stands where an object should; empty for any other name."""
    try:
        entry = find_of(Observable(name))[1]
    except UnknownNameError:
        return ""
    if "event" not in entry.kinds:
        return ""
    missing = ", or missinget0.pt" if entry.home == "missinget0" else ""
    return f"{name} is an observable without parts: write {name}{missing}"


def _crossed(one: Particles, other: Particles) -> list[Particles]:
    """Give two collections axes of their own, so that every pair meets."""
    if one.is_single or other.is_single:
        return [one, other]
    left, right = (p.records if p.records.ndim == 2 else ak.flatten(p.records, axis=2) for p in (one, other))
    return [
        Particles(left[:, :, np.newaxis], one.text, one.branch, False, one.absent, one.source, one.path),
        Particles(right[:, np.newaxis, :], other.text, other.branch, False, other.absent, other.source, other.path),
    ]


def _present(records: ak.Array, name: str) -> ak.Array:
    """Return lists of the objects that there are: None is none, neither as an object nor as a list of them."""
    if records.ndim == 1 and records.fields and all(records[field].ndim > 1 for field in records.fields):
        records = _zipped(records, name)
    if records.ndim == 1 and records.layout.is_option:
        return ak.singletons(records)
    if records.ndim == 1:  # of which ak.singletons makes a list of each field
        return ak.unflatten(records, np.ones(len(records), np.int64))
    records = _filled(records)
    return ak.drop_none(records, axis=1) if records.layout.is_list and records.layout.content.is_option else records


def _filled(lists: ak.Array) -> ak.Array:
    """Return lists with an empty one where there is none, so that one of several fields is not missing in silence."""
    return ak.fill_none(lists, [], axis=0) if lists.layout.is_option else lists


def _zipped(lists: ak.Array, name: str) -> ak.Array:
    """Return a list of objects for each event, where each event has a list of each of their fields."""
    try:
        return ak.zip({field: _filled(lists[field]) for field in lists.fields}, depth_limit=2)
    except ValueError as error:
        msg = f"{name} has lists of different lengths in an event: {', '.join(lists.fields)} need one value for each object"
        raise ArgumentError(msg) from error


def _with_nan(values: ak.Array, absent: Array) -> ak.Array:
    """Give one NaN to events whose parent object is missing: a comparison with it is false."""
    missing = ak.unflatten(np.full(int(absent.sum()), np.nan), cast("np.ndarray", absent).astype(np.int64))
    return ak.concatenate([values, missing], axis=1)
