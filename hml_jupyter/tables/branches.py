"""The two ways in which ROOT keeps a table: branches of a TTree, fields of an RNTuple."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import awkward as ak
import numpy as np
import uproot

from .reader import ARRAY, LIST, NUMBER, Array, is_number, kind_of

__all__ = ["Branches", "branches_of"]


class Branches(Protocol):
    """The branches of an open table."""

    @property
    def kinds(self) -> Mapping[str, tuple[str, str]]:
        """Name -> what it holds in each row, empty for what is no number, and its type."""

    def read(self, names: Mapping[str, str], start: int, stop: int) -> dict[str, Array]:
        """Return branches by other names, rows `start` to `stop`."""


def branches_of(tree: Any) -> Branches:
    """Return the branches of a TTree or an RNTuple."""
    return _OfTree(tree) if hasattr(tree, "branches") else _OfNtuple(tree)


class _OfTree:
    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.found = {branch.name: branch for branch in tree.branches}
        self.kinds = {name: _kind(branch) for name, branch in self.found.items()}

    def read(self, names: Mapping[str, str], start: int, stop: int) -> dict[str, Array]:
        jagged = {name: there for name, there in names.items() if self.kinds[there][0] == LIST}
        plain = {name: there for name, there in names.items() if name not in jagged}
        return self._arrays(plain, start, stop, "np") | self._arrays(jagged, start, stop, "ak")

    def _arrays(self, names: Mapping[str, str], start: int, stop: int, library: str) -> dict[str, Array]:
        """Return branches of one kind, read together; by filter, since a name would be read as an expression."""
        if not names:
            return {}
        wanted = {there: self.found[there] for there in names.values()}
        arrays = self.tree.arrays(
            filter_branch=lambda branch: wanted.get(branch.name) is branch,
            entry_start=start,
            entry_stop=stop,
            library=library,
            how=dict if library == "ak" else None,
        )
        return {name: arrays[there] for name, there in names.items()}


def _kind(branch: Any) -> tuple[str, str]:
    try:
        how = branch.interpretation
    except (uproot.interpretation.identify.UnknownInterpretation, uproot.DeserializationError, NotImplementedError):
        return "", str(branch.typename)
    name = str(branch.typename or type(how).__name__)
    if isinstance(how, uproot.AsDtype) and how.from_dtype.names is None and is_number(how.from_dtype.base):
        return ARRAY if how.inner_shape else NUMBER, name
    if isinstance(how, uproot.AsJagged) and isinstance(how.content, uproot.AsDtype):
        dtype = how.content.from_dtype
        if dtype.names is None and not how.content.inner_shape and is_number(dtype.base):
            return LIST, name
    return "", name


class _OfNtuple:
    def __init__(self, ntuple: Any) -> None:
        self.ntuple = ntuple
        self.found = {field.name: field for field in ntuple.fields}
        nothing = ntuple.arrays(entry_stop=0)
        self.kinds = {name: _kind_of_field(nothing[name]) for name in nothing.fields}

    def read(self, names: Mapping[str, str], start: int, stop: int) -> dict[str, Array]:
        wanted = {there: self.found[there] for there in names.values()}
        arrays = self.ntuple.arrays(
            filter_field=lambda field: wanted.get(field.name) is field, entry_start=start, entry_stop=stop
        )
        return {name: _plain(arrays[there], self.kinds[there][0]) for name, there in names.items()}


def _kind_of_field(array: ak.Array) -> tuple[str, str]:
    return kind_of(array.type.content), str(array.type.content)


def _plain(array: ak.Array, kind: str) -> Array:
    return array if kind == LIST else np.asarray(ak.to_numpy(array))
