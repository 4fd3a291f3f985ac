"""The two layouts in which pandas writes a DataFrame to HDF5, read without PyTables.

PyTables keeps lists of names as pickles in attributes. They are never unpickled: `pickletools` takes them apart, and a list of
texts is all that is understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pickletools import genops
from typing import Any

import h5py
import numpy as np

from ..errors import FileFormatError
from . import blocks
from .rows import Rows, rows_of

__all__ = ["is_pandas", "names_in_pickle", "pandas_columns"]

#: Instructions of a pickle that build a list of texts, and those that only take notes.
TEXTS = ("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "STRING", "BINSTRING", "SHORT_BINSTRING")
SILENT = (
    "PROTO",
    "FRAME",
    "MARK",
    "LIST",
    "EMPTY_LIST",
    "PUT",
    "BINPUT",
    "LONG_BINPUT",
    "MEMOIZE",
    "APPEND",
    "APPENDS",
    "STOP",
)


def is_pandas(group: h5py.Group) -> bool:
    """Tell whether a group is a DataFrame that pandas wrote."""
    return _text(group.attrs.get("pandas_type")) in ("frame", "frame_table")


def pandas_columns(group: h5py.Group, label: str) -> dict[str, blocks.Column]:
    """Return the columns of a DataFrame in HDF5.

    Parameters
    ----------
    group : h5py.Group
        Written by ``DataFrame.to_hdf`` with ``format="table"`` or ``"fixed"``.
    label : str
        Of the file, for messages.

    Raises
    ------
    FileFormatError
        Its names or values are not where pandas puts them.
    """
    found = _in_table(group, label) if _text(group.attrs["pandas_type"]) == "frame_table" else _fixed(group, label)
    columns = dict(found)
    order = [name for name in _order(group, label) if name in columns] or list(columns)
    return {name: columns[name] for name in order}


def names_in_pickle(data: bytes, where: str) -> list[str]:
    r"""Return the texts of a pickled list, which is read and not executed.

    Parameters
    ----------
    data : bytes
        The pickle.
    where : str
        What has it, for messages.

    Raises
    ------
    FileFormatError
        Anything else than a list of texts.

    Examples
    --------
    >>> names_in_pickle(b"(lp0\nVE_0\np1\naVPX_0\np2\na.", "names")
    ['E_0', 'PX_0']
    >>> names_in_pickle(b"cos\nsystem\n(S'true'\ntR.", "names")
    Traceback (most recent call last):
    hml_jupyter.errors.FileFormatError: names: expected a list of names; found a pickle of something else, which is not read
    """
    names: list[str] = []
    try:
        for operation, argument, _ in genops(data):
            if operation.name in TEXTS:
                names.append(str(argument))
            elif operation.name not in SILENT:
                raise ValueError(operation.name)
    except Exception as error:  # a damaged pickle meets every kind of error
        msg = f"{where}: expected a list of names; found a pickle of something else, which is not read"
        raise FileFormatError(msg) from error
    return names


def _in_table(group: h5py.Group, label: str) -> Iterator[tuple[str, blocks.Column]]:
    """Yield the columns of the layout "table": blocks of columns of one type, as fields of records."""
    where = f"{label}: {group.name}"
    table = group.get("table")
    if not isinstance(table, h5py.Dataset) or table.dtype.names is None:
        msg = f"{where}: expected the table of a DataFrame; found none, the file is damaged"
        raise FileFormatError(msg)
    rows = rows_of(table, label)
    for field in table.dtype.names:
        kind = table.dtype[field]
        names = None if field == "index" else _names(table.attrs.get(f"{field}_kind"), f"{where} {field}")
        if names is None:
            continue
        width = kind.shape[0] if kind.shape else 1
        if len(names) != width:
            msg = f"{where}: {field} has {width} columns and {len(names)} names; the file is damaged"
            raise FileFormatError(msg)
        block = blocks.Matrix(partial(_field, rows, field))
        for k, name in enumerate(names):
            yield name, blocks.Column(block, k, kind.base, rows.shape)


def _fixed(group: h5py.Group, label: str) -> Iterator[tuple[str, blocks.Column]]:
    """Yield the columns of the layout "fixed": an array and its names for each type."""
    where = f"{label}: {group.name}"
    for k in range(int(group.attrs.get("nblocks", 0))):
        values, items = group.get(f"block{k}_values"), group.get(f"block{k}_items")
        if not isinstance(values, h5py.Dataset) or not isinstance(items, h5py.Dataset) or items.ndim != 1:
            msg = f"{where}: expected the blocks of a DataFrame; block {k} is missing, the file is damaged"
            raise FileFormatError(msg)
        names = [_text(name) for name in rows_of(items, label)[: len(items)].tolist()]
        rows = rows_of(values, label)
        if values.dtype.hasobject:
            yield from ((name, blocks.Column(blocks.Sliced({}), name, values.dtype, (0,))) for name in names)
            continue
        if len(rows.shape) != 2 or rows.shape[1] != len(names):
            msg = f"{where}: block {k} is of shape {rows.shape} and has {len(names)} names; the file is damaged"
            raise FileFormatError(msg)
        block = blocks.Matrix(rows.between)
        yield from ((name, blocks.Column(block, n, rows.dtype, rows.shape[:1])) for n, name in enumerate(names))


def _order(group: h5py.Group, label: str) -> list[str]:
    """Return the names in the order of the DataFrame, where it is kept apart."""
    axis = group.get("axis0")
    if isinstance(axis, h5py.Dataset) and axis.ndim == 1:
        return [_text(name) for name in rows_of(axis, label)[: len(axis)].tolist()]
    return []


def _names(value: Any, where: str) -> list[str] | None:
    """Return the names of the columns in a field; None for a field that is none of pandas."""
    if value is None:
        return None
    if isinstance(value, np.ndarray):
        return [_text(each) for each in value.tolist()]
    data = value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")
    return names_in_pickle(bytes(data), where)


def _field(rows: Rows, field: str, start: int, stop: int) -> Any:
    """Return a field of some rows, with its columns side by side."""
    values = rows.read([field], start, stop)[field]
    return values if values.ndim == 2 else values[:, np.newaxis]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
