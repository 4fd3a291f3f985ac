"""The arrays of a dataset and what describes them, and their files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ..provenance import SCHEMA, fingerprint, read_json, write_json

__all__ = ["PARTS", "Description", "Table", "read_description", "read_table", "table_fingerprint", "write_table"]

#: What the numbers in `split` mean.
PARTS = ("train", "validation", "test")

_ARRAYS = "events.parquet"
_DESCRIPTION = "dataset.json"


@dataclass(frozen=True)
class Table:
    """One row each event."""

    values: npt.NDArray[np.float64]
    """(n, columns), side columns last; NaN where an object is missing."""
    y: npt.NDArray[np.int64]
    """(n,) index of the class."""
    weights: npt.NDArray[np.float64]
    """(n,) pb, or 1 / sum of weights where the cross section is not known."""
    split: npt.NDArray[np.int8]
    """(n,) index into ``PARTS``."""
    event: npt.NDArray[np.int64]
    """(n,) number of the event in its source."""

    def masked(self, mask: npt.NDArray[np.bool_]) -> Table:
        """Return the rows where `mask` holds."""
        # column by column, so that a column stays contiguous
        values = np.empty((int(mask.sum()), self.values.shape[1]), order="F")
        for k in range(self.values.shape[1]):
            values[:, k] = self.values[mask, k]
        return Table(values, self.y[mask], self.weights[mask], self.split[mask], self.event[mask])


@dataclass(frozen=True)
class Description:
    """What the arrays mean; plain JSON."""

    names: tuple[str, ...]
    """Columns a method sees, canonical."""
    side_names: tuple[str, ...]
    """Columns for cuts and plots only."""
    units: dict[str, str]
    """Unit of each column, side columns too."""
    classes: tuple[str, ...]
    """Class names; their position is `y`."""
    signal: tuple[str, ...]
    """Which classes are signal."""
    requirement: str | None
    """Canonical text of `require`."""
    seed: int
    """Of the split."""
    parts: tuple[float, ...]
    """Fractions of train, validation and test that were asked for."""
    counts: dict[str, dict[str, Any]]
    """For each class from the start: generated, sum_of_weights, sum_of_squared_weights, required, cross_section, error."""
    fractions: dict[str, tuple[float, ...]]
    """For each class, the part of the summed weights after `require` in train, validation and test."""


def write_table(folder: Path, table: Table, description: Description) -> None:
    """Write both files."""
    names = (*description.names, *description.side_names)
    columns: dict[str, npt.NDArray[Any]] = {name: table.values[:, k] for k, name in enumerate(names)}
    columns |= {"class": table.y, "weight": table.weights, "split": table.split, "event": table.event}
    arrays = pa.table({name: pa.array(np.ascontiguousarray(column)) for name, column in columns.items()})
    pq.write_table(arrays, folder / _ARRAYS, compression="zstd")
    write_json(folder / _DESCRIPTION, {"schema": SCHEMA, **asdict(description)})


def read_table(folder: Path) -> Table:
    """Read the arrays."""
    arrays = pq.read_table(folder / _ARRAYS)
    *columns, y, weights, split, event = (column.to_numpy() for column in arrays.columns)
    values = np.empty((len(y), len(columns)), order="F")
    for k, column in enumerate(columns):
        values[:, k] = column
    return Table(values, *(np.array(each) for each in (y, weights, split, event)))


def read_description(folder: Path) -> Description:
    """Read what describes the arrays."""
    found = read_json(folder / _DESCRIPTION)
    del found["schema"]
    for name in ("names", "side_names", "classes", "signal", "parts"):
        found[name] = tuple(found[name])
    found["fractions"] = {name: tuple(each) for name, each in found["fractions"].items()}
    return Description(**found)


def table_fingerprint(table: Table, description: Description) -> str:
    """Return the hash of arrays and description."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "values": table.values,
        "y": table.y,
        "weights": table.weights,
        "split": table.split,
        "event": table.event,
    }
    return fingerprint(arrays, asdict(description))
