"""A fixed set of observables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..canonical import NEW
from ..errors import ArgumentError
from ..expressions import Object, Observable, Part, Sum, mapped, parse_observable, render, used
from ..observables import canonical_name, canonical_observable, is_column, unit_of
from ..observables.catalogue import find_of
from .base import Readable, Representation, register

__all__ = ["Set", "canonical_names", "read_columns"]


@register
@dataclass(frozen=True)
class Set(Representation):
    """A fixed set of observables, one number each for an event, or for an object in it.

    Parameters
    ----------
    observables : sequence of str
        One value each event: ``"fatjet0.mass"``, ``"jet0,jet1.delta_r"``, ``"jet.size"``. Kept in this order.
    per : str, optional
        A collection, ``"jet"`` or ``"jet[pt > 30]"``: a row for each of its objects instead of for each event. Then
        ``"jet.pt"`` is that of the object, and what an event has once stands in the row of each of its objects.

    Raises
    ------
    ExpressionError, UnknownNameError
        A name that cannot be read, or that no observable has.
    ArgumentError
        No observable, or the same one twice; `per` is no collection.

    Examples
    --------
    >>> Set(["FatJet0.M", "jet0,jet1.delta_r"]).names
    ('fatjet0.mass', 'jet0,jet1.delta_r')
    >>> Set(["jet.pt", "jet.b_tag", "met"], per="Jet[pt > 30]").per
    'jet[pt > 30]'
    """

    kind: ClassVar[str] = "set"

    observables: tuple[str, ...]
    """Names, canonical."""
    per: str | None = field(default=None, metadata=NEW, kw_only=True)
    """The collection whose objects have a row each, canonical; None for a row each event."""

    def __init__(self, observables: Sequence[str], *, per: str | None = None) -> None:
        object.__setattr__(self, "observables", canonical_names(observables, "Set"))
        object.__setattr__(self, "per", None if per is None else render(_collection(per)))
        if not self.observables:
            msg = "a Set needs at least one observable"
            raise ArgumentError(msg)

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names, in order."""
        return self.observables

    @property
    def units(self) -> dict[str, str]:
        """Unit of each observable; empty for a pure number."""
        return {name: unit_of(name) for name in self.observables}

    @property
    def needed(self) -> tuple[Sum, ...]:
        """The observables, parsed."""
        size = () if self.per is None else (Observable("size", (_collection(self.per),)),)
        return (*map(parse_observable, self.observables), *size)

    @property
    def columns(self) -> tuple[str, ...]:
        """Canonical names, in order."""
        return self.observables

    def rows(self, events: Readable) -> npt.NDArray[np.int64] | None:
        """Return how many rows each event has, (n,); None for one each."""
        if self.per is None:
            return None
        sizes = events.read(Observable("size", (_collection(self.per),)))
        return np.asarray(np.nan_to_num(sizes), np.int64)

    def read(
        self,
        events: Readable,
        told: Counter[str] | None = None,  # noqa: ARG002 (NaN says it all)
    ) -> dict[str, npt.NDArray[Any]]:
        """Return ``values``, (rows, k) float64, NaN where an object is missing; see `read_columns`."""
        return {"values": read_columns(events, self.observables, self.per)}

    def expand(self, stored: Mapping[str, npt.NDArray[Any]]) -> Any:
        """Return ``values``."""
        return stored["values"]

    def declaration(self) -> dict[str, Any]:
        """Return what the columns mean, as plain JSON."""
        return {
            "kind": self.kind,
            "arrays": {"values": {"axes": [self.per or "event", "observable"], "dtype": "float64"}},
            "features": [{"name": name, "unit": unit} for name, unit in self.units.items()],
            "order": "the observables as they were asked for",
            "padding": "none",
            "missing": "NaN where an object is missing",
            "phi": "rad, in [-pi, pi); differences wrapped",
            "steps": [],
        }


def canonical_names(names: Sequence[str], where: str) -> tuple[str, ...]:
    """Return canonical names; refuse one that appears twice, and a text where a list is meant."""
    if isinstance(names, str):
        msg = f"{where} takes a list of observables: [{names!r}]"
        raise ArgumentError(msg)
    if not isinstance(names, list | tuple):
        msg = f"{where} takes a list of observables, ['fatjet0.mass', 'met'], which keeps its order; got {names!r}"
        raise ArgumentError(msg)
    canonical = [canonical_name(name) for name in names]
    for name in canonical:
        if canonical.count(name) > 1:
            given = ", ".join(repr(text) for text, each in zip(names, canonical, strict=True) if each == name)
            msg = f"{where} has the observable {name!r} twice: {given}"
            raise ArgumentError(msg)
    return tuple(canonical)


def read_columns(events: Readable, names: Sequence[str], per: str | None = None) -> npt.NDArray[np.float64]:
    """Return the values of `names`, (rows, k), NaN where an object is missing.

    Parameters
    ----------
    events : Events
        n events.
    names : sequence of str
        k observables, canonical.
    per : str, optional
        A collection: a row for each of its objects. What an event has once is repeated.

    Raises
    ------
    ArgumentError
        An observable has several values in an event, or other ones than one for each object.
    """
    columns = [_column(events, name, None if per is None else _collection(per)) for name in names]
    if not columns:
        return np.empty((len(events), 0))
    return np.stack(columns, axis=1)


def _column(events: Readable, name: str, per: Object | None) -> npt.NDArray[np.float64]:
    node = parse_observable(name)
    if per is None:
        values = events.read(node)
        if isinstance(values, np.ndarray):
            return values
        where = f" in {events.source}" if events.source else ""
        msg = f"{name!r} has a value for each element{where}, a column needs one each event; {_how_to_take(node)}"
        raise ArgumentError(msg)
    for each in used(node):
        other = next((one for one in each.objects if not one.is_single and one not in (_bare(per), per)), None)
        if other is not None and "collection" not in find_of(each)[1].kinds:
            msg = f"{name!r} is of {render(other)!r}, and the rows are of {render(per)!r}: their elements do not belong together"
            raise ArgumentError(msg)
    values = events.read(_of(node, per))
    sizes = np.asarray(np.nan_to_num(events.read(Observable("size", (per,)))), np.int64)
    if isinstance(values, np.ndarray):
        return np.repeat(values, sizes)
    if values.ndim != 2 or not np.array_equal(np.asarray(ak.num(values, axis=1)), sizes):
        msg = f"{name!r} has other values than one for each {render(per)!r}"
        raise ArgumentError(msg)
    return np.asarray(ak.to_numpy(ak.flatten(values, axis=1)), dtype=np.float64)


def _how_to_take(node: Sum) -> str:
    """Return what can be a column in place of all elements."""
    seen = used(node)
    most = f"a number of them all, as in max({render(node)})"
    if any(map(is_column, seen)):
        return f"take {most}"
    first, several = render(mapped(node, _of_first)), {each.objects for each in seen if each.objects}
    if len(several) == 1 and len(next(iter(several))) == 1:
        (of,) = next(iter(several))
        if len(of.parts) == 1:
            return f"take one, as in {first}, {most}, or a row for each, Set([...], per={render(of)!r})"
    return f"take one, as in {first}, or {most}"


def _of_first(each: Observable) -> Observable:
    """Return an observable of the first object, where it is of each in a collection."""
    whole = "collection" in find_of(each)[1].kinds  # of the collection itself, as a number of jets is

    def first(part: Part, *, last: bool) -> Part:
        return part if isinstance(part.index, int) or (whole and last) else replace(part, index=0)

    objects = [[first(part, last=part is one.parts[-1]) for part in one.parts] for one in each.objects]
    return replace(each, objects=tuple(Object(tuple(parts)) for parts in objects))


def _bare(per: Object) -> Object:
    return Object((Part(per.parts[0].branch),))


def _of(node: Sum, per: Object) -> Sum:
    """Return the observable with the whole collection of `per` replaced by `per` itself."""

    def narrowed(each: Observable) -> Observable:
        if "collection" in find_of(each)[1].kinds:  # of all jets of the event, whichever have rows
            return each
        return replace(each, objects=tuple(per if one == _bare(per) else one for one in each.objects))

    return mapped(node, narrowed)


def _collection(text: object) -> Object:
    """Return the collection that rows are of."""
    if not isinstance(text, str):
        msg = f"Set(per=...) is a collection such as 'jet' or 'jet[pt > 30]', not {text!r}"
        raise ArgumentError(msg)
    parsed = parse_observable(f"{text}.pt")
    objects = canonical_observable(parsed).objects if isinstance(parsed, Observable) else ()
    if len(objects) != 1 or len(objects[0].parts) != 1 or objects[0].is_single:
        msg = f"Set(per=...) is a collection such as 'jet' or 'jet[pt > 30]', not {text!r}"
        raise ArgumentError(msg)
    return objects[0]
