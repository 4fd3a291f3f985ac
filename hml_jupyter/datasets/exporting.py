"""Datasets for other programs: NumPy, pandas, ROOT, HDF5."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from ..tables import Frame, to_hdf5, to_numpy, to_pandas, to_root
from .described import Described

if TYPE_CHECKING:
    import pandas as pd

    from .dataset import Dataset

__all__ = ["Exportable", "frame_of"]


class Exportable(Described):
    """What a dataset can be exported to: its simulated events with columns, side columns, class, weight, split and event.

    An export is no result of ours: it goes where the user says, and is not recorded. :func:`build_dataset` takes it as a table.
    """

    def to_numpy(self) -> npt.NDArray[np.void]:
        """Return a structured array, (n,), with a field for each column and for each array of images or graphs.

        Returns
        -------
        numpy.ndarray
            The columns by their names, ``weight_<name>`` (pb) of each systematic variation, then ``class`` (index in
            `classes`), ``weight`` (pb), ``split`` (0 train, 1 validation, 2 test) and ``event`` (number in the source).

        Examples
        --------
        >>> from hml_jupyter.datasets import example
        >>> example().to_numpy()[["fatjet0.mass", "class"]][0]
        np.void((70.0, 0), dtype=...)
        """
        return to_numpy(_frame(self))

    def to_pandas(self) -> pd.DataFrame:
        """Return a DataFrame, the columns as those of :meth:`to_numpy`; units, classes and what is known are in its ``attrs``.

        Raises
        ------
        MissingProgramError
            pandas is not installed.
        ArgumentError
            It holds images or graphs, for which a DataFrame has no place.
        """
        return to_pandas(_frame(self))

    def to_root(self, path: str | os.PathLike[str]) -> Path:
        """Write a flat ROOT tree, ``events``: ``fatjet0.mass`` becomes the branch ``fatjet0_mass``; return the path.

        Parameters
        ----------
        path : str or path
            The file. An earlier export is replaced, any other file is not.

        Raises
        ------
        PathError
            It is no path, its folder does not exist, or the place belongs to another file.
        """
        return to_root(_frame(self), path)

    def to_hdf5(self, path: str | os.PathLike[str]) -> Path:
        """Write an HDF5 file with a dataset for each column, its unit as an attribute; return the path.

        Parameters
        ----------
        path : str or path
            The file. An earlier export is replaced, any other file is not.

        Raises
        ------
        PathError
            It is no path, its folder does not exist, or the place belongs to another file.
        """
        return to_hdf5(_frame(self), path)


def frame_of(dataset: Dataset) -> Frame:
    """Return what is exported of a dataset; of a selection its events alone."""
    units = {name: dataset.unit(name) for name in dataset.column_names}
    arrays = dataset.arrays
    if len(set(dataset.units)) == 1:  # several channels or features have their units in the declaration
        units |= dict.fromkeys(arrays, dataset.units[0])
    varied = {f"weight_{name}": dataset.weights_of(name) for name in dataset.variations}
    return Frame(
        columns={name: dataset.column(name) for name in dataset.column_names} | varied,
        y=dataset.y,
        weights=dataset.weights,
        split=dataset.split,
        event=dataset.event,
        classes=dataset.classes,
        units=units,
        arrays=arrays,
        about=_about(dataset),
    )


def _frame(dataset: Exportable) -> Frame:
    return frame_of(cast("Dataset", dataset))


def _about(dataset: Dataset) -> dict[str, Any]:
    """Return what a file says of the dataset beside its numbers; plain JSON."""
    return {
        "about": dataset.about,
        "kind": dataset.kind,
        "declaration": dataset.declaration,
        "signal": list(dataset.signal),
        "counts": dataset.counts,
        "cross_sections": {name: each["cross_section"] for name, each in dataset.counts.items()},
        "fractions": {name: list(each) for name, each in dataset.fractions.items()},
        "requirement": dataset.requirement,
        "cuts": list(dataset.all_cuts),
        "parts": list(dataset.parts),
        "seed": dataset.seed,
    }
