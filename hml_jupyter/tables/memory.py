"""Tables in memory: DataFrames, dictionaries of arrays, structured arrays, Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import awkward as ak
import numpy as np
import pyarrow as pa

from ..canonical import fingerprint
from ..errors import ArgumentError, FileFormatError
from . import arrow, blocks
from .reader import LIST, Array, Contents, Read, is_number, kind_of, refuse_repeated

__all__ = ["MemoryReader", "columns_of", "identity", "is_frame"]


class MemoryReader:
    """Cuts arrays by rows.

    Parameters
    ----------
    label : str
        For messages.
    arrays : mapping
        NumPy or jagged awkward arrays.
    left_out : mapping
        Columns that are not numbers -> what they hold.
    """

    def __init__(self, label: str, arrays: Mapping[str, Array], left_out: Mapping[str, str]) -> None:
        self.label, self.arrays, self.left_out = label, arrays, left_out

    def look(self) -> Contents:
        """Return the columns."""
        if not self.arrays and self.left_out:
            told = ", ".join(f"{name} ({what})" for name, what in list(self.left_out.items())[:8])
            msg = f"{self.label}: expected columns of numbers; found {told}"
            raise FileFormatError(msg)
        found = blocks.contents(self.label, self._found())
        jagged = [name for name, array in self.arrays.items() if isinstance(array, ak.Array)]
        vectors = tuple(name for name in found.names if name in found.vectors or name in jagged)
        return found._replace(vectors=vectors, left_out={**self.left_out, **found.left_out})

    @contextmanager
    def session(self) -> Iterator[Read]:
        """Give the function that reads."""
        found = self._found()
        yield lambda names, start, stop: blocks.read(found, names, start, stop)

    def _found(self) -> dict[str, blocks.Column]:
        block = blocks.Sliced(self.arrays)
        return {name: blocks.Column(block, name, *_type(array)) for name, array in self.arrays.items()}


def columns_of(source: Any, label: str) -> MemoryReader | None:
    """Return a reader of something in memory that is a table; None for anything else.

    Raises
    ------
    ArgumentError, FileFormatError
        Columns that no table has.
    """
    if isinstance(source, pa.Table):
        refuse_repeated(label, source.column_names)
        found = arrow.contents(source.schema, source.num_rows)
        return MemoryReader(label, {name: arrow.to_array(source[name]) for name in found.names}, found.left_out)
    if isinstance(source, np.ndarray):
        columns = blocks.columns_of_array(label, source, None)
        return MemoryReader(label, {name: source[name] for name in columns}, {})
    if isinstance(source, Mapping):
        return MemoryReader(
            label, {_name(name, label): _array(name, value, label) for name, value in source.items()}, {}
        )
    if is_frame(source):
        return _of_frame(source, label)
    return None


def identity(contents: Contents, read: Read) -> str:
    """Return the hash of the content of a table in memory."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for name, values in read(contents.names, 0, contents.n_rows).items():
        is_jagged = isinstance(values, ak.Array)
        if is_jagged:
            arrays[f"{name}#"] = np.asarray(ak.to_numpy(ak.num(values)), dtype=np.int64)
        arrays[name] = np.asarray(ak.to_numpy(ak.flatten(values))) if is_jagged else values
    return fingerprint(arrays, {"table": list(contents.names)})


def is_frame(source: Any) -> bool:
    """Tell whether this is a DataFrame of pandas, which need not be installed."""
    return type(source).__module__.partition(".")[0] == "pandas" and type(source).__name__ == "DataFrame"


def _of_frame(frame: Any, label: str) -> MemoryReader:
    names = [str(name) for name in frame.columns]
    refuse_repeated(label, names)
    arrays: dict[str, Array] = {}
    left_out: dict[str, str] = {}
    for k, name in enumerate(names):
        column = frame.iloc[:, k]
        kind = getattr(column.dtype, "numpy_dtype", column.dtype)  # of types that know missing values
        if not isinstance(kind, np.dtype) or not is_number(kind):
            left_out[name] = str(column.dtype)
        elif column.dtype != kind and column.isna().any():
            arrays[name] = column.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            arrays[name] = column.to_numpy(dtype=kind)
    return MemoryReader(label, arrays, left_out)


def _name(name: object, label: str) -> str:
    if not isinstance(name, str) or not name:
        msg = f"{label}: the columns of a table are called by texts, not {name!r}"
        raise ArgumentError(msg)
    return name


def _array(name: str, value: Any, label: str) -> Array:
    if isinstance(value, ak.Array):
        return _of_awkward(name, value, label)
    array = np.asarray(value)
    if array.ndim == 0:
        msg = f"{label}: {name!r} is one value, a column has one for each row"
        raise ArgumentError(msg)
    return array


def _of_awkward(name: str, value: ak.Array, label: str) -> Array:
    """Return a column; what is missing is NaN, a missing list is empty."""
    kind = kind_of(value.type.content)
    if not kind:
        msg = f"{label}: {name!r} is no column of numbers or lists of numbers but of {value.type.content}"
        raise FileFormatError(msg)
    if kind == LIST:
        return ak.fill_none(ak.fill_none(value, [], axis=0), np.nan, axis=-1)
    return np.asarray(ak.to_numpy(ak.fill_none(value, np.nan)))


def _type(array: Array) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Return the type and shape of a column; lists of changing length count as one axis."""
    if isinstance(array, ak.Array):
        return np.dtype(np.float64), (len(array),)
    return array.dtype, array.shape
