"""Flat tables: CSV, Parquet, NumPy, HDF5, ROOT trees, and what is in memory, read in pieces."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from .. import checks
from ..errors import ArgumentError, FileFormatError, UnknownNameError
from ..registry import named
from .files import READERS, check_present, path_and_key, reader_of, suffix_of
from .memory import columns_of, identity
from .reader import Array, Contents, Reader

__all__ = ["FlatTable", "is_table", "open_table"]

#: Rows that `batches` reads at once.
BATCH = 50_000


@dataclass(frozen=True)
class FlatTable:
    """Rows of numbers that are read in pieces; of a file it can be sent to another process.

    Examples
    --------
    >>> import numpy as np
    >>> table = open_table({"m_jj": np.array([90.0, 91.0, 92.0]), "n": np.array([2, 3, 2])})
    >>> table.n_rows, table.names
    (3, ('m_jj', 'n'))
    >>> table.read(["m_jj"], 1, 3)
    {'m_jj': array([91., 92.])}
    """

    label: str
    """For messages."""
    n_rows: int
    """Number of rows."""
    names: tuple[str, ...]
    """Columns, as the source calls them."""
    vectors: tuple[str, ...]
    """Those of them that hold a list in each row."""
    identity: Path | str
    """The file; of a table in memory the hash of its content."""
    left_out: Mapping[str, str]
    """Columns that are not numbers -> what they hold."""
    reader: Reader = field(repr=False, compare=False)
    """How it is read."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What else says which numbers they are, for a recipe: ``key``, the tree or group in the file, ``columns``, and what was said
    of weights."""
    weight: str | Literal[False] | None = None
    """The column with the weights, False for none; None where its name tells."""
    cross_section: float | Literal["weights"] | None = None
    """pb; ``"weights"`` for the sum of the weights; None where it is not known."""

    def read(self, names: Sequence[str] | None = None, start: int = 0, stop: int | None = None) -> dict[str, Array]:
        """Return columns of some rows.

        Parameters
        ----------
        names : sequence of str, optional
            Which; all by default. Nothing else is read.
        start, stop : int
            From the row `start` up to before `stop`; to the end by default.

        Returns
        -------
        dict
            Name -> NumPy array (rows,), (rows, k) for lists of one length, or a jagged awkward array. NaN where a
            whole number is missing.

        Raises
        ------
        UnknownNameError
            No such column.
        FileFormatError
            The file is damaged there.
        """
        wanted = self._wanted(names)
        first, last = self._range(start, stop)
        with self.reader.session() as read:
            return read(wanted, first, last)

    def batches(
        self, names: Sequence[str] | None = None, *, rows: int = BATCH, start: int = 0, stop: int | None = None
    ) -> Iterator[dict[str, Array]]:
        """Yield columns some rows at a time, in order; the source is opened once.

        Parameters
        ----------
        names, start, stop
            As for `read`.
        rows : int
            So many at once, at most.
        """
        wanted = self._wanted(names)
        first, last = self._range(start, stop)
        rows = checks.whole("rows", rows, 1)
        with self.reader.session() as read:
            for at in range(first, last, rows):
                yield read(wanted, at, min(at + rows, last))

    def _wanted(self, names: Sequence[str] | None) -> tuple[str, ...]:
        if names is None:
            return self.names
        if isinstance(names, str):
            msg = f"the columns of a table are given as a list: [{names!r}]"
            raise ArgumentError(msg)
        for name in names:
            if name in self.left_out:
                msg = f"{self.label}: the column {name!r} is not of numbers but of {self.left_out[name]}"
                raise FileFormatError(msg)
            if name not in self.names:
                raise UnknownNameError("column", name, self.names, hint=f"It is missing in {self.label}")
        return tuple(dict.fromkeys(names))

    def _range(self, start: int, stop: int | None) -> tuple[int, int]:
        first = min(checks.whole("start", start, 0), self.n_rows)
        last = self.n_rows if stop is None else min(checks.whole("stop", stop, 0), self.n_rows)
        return first, max(first, last)


@named
def open_table(
    source: Any,
    label: str = "",
    *,
    columns: Sequence[str] | None = None,
    weight: str | Literal[False] | None = None,
    cross_section: float | Literal["weights"] | None = None,
) -> FlatTable:
    """Return a table of numbers that is read in pieces, and say what its weights are.

    Parameters
    ----------
    source : path or table
        A file: ``.csv`` or ``.csv.gz`` with names in the first line, ``.parquet``, ``.npy``, ``.npz``, ``.h5`` or
        ``.hdf5``, or ``.root``; of several trees, groups or tables in a file ``"file.root:tree"`` names one. Or a pandas
        DataFrame, a dictionary of arrays, a structured NumPy array, a pyarrow Table.
    label : str, optional
        What messages call it; the name of the file by default.
    columns : sequence of str, optional
        Names for the columns of an array of shape (rows, columns), which has none.
    weight : str or False, optional
        The column with the weights of the events; by default the one whose name says so (``weight``, ``genWeight`` ...), or all
        count the same, as for False.
    cross_section : float or "weights", optional
        What the weights of all rows are scaled to, pb. ``"weights"``: they are in pb already, and their sum is the cross
        section. By default it is not known; weights then sum to 1 in a dataset, and there are no expected events.

    Returns
    -------
    FlatTable

    Raises
    ------
    PathError
        There is no such file; near names are listed.
    FileFormatError
        It is damaged, holds no numbers or objects, or more than one table.
    UnknownNameError
        `weight` is no column.
    ArgumentError
        Something that is no table; a cross section that cannot be.

    Examples
    --------
    >>> open_table({"pt": [30.0, 40.0], "jet": ["a", "b"]}).left_out
    {'jet': '<U1'}
    >>> open_table({"pt": [30.0, 40.0], "w": [0.5, 1.5]}, weight="w", cross_section="weights").weight
    'w'
    """
    table = _opened(source, label, columns)
    said = {"weight": weight, "cross_section": cross_section}
    return _weighted(table, {name: value for name, value in said.items() if value is not None})


def _opened(source: Any, label: str, columns: Sequence[str] | None) -> FlatTable:
    names = None if columns is None else tuple(columns)
    if isinstance(source, str | os.PathLike):
        path, key = path_and_key(source)
        check_present(path)
        reader = reader_of(path.absolute(), key, names)
        found = reader.look()
        called = f"{path.name}:{key}" if key else path.name
        options: dict[str, Any] = {"key": key} if key else {}
        options |= {"columns": list(names)} if names is not None else {}
        return _table(label or called, found, path, reader, options)
    if names is not None and not hasattr(source, "dtype"):
        msg = "columns= names the columns of a plain array; this table has names"
        raise ArgumentError(msg)
    if names is not None:
        source = _named(source, names, label)
    called = label or f"a {type(source).__name__}"
    memory = columns_of(source, called)
    if memory is None:
        msg = f"a table is a path, a DataFrame, a dictionary of arrays or a structured array, not a {type(source).__name__}"
        raise ArgumentError(msg)
    found = memory.look()
    with memory.session() as read:
        return _table(called, found, identity(found, read), memory, {})


def is_table(source: Any) -> bool:
    """Tell whether `open_table` is what opens `source`: by its type, the end of its name, and for ROOT by what is in it.

    Parameters
    ----------
    source : object
        A path, or something in memory.

    Examples
    --------
    >>> is_table("events.csv"), is_table("events.root:tree"), is_table("events.lhe"), is_table({"pt": [1.0]})
    (True, True, False, True)
    """
    if not isinstance(source, str | os.PathLike):
        import pyarrow as pa

        named = isinstance(source, np.ndarray) and source.dtype.names is not None
        return named or isinstance(source, Mapping | pa.Table) or type(source).__name__ == "DataFrame"
    path, key = path_and_key(source)
    suffix = suffix_of(path)
    if suffix != ".root" or key:
        return suffix in READERS
    from .trees import tree_names

    return path.is_file() and "Delphes" not in tree_names(path)


def _weighted(table: FlatTable, said: dict[str, Any]) -> FlatTable:
    """Return the table with what was said of its weights, checked."""
    weight: Any = said.get("weight")
    sigma: Any = said.get("cross_section")
    if weight is not None and weight is not False:
        table._wanted((weight,) if isinstance(weight, str) else ())
        if not isinstance(weight, str) or weight in table.vectors:
            msg = f"{table.label}: weight= is a column of one number in each row, or False for none, not {weight!r}"
            raise ArgumentError(msg)
    is_number = isinstance(sigma, int | float | np.number) and not isinstance(sigma, bool) and 0 < sigma < np.inf
    if sigma is not None and not is_number and not (isinstance(sigma, str) and sigma == "weights"):
        msg = f"{table.label}: cross_section= is a positive number of pb, or 'weights' where it is their sum, not {sigma!r}"
        raise ArgumentError(msg)
    if is_number:
        said["cross_section"] = float(sigma)
    return replace(table, **said, options={**table.options, **said})


def _named(array: Any, names: tuple[str, ...], label: str) -> dict[str, Any]:
    from .blocks import columns_of_array

    columns_of_array(label or "an array", array, names)
    return {name: array[:, k] for k, name in enumerate(names)}


def _table(label: str, found: Contents, identity: Path | str, reader: Reader, options: Mapping[str, Any]) -> FlatTable:
    return FlatTable(label, found.n_rows, found.names, found.vectors, identity, found.left_out, reader, options)
