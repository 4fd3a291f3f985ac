"""The table of observables: which name means what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..errors import ArgumentError, UnknownNameError, near
from ..expressions import Cut, Object, Observable, Part, mapped, parse_cut, parse_observable, render
from ..registry import Shown
from . import kinematics, substructure
from .entries import Entry

__all__ = ["CATALOGUE", "Catalogue", "canonical_cut", "canonical_name", "canonical_observable", "find", "unit_of"]

#: Every observable.
CATALOGUE: list[Entry] = [*kinematics.ENTRIES, *substructure.ENTRIES]

_WANTED = {
    "event": "none; write {name} alone",
    "one": "one object, as in jet0.{name} or jet.{name}",
    "two": "two objects, as in jet0,jet1.{name}",
    "singles": "single objects, as in jet0,jet1.{name}",
    "collection": "a collection, as in jet.{name}",
}


@dataclass(frozen=True)
class Catalogue(Shown):
    """The observables that can be used, one row each."""

    rows: tuple[Entry, ...]
    """Name, unit, objects, meaning, source and other names."""


def observables() -> Catalogue:
    """Return the table of observables.

    Returns
    -------
    Catalogue
        A row for each: name, unit, what it is of, meaning, source and other names.

    Examples
    --------
    >>> [row.unit for row in observables().rows if row.name in ("pt", "delta_phi")]
    ['GeV', 'rad']
    """
    return Catalogue(tuple(CATALOGUE))


def find(name: str) -> tuple[str, Entry, tuple[int, ...]]:
    """Return the canonical name, the row and the numbers in the name (2 and 1 of ``tau21``).

    Raises
    ------
    UnknownNameError
        No row has this name.
    """
    for entry in CATALOGUE:
        matched = entry.match(name)
        if matched is not None:
            return matched[0], entry, matched[1]
    known = [*_names(), "tau1", "tau2", "tau3", "tau21", "tau32"]
    raise UnknownNameError("observable", name, known, hint=_hint(name))


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
    return Observable(name, () if entry.home else objects)


def find_of(node: Observable) -> tuple[str, Entry, tuple[int, ...]]:
    """Return what :func:`find` does, with the whole observable in the message."""
    try:
        return find(node.name)
    except UnknownNameError as error:
        objects = ",".join(map(render, node.objects))
        dotted = f"{objects}." if objects else ""
        close = [dotted + each for each in error.near] or [dotted + each for each in near(node.name, _names(), 2)]
        raise UnknownNameError(
            "observable", dotted + node.name, close or list(_names()), hint=_hint(node.name)
        ) from None


def canonical_cut(text: str) -> Cut:
    """Return the parsed cut with canonical names.

    Examples
    --------
    >>> render(canonical_cut("FatJet0.M > 70 & MissingET0.MET > 50"))
    'fatjet0.mass > 70 and met > 50'
    """
    return mapped(parse_cut(text), canonical_observable)


def canonical_name(text: str) -> str:
    """Return the canonical text of an observable.

    Examples
    --------
    >>> canonical_name("Jet0,Jet1.DeltaR")
    'jet0,jet1.delta_r'
    """
    return render(canonical_observable(parse_observable(text)))


def unit_of(text: str) -> str:
    """Return the unit of an observable; empty for a pure number.

    Examples
    --------
    >>> unit_of("fatjet0.mass")
    'GeV'
    """
    return find_of(parse_observable(text))[1].unit


def _canonical_part(part: Part) -> Part:
    if part.filter is None:
        return part
    return replace(part, filter=mapped(part.filter, _of_element))


def _of_element(node: Observable) -> Observable:
    """Inside a filter a bare name is an observable of the element."""
    if node.objects:
        return canonical_observable(node)
    name, entry, _ = find_of(node)
    if entry.objects not in ("one", "event"):
        msg = f"{node.name!r} is not an observable of one element; a filter is like jet[abs(eta) < 2.5]"
        raise ArgumentError(msg)
    return Observable(name)


def _check_objects(node: Observable, entry: Entry) -> None:
    given: Sequence[Object] = node.objects
    fits = {
        "event": not given or (len(given) == 1 and render(given[0]) == entry.home),
        "one": len(given) == 1,
        "two": len(given) == 2,
        "singles": len(given) > 0 and all(each.is_single for each in given),
        "collection": len(given) == 1 and not isinstance(given[0].parts[-1].index, int),
    }
    if not fits[entry.objects]:
        wanted = _WANTED[entry.objects].format(name=node.name)
        msg = f"{render(node)!r}: {node.name} is of {wanted}"
        raise ArgumentError(msg)


def _names() -> Iterator[str]:
    """Names to offer: aliases that differ only in upper and lower case are left out."""
    lower = {entry.name.lower() for entry in CATALOGUE}
    yield from (entry.name for entry in CATALOGUE)
    yield from (alias for entry in CATALOGUE for alias in entry.aliases if alias.lower() not in lower)


def _hint(name: str) -> str:
    if name[-1:].isdigit():
        return "Objects joined by a comma inside min() or max() need parentheses: max((jet0,jet1.delta_r), 0.4)"
    return "hml.observables() lists all"
