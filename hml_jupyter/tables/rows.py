"""Datasets of HDF5, cut by rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from ..errors import FileFormatError, MissingProgramError

__all__ = ["Rows", "rows_of"]


class Rows:
    """A dataset that is cut by rows; of records it reads the wanted fields together."""

    def __init__(self, dataset: h5py.Dataset, label: str) -> None:
        self.dataset, self.label = dataset, label
        self.name, self.dtype, self.shape = str(dataset.name), dataset.dtype, tuple(dataset.shape)

    def __getitem__(self, rows: slice) -> npt.NDArray[Any]:
        """Return some rows."""
        return self._read(self.dataset, rows)

    def between(self, start: int, stop: int) -> npt.NDArray[Any]:
        """Return the rows `start` to `stop`."""
        return self[start:stop]

    def read(self, keys: Sequence[str], start: int, stop: int) -> dict[str, npt.NDArray[Any]]:
        """Return fields of the rows `start` to `stop`."""
        piece = self._read(self.dataset.fields(list(keys)), slice(start, stop))
        return {key: piece[key] for key in keys}

    def _read(self, source: Any, rows: slice) -> npt.NDArray[Any]:
        try:
            return np.asarray(source[rows])
        except OSError as error:
            if self.dataset.compression != "unknown" and "filter" not in str(error):
                raise
            msg = f"{self.label}: {self.name} is compressed in a way that HDF5 knows by the package hdf5plugin only: pip install 'hml_jupyter[hdf5]'"
            raise MissingProgramError(msg) from error


def rows_of(dataset: h5py.Dataset, label: str) -> Rows:
    """Return a dataset to be read by rows.

    Raises
    ------
    FileFormatError
        Its numbers are in other files, which nobody has named.
    """
    if dataset.is_virtual or dataset.external:
        msg = f"{label}: the numbers of {dataset.name} are in other files; copy them into one (h5repack does it)"
        raise FileFormatError(msg)
    return Rows(dataset, label)
