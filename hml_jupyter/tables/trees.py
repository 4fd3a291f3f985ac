"""Flat ROOT files: numbers and lists of numbers in a TTree or an RNTuple, by ranges of entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uproot

from ..errors import FileFormatError, UnknownNameError
from .about import ABOUT, original_names
from .branches import Branches, branches_of
from .reader import NUMBER, Contents, Read, guarded

__all__ = ["TreeReader", "tree_names"]

EXPECTED = "a ROOT file with a flat tree"
#: Classes of ROOT that are tables.
TABLES = ("TTree", "TNtuple", "TNtupleD", "ROOT::RNTuple")


@dataclass(frozen=True)
class TreeReader:
    """Reads entries of one tree."""

    path: Path
    key: str = ""

    def look(self) -> Contents:
        """Return the branches of the tree `key`, or of the only one."""
        with self._opened() as (tree, branches, names):
            if "Event" in branches.kinds and any(branch.branches for branch in getattr(tree, "branches", ())):
                msg = f"{self.path.name}: {tree.name} is no flat tree, it holds objects as Delphes writes them; hml.read_events reads it"
                raise FileFormatError(msg)
            kinds = {name: branches.kinds[there] for name, there in names.items()}
            n_rows = int(tree.num_entries)
        numbers = tuple(name for name, (holds, _) in kinds.items() if holds)
        if not numbers:
            told = ", ".join(f"{name} ({what})" for name, (_, what) in list(kinds.items())[:6])
            msg = f"{self.path.name}: expected {EXPECTED}; it has {told or 'no branch'}"
            raise FileFormatError(msg)
        vectors = tuple(name for name in numbers if kinds[name][0] != NUMBER)
        return Contents(n_rows, numbers, vectors, {name: what for name, (holds, what) in kinds.items() if not holds})

    @contextmanager
    def session(self) -> Iterator[Read]:
        """Open the file."""
        with self._opened() as (_, branches, there):
            yield lambda names, start, stop: branches.read({name: there[name] for name in names}, start, stop)

    @contextmanager
    def _opened(self) -> Iterator[tuple[Any, Branches, dict[str, str]]]:
        """Give the tree, its branches, and what they are called in it."""
        with guarded(self.path, EXPECTED), uproot.open(self.path) as file:
            tree = _find(file, self.key, self.path.name)
            branches = branches_of(tree)
            names = original_names(_about(file), branches.kinds)
            yield tree, branches, {names.get(name, name): name for name in branches.kinds}


def tree_names(path: Path) -> list[str]:
    """Return the names of the trees in a ROOT file.

    Raises
    ------
    FileFormatError
        It is no ROOT file.
    """
    with guarded(path, EXPECTED), uproot.open(path) as file:
        return _trees(file)


def _trees(file: Any) -> list[str]:
    return [name for name, kind in file.classnames(cycle=False).items() if kind in TABLES]


def _find(file: Any, key: str, label: str) -> Any:
    trees = _trees(file)
    if key:
        if key not in trees:
            raise UnknownNameError("tree", key, trees, hint=f"{label} has {', '.join(trees) or 'none'}")
        return file[key]
    if len(trees) != 1:
        told = f"several trees, {', '.join(trees[:12])}; say which: '{label}:{trees[0]}'" if trees else "no tree"
        msg = f"{label}: expected {EXPECTED}; found {told}"
        raise FileFormatError(msg)
    return file[trees[0]]


def _about(file: Any) -> object:
    return file[ABOUT] if file.classnames(cycle=False).get(ABOUT) == "TObjString" else None
