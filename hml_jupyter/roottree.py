"""Trees of ROOT files: some events and columns of one, and the flat ones of `to_root` as the event model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from .errors import FileFormatError

__all__ = ["BEGIN", "END", "FIXED", "View", "bounds", "is_flat", "read_flat"]

#: Field of a jet that is a list of fixed length -> its length.
FIXED = {"Tau": 5}
BEGIN, END = "Begin", "End"
_NUMBERED = re.compile(rf"({'|'.join(FIXED)})(\d+)")
#: Branches whose constituents are collections of their own.
_OWNERS = ("Jet", "FatJet", "GenJet", "GenFatJet")


def is_flat(tree: Any) -> bool:
    """Tell whether a tree is one of `to_root`: leaves with a point in their names and no branch that holds others."""
    return any("." in branch.name for branch in tree.branches) and not any(branch.branches for branch in tree.branches)


@dataclass(frozen=True)
class View:
    """Some events and some columns of a tree."""

    tree: Any
    """Of uproot, open."""
    columns: frozenset[str] | None = None
    """``Jet.PT``, ``FatJet.Constituents.PT``; None for all."""
    start: int | None = None
    """First entry."""
    stop: int | None = None
    """Behind the last."""

    def array(self, leaf: str) -> ak.Array:
        """Return the values of a leaf."""
        return self.tree[leaf].array(entry_start=self.start, entry_stop=self.stop)

    def arrays(self, leaves: Sequence[str]) -> dict[str, ak.Array]:
        """Return the values of several leaves."""
        found = self.tree.arrays(list(leaves), entry_start=self.start, entry_stop=self.stop, how=dict)
        return {leaf: found[leaf] for leaf in leaves}

    def wants(self, branch: str, field: str = "") -> bool:
        """Tell whether a field, something of it, or something of the branch is asked for."""
        if self.columns is None or branch in self.columns:
            return True
        name = f"{branch}.{field}" if field else branch
        return any(f"{column}.".startswith(f"{name}.") for column in self.columns)


def read_flat(view: View, name: str) -> ak.Array:
    """Return the events of a tree that `to_root` wrote.

    Parameters
    ----------
    view : View
        What is read of it.
    name : str
        Of the file, for messages.

    Raises
    ------
    FileFormatError
        Constituents whose bounds do not fit together.
    """
    read = view.arrays([leaf for leaf in view.tree.keys(recursive=False) if _is_wanted(view, leaf)])
    leaves: dict[str, dict[str, ak.Array]] = {}
    for leaf, values in read.items():
        collection, _, field = leaf.partition(".")
        leaves.setdefault(collection, {})[field] = values
    owned = {f"{branch}{field}" for branch, fields in leaves.items() for field in _owning(fields)}
    branches = {
        branch: ak.zip(_nested(branch, fields, leaves, name), depth_limit=2)
        for branch, fields in leaves.items()
        if branch not in owned
    }
    return ak.zip(branches, depth_limit=1)


def _is_wanted(view: View, leaf: str) -> bool:
    """Tell whether a leaf is needed, by itself or as a part of what is."""
    collection, point, field = leaf.partition(".")
    if not point:
        return False
    numbered = _NUMBERED.fullmatch(field)
    whole = numbered[1] if numbered else field.removesuffix(BEGIN).removesuffix(END)
    if view.wants(collection, field) or view.wants(collection, whole):
        return True
    owner = next((c for c in _OWNERS if collection.startswith(c)), collection)
    return owner != collection and view.wants(owner, f"{collection.removeprefix(owner)}.{field}")


def _nested(
    branch: str, fields: dict[str, ak.Array], leaves: dict[str, dict[str, ak.Array]], name: str
) -> dict[str, ak.Array]:
    """Return the fields of a branch as the event model has them."""
    found: dict[str, ak.Array] = {}
    owning = _owning(fields)
    for field, values in fields.items():
        numbered = _NUMBERED.fullmatch(field)
        whole = field.removesuffix(BEGIN).removesuffix(END)
        if numbered:
            found.setdefault(numbered[1], _stacked(numbered[1], fields))
        elif whole not in owning:
            found[field] = values
        elif whole not in found:
            collection = leaves.get(f"{branch}{whole}")
            objects = ak.zip(collection) if collection else ak.Array([[]] * len(values))
            found[whole] = _owned(objects, values, fields[f"{whole}{END}"], f"{name}: {branch}.{whole}")
    return found


def _owning(fields: Iterable[str]) -> list[str]:
    """Return the fields that are kept as bounds in a collection of their own."""
    whole = (field.removesuffix(BEGIN) for field in fields if field.endswith(BEGIN))
    return [field for field in whole if f"{field}{END}" in fields]


def _stacked(field: str, fields: Mapping[str, ak.Array]) -> ak.Array:
    columns = [values for name, values in fields.items() if _NUMBERED.fullmatch(name) and name.startswith(field)]
    table = np.stack([np.asarray(ak.to_numpy(ak.flatten(column))) for column in columns], axis=1)
    return ak.unflatten(ak.from_regular(ak.Array(table), axis=1), ak.num(columns[0]))


def _owned(collection: ak.Array, begin: ak.Array, end: ak.Array, where: str) -> ak.Array:
    """Return the objects of a flat collection as lists of those that own them."""
    lengths = end - begin
    flat: npt.NDArray[np.int64] = np.asarray(ak.to_numpy(ak.flatten(lengths)), dtype=np.int64)
    fits = ak.all(lengths >= 0, axis=None) and ak.all(ak.sum(lengths, axis=1) == ak.num(collection), axis=None)
    if not fits or not ak.all(bounds(lengths)[0] == begin, axis=None):
        msg = f"{where}: the bounds {BEGIN} and {END} do not fit their collection; the file is not as it was written, export the events again"
        raise FileFormatError(msg)
    return ak.unflatten(ak.unflatten(ak.flatten(collection), flat), ak.num(lengths))


def bounds(lengths: ak.Array) -> tuple[ak.Array, ak.Array]:
    """Return where the parts of each object begin and end in the flat collection of its event."""
    counts = np.asarray(ak.to_numpy(ak.num(lengths, axis=1)))
    flat = np.asarray(ak.to_numpy(ak.flatten(lengths)), dtype=np.int64)
    end = np.cumsum(flat)
    before = np.concatenate([[0], end])[np.cumsum(counts) - counts]
    end -= np.repeat(before, counts)
    begin, stop = (ak.unflatten(each.astype(np.int32), counts) for each in (end - flat, end))
    return begin, stop
