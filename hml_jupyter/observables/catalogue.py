"""The table of observables: which name means what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import cast

from ..errors import ArgumentError, UnknownNameError, near
from ..events import MODEL
from ..expressions import (
    Cut,
    Node,
    Object,
    Observable,
    Part,
    Sum,
    mapped,
    mentioned,
    parse_cut,
    parse_observable,
    render,
)
from ..registry import Shown
from . import columns, kinematics, labels, shapes, substructure
from .columns import COLUMN, is_column
from .entries import Entry, Range
from .labels import OUTPUT
from .units import unit_of_sum

__all__ = [
    "CATALOGUE",
    "Catalogue",
    "canonical_cut",
    "canonical_name",
    "canonical_observable",
    "is_output",
    "objects_of",
    "range_of",
    "rows",
    "unit_of",
    "unknown",
]

#: Every observable.
CATALOGUE: list[Entry] = [
    *kinematics.ENTRIES,
    *labels.ENTRIES,
    *shapes.ENTRIES,
    *substructure.ENTRIES,
    *columns.ENTRIES,
]

#: What stands before a dot and is no method.
_OBJECTS = {"column", *(each.lower() for each in MODEL)}
_WANTED = {
    "event": "none; write {name} alone",
    "one": "one object, as in jet0.{name} or jet.{name}",
    "two": "two objects, as in jet0,jet1.{name}",
    "singles": "single objects, as in jet0,jet1.{name}",
    "collection": "a collection, as in jet.{name}",
    "method": "a trained method, as in mlp.{name}",
    "column": "a table, as in {name}.m_jj",
}


@dataclass(frozen=True)
class Catalogue(Shown):
    """The observables that can be used, one row each."""

    rows: tuple[Entry, ...]
    """Name, unit, range, objects, meaning, source and other names."""


def observables() -> Catalogue:
    """Return the table of observables.

    Returns
    -------
    Catalogue
        A row for each: name, unit, range, what it is of, meaning, source and other names.

    Examples
    --------
    >>> [(row.unit, row.objects) for row in observables().rows if row.name in ("pt", "delta_phi")]
    [('GeV', 'one'), ('rad', 'two')]
    """
    return Catalogue(tuple(CATALOGUE))


def canonical_observable(node: Observable) -> Observable:
    """Return `node` with canonical names, its objects checked against the table.

    Raises
    ------
    UnknownNameError
        No such observable.
    ArgumentError
        It is of other objects: ``jet0.delta_r``.
    """
    objects = tuple(Object(tuple(map(_canonical_part, each.parts))) for each in node.objects)
    name, entry, _ = find_of(node)
    _check_objects(node, entry)
    at_home = len(objects) == 1 and render(objects[0]) == entry.home
    return Observable(name, () if at_home else objects)


def find_of(node: Observable) -> tuple[str, Entry, tuple[int, ...]]:
    """Return the canonical name, the row and the numbers in the name; every name is that of some column, or output.

    Raises
    ------
    UnknownNameError
        No row has this name.
    """
    if is_column(node):
        return node.name, COLUMN, ()
    if is_output(node):
        return node.name, OUTPUT, ()
    found = _found(node.name)
    if found is None:
        raise unknown(node)
    return found


def _found(name: str) -> tuple[str, Entry, tuple[int, ...]] | None:
    """Return the canonical name, the row and the numbers in the name (2 and 1 of ``tau21``); None without a row."""
    matches = ((entry, entry.match(name)) for entry in CATALOGUE)
    return next(((matched[0], entry, matched[1]) for entry, matched in matches if matched is not None), None)


def is_output(node: Observable) -> bool:
    """Whether this can only be an output of a network with several: no row has its name, and no event its object.

    Examples
    --------
    >>> [is_output(parse_observable(text)) for text in ("theirs.p_b", "jet.p_b", "theirs.pt")]
    [True, False, False]
    """
    if len(node.objects) != 1 or not _fits("method", node.objects, OUTPUT):
        return False
    return node.objects[0].parts[0].branch not in _OBJECTS and _found(node.name) is None


def unknown(node: Observable) -> UnknownNameError:
    """Return the error of an observable that no row has, with near names."""
    objects = ",".join(map(render, node.objects))
    dotted = f"{objects}." if objects else ""
    close = [dotted + each for each in near(node.name, _names())]
    hint = _hint(node.name) + ("" if dotted else f"; a column of a table is written column.{node.name}")
    return UnknownNameError("observable", dotted + node.name, close or _names(), hint=hint)


def objects_of(node: Observable) -> tuple[Object, ...]:
    """Return the objects that an observable is computed from: those that are written, its home if none is, what is beside.

    Examples
    --------
    >>> [render(each) for each in objects_of(Observable("ht"))]
    ['scalarht0']
    """
    if is_column(node):
        return (_object("event0"),)
    entry = find_of(node)[1]
    written = node.objects or (() if entry.home is None else (_object(entry.home),))
    return written if entry.beside is None else (*written, _object(entry.beside))


def rows(nodes: Iterable[Node]) -> tuple[Entry, ...]:
    """Return the rows of the observables in `nodes`, filters included, each once."""
    found = (find_of(each)[1] for node in nodes for each in mentioned(node))
    return tuple({entry.name: entry for entry in found}.values())


def canonical_cut(text: str) -> Cut:
    """Return the parsed cut with canonical names.

    Examples
    --------
    >>> render(canonical_cut("FatJet0.M > 70 & MissingET0.MET > 50"))
    'fatjet0.mass > 70 and met > 50'
    """
    return mapped(parse_cut(text), canonical_observable)


def canonical_name(text: str) -> str:
    """Return the canonical text of an observable, or of arithmetic of observables.

    Raises
    ------
    UnknownNameError
        No such observable; an output of a network is a column, and none of events.
    ArgumentError
        Arithmetic that joins different units: ``jet0.pt + jet0.eta``.

    Examples
    --------
    >>> canonical_name("Jet0,Jet1.DeltaR"), canonical_name("Jet0.PT/Jet1.PT")
    ('jet0,jet1.delta_r', 'jet0.pt / jet1.pt')
    """
    node = _canonical(text)
    for each in mentioned(node):
        if is_output(each):
            raise unknown(each)
    unit_of_sum(node, _unit)
    return render(node)


def unit_of(text: str) -> str:
    """Return the unit of an observable, or of arithmetic of observables; empty for a pure number.

    Examples
    --------
    >>> unit_of("fatjet0.mass"), unit_of("fatjet0.mass / fatjet0.pt"), unit_of("fatjet0.mass ** 2")
    ('GeV', '', 'GeV^2')
    """
    return unit_of_sum(parse_observable(text), _unit)


def range_of(text: str) -> Range:
    """Return the smallest and the largest value that an observable can have; None where there is no bound, or none is known.

    Examples
    --------
    >>> range_of("jet.thrust"), range_of("met"), range_of("jet0.pt / jet1.pt")
    ((0.5, 1), (0, None), (None, None))
    """
    node = parse_observable(text)
    return find_of(node)[1].range if isinstance(node, Observable) else (None, None)


def _canonical(text: str) -> Sum:
    return mapped(parse_observable(text), canonical_observable)


def _unit(node: Observable) -> str | None:
    return None if is_column(node) else find_of(node)[1].unit


@cache
def _object(text: str) -> Object:
    return cast(Observable, parse_observable(f"{text}.pt")).objects[0]


def _canonical_part(part: Part) -> Part:
    if part.filter is None:
        return part
    return replace(part, filter=mapped(part.filter, _of_element))


def _of_element(node: Observable) -> Observable:
    """Inside a filter a bare name is an observable of the element."""
    if node.objects:
        return canonical_observable(node)
    found = _found(node.name)
    if found is None:
        raise UnknownNameError("observable", node.name, _names(), hint=_hint(node.name))
    name, entry, _ = found
    if not {"one", "event"} & {*entry.kinds}:
        msg = f"{node.name!r} is not an observable of one element; a filter is like jet[abs(eta) < 2.5]"
        raise ArgumentError(msg)
    return Observable(name)


def _check_objects(node: Observable, entry: Entry) -> None:
    if not any(_fits(kind, node.objects, entry) for kind in entry.kinds):
        wanted = ", or ".join(_WANTED[kind].format(name=node.name) for kind in entry.kinds)
        msg = f"{render(node)!r}: {node.name} is of {wanted}"
        raise ArgumentError(msg)


def _fits(kind: str, given: tuple[Object, ...], entry: Entry) -> bool:
    if kind == "event":
        return not given or (len(given) == 1 and render(given[0]) == entry.home)
    if kind == "column":
        return is_column(Observable(entry.name, given))
    if kind == "singles":
        return len(given) > 0 and all(each.is_single for each in given)
    if len(given) != (2 if kind == "two" else 1):
        return False
    part = given[0].parts[-1]
    if kind == "method":
        return len(given[0].parts) == 1 and part.filter is None and not isinstance(part.index, tuple)
    return kind != "collection" or not isinstance(part.index, int)


def _names() -> Iterator[str]:
    """Names to offer: aliases that differ only in upper and lower case are left out."""
    lower = {entry.name.lower() for entry in CATALOGUE}
    yield from (name for entry in CATALOGUE for name in entry.names)
    yield from (alias for entry in CATALOGUE for alias in entry.aliases if alias.lower() not in lower)


def _hint(name: str) -> str:
    if name[-1:].isdigit():
        return "Objects joined by a comma inside min() or max() need parentheses: max((jet0,jet1.delta_r), 0.4)"
    return "hml.observables() lists all; your own come with hml.register_observable"
