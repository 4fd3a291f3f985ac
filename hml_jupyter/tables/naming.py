"""Which convention of naming objects a flat table follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import ArgumentError, FileFormatError, UnknownNameError
from .conventions import CONVENTIONS, FIELDS, KINEMATICS, Convention, Objects

__all__ = ["Naming", "recognise", "top_columns"]


@dataclass(frozen=True)
class Naming:
    """The convention that a table follows, and its columns in it."""

    convention: str
    """Name in `CONVENTIONS`."""
    momenta: Mapping[str, Mapping[str, str]]
    """Branch -> quantity -> column."""
    fields: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Branch -> other field of the event model -> its columns; several for ``Tau``."""
    single: frozenset[str]
    """Branches of which a row has one."""
    event: tuple[str, ...]
    """Columns of plain numbers that belong to no object; they become fields of ``Event``."""
    left_out: tuple[str, ...]
    """Columns that nothing is made of."""

    def __str__(self) -> str:
        """Return one sentence on what was recognised."""
        convention = CONVENTIONS[self.convention]
        known = {
            branch: [*self.momenta[branch], *(name for name in self.fields.get(branch, ()))] for branch in self.momenta
        }
        told = "; ".join(f"{branch} ({', '.join(names)})" for branch, names in known.items())
        rest = f"; not used: {_some(self.left_out)}" if self.left_out else ""
        remark = f"; {convention.remark}" if convention.remark else ""
        return f"read as {convention.about}: {told}{remark}{rest}"


def recognise(names: Sequence[str], vectors: Iterable[str], label: str, *, naming: str | None = None) -> Naming:
    """Return how a table names the objects of an event.

    Parameters
    ----------
    names : sequence of str
        Its columns.
    vectors : iterable of str
        Those that hold lists.
    label : str
        For messages.
    naming : str, optional
        The convention, where several fit.

    Raises
    ------
    FileFormatError
        No convention fits, or several; the message lists the columns.
    UnknownNameError
        There is no convention `naming`.

    Examples
    --------
    >>> found = recognise(["nJet", "Jet_pt", "Jet_eta", "Jet_phi", "MET_pt", "MET_phi"], ["Jet_pt", "Jet_eta", "Jet_phi"], "x")
    >>> found.convention, dict(found.momenta["MissingET"])
    ('nanoaod', {'pt': 'MET_pt', 'phi': 'MET_phi'})
    """
    if naming is not None and naming not in CONVENTIONS:
        raise UnknownNameError("naming of objects", naming, CONVENTIONS)
    lists = set(vectors)
    found = [made for name in CONVENTIONS if (made := _fit(name, names, lists)) and naming in (None, name)]
    if len(found) == 1:
        return found[0]
    if not found:
        which = f"as {naming!r} names them" if naming else f"named as one of {', '.join(CONVENTIONS)} does"
        msg = f"{label}: expected objects {which}; its columns are {_some(names, 40)}"
        raise FileFormatError(msg)
    several = " and ".join(repr(each.convention) for each in found)
    msg = f"{label}: its columns can be read as {several}; say which with naming=. They are {_some(names, 40)}"
    raise ArgumentError(msg)


def _fit(name: str, names: Sequence[str], lists: set[str]) -> Naming | None:
    """Return how a table follows a convention; None if it does not."""
    convention, present = CONVENTIONS[name], set(names)
    if not present.issuperset(convention.marks) or not present.isdisjoint(convention.without):
        return None
    if not convention.objects:
        return _fit_top(name, names, lists)
    momenta: dict[str, dict[str, str]] = {}
    fields: dict[str, dict[str, tuple[str, ...]]] = {}
    for each in convention.objects:
        quantities = _momenta(each, convention, names, lists)
        if quantities and each.branch not in momenta and _has_parent(each, momenta):
            momenta[each.branch] = quantities
            fields[each.branch] = _fields(each, names, lists)
    if all(branch.endswith("MissingET") for branch in momenta):
        return None
    used = {column for quantities in momenta.values() for column in quantities.values()}
    used |= {column for kinds in fields.values() for several in kinds.values() for column in several}
    single = frozenset(each.branch for each in convention.objects if each.one)
    return Naming(name, momenta, fields, single, *_rest(names, lists, used))


def _fit_top(name: str, names: Sequence[str], lists: set[str]) -> Naming:
    columns = top_columns(names)
    momenta = {"FatJet": {}, "FatJet.Constituents": {f"{len(columns)} particles": f"E_0 to PZ_{len(columns) - 1}"}}
    used = {column for four in columns for column in four}
    return Naming(name, momenta, {}, frozenset(["FatJet"]), *_rest(names, lists, used))


def _rest(names: Sequence[str], lists: set[str], used: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the unused columns: of one number each, and of lists."""
    rest = [column for column in names if column not in used]
    return tuple(c for c in rest if c not in lists), tuple(c for c in rest if c in lists)


def top_columns(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the columns of each particle of the top-tagging set, as far as all four are there.

    Examples
    --------
    >>> top_columns(["E_0", "PX_0", "PY_0", "PZ_0", "E_1", "is_signal_new"])
    [('E_0', 'PX_0', 'PY_0', 'PZ_0')]
    """
    present = set(names)
    found: list[tuple[str, ...]] = []
    while present.issuperset(four := tuple(f"{name}_{len(found)}" for name in ("E", "PX", "PY", "PZ"))):
        found.append(four)
    return found


def _has_parent(each: Objects, momenta: Mapping[str, object]) -> bool:
    owner, point, _ = each.branch.partition(".")
    return not point or owner in momenta


def _momenta(each: Objects, convention: Convention, names: Sequence[str], lists: set[str]) -> dict[str, str]:
    """Return the columns of the momenta of a branch; nothing if what it needs is not there."""
    found: dict[str, str] = {}
    for quantity, endings in {**KINEMATICS, **convention.suffixes}.items():
        column = _first(each, endings, names, lists)
        if column is not None:
            found[quantity] = column
    complete = all(any(option in found for option in needed.split("|")) for needed in each.needs)
    return found if complete else {}


def _fields(each: Objects, names: Sequence[str], lists: set[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, endings in FIELDS.items():
        column = _first(each, endings, names, lists)
        if column is not None:
            found[name] = (column,)
    if "Tau" in found:
        numbered = [f"{each.prefix}tau{n}" for n in range(1, 6)]
        count = next((n for n, column in enumerate(numbered) if column not in names), len(numbered))
        found["Tau"] = tuple(numbered[:count])
    return found


def _first(each: Objects, endings: Sequence[str], names: Sequence[str], lists: set[str]) -> str | None:
    """Return the first column of a branch with one of the endings, a list where lists are wanted."""
    present = (f"{each.prefix}{ending}" for ending in endings)
    return next((column for column in present if column in names and (column in lists) != each.one), None)


def _some(names: Sequence[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
