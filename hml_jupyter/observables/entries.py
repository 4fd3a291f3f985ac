"""What the catalogue says of an observable, and what an observable is computed from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import UnknownNameError
from ..masses import mass_of

__all__ = ["Array", "Entry", "Particles", "Table"]

Array: TypeAlias = Any
"""NumPy (n,) with NaN for a missing object, or a jagged awkward array, one value for each element."""

F = TypeVar("F", bound=Callable[..., Array])


@dataclass(frozen=True)
class Particles:
    """One object of every event, or all elements of a collection."""

    records: ak.Array
    """(n,) records, None where missing; or (n, var), or (n, var, var) for parts of a collection."""
    text: str
    """The object as it is written, ``jet0``."""
    branch: str
    """The last collection in `text`, ``jet``."""
    is_single: bool
    """At most one in an event."""
    absent: npt.NDArray[np.bool_] | None = None
    """(n,) where the object that these are parts of is missing; None for objects of the event."""
    source: str = ""
    """Where the events come from, for messages."""

    def __getitem__(self, names: str | tuple[str, ...]) -> Array:
        """Return the first field that is there, as float64."""
        names = (names,) if isinstance(names, str) else names
        if names == ("Mass",) and "Mass" not in self.records.fields:
            mass = mass_of(self.branch)
            if mass is not None:
                return self["PT", "MET", "ET"] * 0.0 + mass
        return self.floats(self.raw(*names))

    def raw(self, *names: str) -> ak.Array:
        """Return the first field that is there, as it is stored."""
        for name in names:
            if name in self.records.fields:
                return self.records[name]
        where = f"in {self.source}" if self.source else "in these events"
        raise UnknownNameError(
            f"field of {self.branch!r}", names[0], self.records.fields, hint=f"It is missing {where}"
        )

    def floats(self, values: ak.Array) -> Array:
        """Return `values` as float64; missing ones are NaN, and a single object's are a NumPy array."""
        values = ak.values_astype(values, np.float64)
        if not self.is_single:
            return values
        return np.asarray(ak.to_numpy(ak.fill_none(values, np.nan)), dtype=np.float64)

    @property
    def count(self) -> Array:
        """How many there are, of each parent."""
        number = ak.values_astype(ak.num(self.records, axis=self.records.ndim - 1), np.float64)
        if self.records.ndim > 2:
            return number
        count = np.asarray(number, dtype=np.float64)
        return count if self.absent is None else np.where(self.absent, np.nan, count)


@dataclass(frozen=True)
class Entry:
    """A row of the catalogue."""

    name: str
    """As it is written in canonical text."""
    unit: str
    """``GeV``, ``rad``, ``e``, or empty for a pure number."""
    objects: str
    """What it is of: ``event``, ``one``, ``two``, ``singles`` (one or more single objects) or ``collection``."""
    example: str
    """How it is used, ``jet0.pt``."""
    doc: str
    """One sentence."""
    source: str
    """The formula and where it comes from."""
    compute: Callable[..., Array] = field(repr=False)
    """Values from one :class:`Particles` for each object, then the numbers that `pattern` reads from the name."""
    aliases: tuple[str, ...] = ()
    """Other names, HEP ML Lab's among them; upper and lower case differ."""
    pattern: str | None = None
    """Regular expression of a family of names, its numbers in groups."""
    family: str | None = None
    """Canonical name of a member of the family, with ``{}`` for each number."""
    group: str = "kinematics"
    """Where a menu puts it."""
    home: str | None = None
    """For ``event``: the object that carries it, ``missinget0``."""

    def match(self, name: str) -> tuple[str, tuple[int, ...]] | None:
        """Return the canonical name and the numbers in `name`, or None if another observable is meant."""
        if self.pattern is None:
            return (self.name, ()) if name == self.name or name in self.aliases else None
        found = re.fullmatch(self.pattern, name)
        if found is None:
            return None
        numbers = tuple(map(int, found.groups()))
        return (self.family or self.name).format(*numbers), numbers


class Table(list[Entry]):
    """The rows of a module, in its order.

    Parameters
    ----------
    group : str
        Where a menu puts them, unless a row says otherwise.
    """

    def __init__(self, group: str) -> None:
        super().__init__()
        self.group = group

    def row(self, unit: str, example: str, source: str, *, objects: str = "one", **more: Any) -> Callable[[F], F]:
        """Enter the function below as an observable: its name is the observable's, its docstring the meaning.

        Parameters
        ----------
        unit, example, source, objects, **more
            The fields of :class:`Entry`.

        Examples
        --------
        >>> table = Table("kinematics")
        >>> @table.row("", "jet0,jet1.pt_balance", "(pt1 - pt2) / (pt1 + pt2)", objects="two")
        ... def pt_balance(one: Particles, other: Particles) -> Array:
        ...     "Balance in transverse momentum."
        ...     return (one["PT"] - other["PT"]) / (one["PT"] + other["PT"])
        >>> [(entry.name, entry.doc) for entry in table]
        [('pt_balance', 'Balance in transverse momentum')]
        """

        def enter(function: F) -> F:
            doc = (function.__doc__ or "").partition("\n")[0].removesuffix(".")
            facts = {"group": self.group, **more}
            self.append(Entry(function.__name__, unit, objects, example, doc, source, function, **facts))
            return function

        return enter
