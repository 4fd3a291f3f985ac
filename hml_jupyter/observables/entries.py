"""What the catalogue says of an observable."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from .particles import Array

__all__ = ["Entry", "Range", "Table"]

F = TypeVar("F", bound=Callable[..., Array])

Range: TypeAlias = tuple[float | None, float | None]
"""The smallest and the largest value that can be; None where there is no bound."""


@dataclass(frozen=True)
class Entry:
    """A row of the catalogue."""

    name: str
    """As it is written in canonical text."""
    unit: str
    """``GeV``, ``rad``, ``e``, or empty for a pure number."""
    objects: str
    """What it is of: ``event``, ``one``, ``two``, ``singles`` (one or more single objects), ``collection`` or ``method``;
    several of them joined by ``or``."""
    example: str
    """How it is used, ``jet0.pt``."""
    doc: str
    """One sentence."""
    source: str
    """The formula and where it comes from."""
    compute: Callable[..., Array] = field(repr=False)
    """Values from one :class:`Particles` for each object, then the numbers that `pattern` reads from the name."""
    range: Range = (None, None)
    """The values that can be, for axes and forms."""
    aliases: tuple[str, ...] = ()
    """Other names, HEP ML Lab's among them; upper and lower case differ."""
    pattern: str | None = None
    """Regular expression of a family of names, its numbers in groups."""
    family: str | None = None
    """Canonical name of a member of the family, with ``{}`` for each number."""
    members: tuple[str, ...] = ()
    """Members of the family that a menu and messages name."""
    member: str | None = None
    """The sentence of one member of the family, with ``{}`` for each number."""
    group: str = "kinematics"
    """Where a menu puts it."""
    branches: tuple[str, ...] = ()
    """Branches that have it, lower case; empty if all have that have momenta."""
    home: str | None = None
    """For ``event``: the object that carries it, ``missinget0``; None for a function of the whole events."""
    beside: str | None = None
    """An object of the event that it is computed with, after those that are written."""
    constituents: bool = False
    """Whether it is computed from the parts of its object."""
    origin: dict[str, str] | None = None
    """For an observable of the user's own: its function, the sha256 of the function's source, unit and objects."""
    text: str = field(default="", repr=False)
    """For an observable of the user's own: the source of its function."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The things that it can be of, one of `objects` each."""
        return tuple(self.objects.split(" or "))

    @property
    def names(self) -> tuple[str, ...]:
        """What a menu shows: the name, or members of a family."""
        return self.members or (self.name,)

    def doc_of(self, name: str) -> str:
        """Return the sentence of `name`, which may be one member of a family."""
        found = self.match(name)
        return self.doc if found is None or self.member is None else self.member.format(*found[1])

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
        >>> @table.row("", "jet0,jet1.pt_sum", "pt1 + pt2", objects="two", range=(0, None))
        ... def pt_sum(one: Particles, other: Particles) -> Array:
        ...     "Sum of transverse momenta."
        ...     return one["PT"] + other["PT"]
        >>> [(entry.name, entry.doc) for entry in table]
        [('pt_sum', 'Sum of transverse momenta')]
        """

        def enter(function: F) -> F:
            doc = (function.__doc__ or "").partition("\n")[0].removesuffix(".")
            facts = {"group": self.group, **more}
            self.append(Entry(function.__name__, unit, objects, example, doc, source, function, **facts))
            return function

        return enter
