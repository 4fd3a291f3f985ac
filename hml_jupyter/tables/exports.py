"""Columns with their classes and weights, for NumPy, pandas, ROOT and HDF5."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError, MissingProgramError
from ..places import written
from .about import ABOUT, to_text, valid_names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OURS", "TREE", "Frame", "to_hdf5", "to_numpy", "to_pandas", "to_root"]

#: Columns that every export has beside those of the frame -> what they are.
OURS = {
    "class": "index of the class in `classes`",
    "weight": "weight of the event",
    "split": "0 train, 1 validation, 2 test",
    "event": "number of the event in its source",
}
#: Name of the tree in a ROOT file.
TREE = "events"
#: Events written at once.
STEP = 50_000


@dataclass(frozen=True)
class Frame:
    """What is exported: n events."""

    columns: Mapping[str, npt.NDArray[Any]]
    """Name -> (n,) values."""
    y: npt.NDArray[np.int64]
    """(n,) index of the class."""
    weights: npt.NDArray[np.float64]
    """(n,) weight of each event."""
    split: npt.NDArray[np.int8]
    """(n,) 0 train, 1 validation, 2 test."""
    event: npt.NDArray[np.int64]
    """(n,) number of the event in its source."""
    classes: tuple[str, ...]
    """Names of the classes; their position is `y`."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Unit of each column and array; empty for pure numbers."""
    arrays: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    """Name -> (n, ...) images, nodes of graphs and the like."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What else goes with the numbers, as JSON: cross sections, cuts, where they come from."""

    def __post_init__(self) -> None:
        """Refuse what does not belong together.

        Raises
        ------
        ArgumentError
            Columns of different lengths, or with a name that the export needs itself.
        """
        for name in (*self.columns, *self.arrays):
            if name in OURS or (name in self.columns and name in self.arrays):
                msg = f"a column is called {name!r}, as one that every export has ({', '.join(OURS)}); leave it out"
                raise ArgumentError(msg)
        n = len(self.y)
        for name, values in self._all().items():
            if len(values) != n or (name not in self.arrays and values.ndim != 1):
                msg = f"{name!r} is of shape {values.shape}; it should have {n} rows, one for each event"
                raise ArgumentError(msg)

    def _all(self) -> dict[str, npt.NDArray[Any]]:
        found: dict[str, npt.NDArray[Any]] = {**self.columns, **self.arrays}
        return found | dict(zip(OURS, (self.y, self.weights, self.split, self.event), strict=True))

    def _described(self, names: Mapping[str, str]) -> dict[str, Any]:
        """Return what goes into a file as JSON; `names` gives what a column is called there."""
        return {
            "about": dict(self.about),
            "classes": list(self.classes),
            "names": {name: valid for name, valid in names.items() if name != valid},
            "columns": OURS,
            "units": {name: self.units.get(name, "") for name in (*self.columns, *self.arrays)},
        }


def to_numpy(frame: Frame) -> npt.NDArray[np.void]:
    """Return a structured array with a field for each column, then class, weight, split and event.

    Parameters
    ----------
    frame : Frame
        n events.

    Returns
    -------
    numpy.ndarray
        (n,) records; ``np.save`` writes it, `open_table` opens it. Images are fields with a shape of their own.

    Examples
    --------
    >>> frame = Frame({"met": np.array([50.0, 20.0])}, np.array([0, 1]), np.ones(2), np.zeros(2, np.int8), np.arange(2), ("a", "b"))
    >>> to_numpy(frame)["met"], to_numpy(frame).dtype.names
    (array([50., 20.]), ('met', 'class', 'weight', 'split', 'event'))
    """
    parts = frame._all()
    found = np.empty(len(frame.y), dtype=[(name, values.dtype, values.shape[1:]) for name, values in parts.items()])
    for name, values in parts.items():
        found[name] = values
    return found


def to_pandas(frame: Frame) -> pd.DataFrame:
    """Return a DataFrame with the columns, then class, weight, split and event; units and class names are in ``attrs``.

    Raises
    ------
    MissingProgramError
        pandas is not installed.
    ArgumentError
        There are images or other arrays, for which a DataFrame has no place.
    """
    try:
        import pandas as pd
    except ImportError as error:
        msg = "a DataFrame needs pandas, which is not installed: pip install 'hml_jupyter[pandas]'"
        raise MissingProgramError(msg) from error
    if frame.arrays:
        msg = f"a DataFrame has no place for {', '.join(frame.arrays)} with several values in each row; use to_numpy or to_hdf5"
        raise ArgumentError(msg)
    found = pd.DataFrame(frame._all())
    found.attrs.update(frame._described({}))
    return found


def to_root(frame: Frame, path: str | os.PathLike[str]) -> Path:
    """Write a flat ROOT tree, ``events``; return the path.

    Parameters
    ----------
    frame : Frame
        n events. ``fatjet0.mass`` becomes the branch ``fatjet0_mass``; the names, units and classes are kept beside the
        tree as JSON, and `open_table` gives the names back.
    path : str or path
        The file; see :func:`hml_jupyter.places.written` for what is replaced and what is refused.
    """
    import uproot

    parts = frame._all()
    names = valid_names(parts)

    def write(file: Path) -> None:
        with uproot.recreate(file) as root:
            tree = root.mktree(TREE, {names[n]: np.dtype((v.dtype, v.shape[1:])) for n, v in parts.items()})
            for first in range(0, len(frame.y), STEP):
                tree.extend({names[n]: np.ascontiguousarray(v[first : first + STEP]) for n, v in parts.items()})
            root[ABOUT] = to_text(frame._described(names))

    return written(path, _is_our_root, write)


def to_hdf5(frame: Frame, path: str | os.PathLike[str]) -> Path:
    """Write an HDF5 file with a dataset for each column, its unit as an attribute; return the path.

    Parameters
    ----------
    frame : Frame
        n events. Names, units and classes are also kept in the attribute ``hml_jupyter`` of the file, as JSON.
    path : str or path
        The file; see :func:`hml_jupyter.places.written` for what is replaced and what is refused.
    """
    import h5py

    parts = frame._all()
    names = valid_names(parts, strange="/")

    def write(file: Path) -> None:
        with h5py.File(file, "w", track_order=True) as root:
            root.attrs[ABOUT] = to_text(frame._described(names))
            for name, values in parts.items():
                made = root.create_dataset(
                    names[name], shape=values.shape, dtype=values.dtype, chunks=True if len(values) else None
                )
                made.attrs["unit"] = frame.units.get(name, "")
                for first in range(0, len(values), STEP):
                    made[first : first + STEP] = values[first : first + STEP]

    return written(path, _is_our_hdf5, write)


def _is_our_root(place: Path) -> bool:
    import uproot

    try:
        with uproot.open(place) as file:
            return ABOUT in file.keys(cycle=False)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return False


def _is_our_hdf5(place: Path) -> bool:
    import h5py

    try:
        with h5py.File(place, "r") as file:
            return ABOUT in file.attrs
    except OSError:
        return False
