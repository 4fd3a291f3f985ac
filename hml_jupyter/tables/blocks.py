"""Columns that lie in arrays which can be cut by rows: in memory, mapped from a file, in an archive, in HDF5."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ..errors import FileFormatError
from .reader import Array, Contents, is_number, native, refuse_repeated

__all__ = ["Block", "Column", "Matrix", "Sliced", "columns_of_array", "contents", "read"]


class Block(Protocol):
    """Columns that are read together."""

    def read(self, keys: Sequence[Any], start: int, stop: int) -> Mapping[Any, Array]:
        """Return some of them, rows `start` to `stop`."""


class Column(NamedTuple):
    """Where a column is."""

    block: Block
    """What it is read with."""
    key: Any
    """Its name there."""
    dtype: np.dtype[Any]
    """Type of a number."""
    shape: tuple[int, ...]
    """Of all rows."""


class Sliced:
    """Arrays that are cut by rows, each for itself."""

    def __init__(self, parts: Mapping[Any, Any]) -> None:
        self.parts = parts

    def read(self, keys: Sequence[Any], start: int, stop: int) -> dict[Any, Array]:
        """Return the arrays `keys`, rows `start` to `stop`."""
        return {key: self.parts[key][start:stop] for key in keys}


class Matrix:
    """Columns that lie side by side in the last axis of one array.

    Parameters
    ----------
    rows : callable
        Returns the rows from the first number up to the second.
    """

    def __init__(self, rows: Callable[[int, int], npt.NDArray[Any]]) -> None:
        self.rows = rows

    def read(self, keys: Sequence[int], start: int, stop: int) -> dict[int, Array]:
        """Return the columns at the places `keys`, rows `start` to `stop`."""
        piece = self.rows(start, stop)
        return {key: piece[..., key] for key in keys}


def contents(label: str, columns: Mapping[str, Column]) -> Contents:
    """Return what a table of these columns holds.

    Raises
    ------
    FileFormatError
        Columns of different lengths, or none.
    """
    numbers = {name: column for name, column in columns.items() if is_number(column.dtype) and column.shape}
    lengths = {name: column.shape[0] for name, column in numbers.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in list(lengths.items())[:8])
        msg = f"{label}: the columns of a table have one length, these differ: {told}"
        raise FileFormatError(msg)
    left_out = {name: str(column.dtype) for name, column in columns.items() if name not in numbers}
    if not numbers:
        told = ", ".join(f"{name} ({what})" for name, what in list(left_out.items())[:8])
        msg = f"{label}: expected columns of numbers; found {told or 'none'}"
        raise FileFormatError(msg)
    vectors = tuple(name for name, column in numbers.items() if len(column.shape) > 1)
    return Contents(next(iter(lengths.values())), tuple(numbers), vectors, left_out)


def read(columns: Mapping[str, Column], names: Sequence[str], start: int, stop: int) -> dict[str, Array]:
    """Return columns, each block read once."""
    blocks: dict[int, tuple[Block, list[str]]] = {}
    for name in names:
        block = columns[name].block
        blocks.setdefault(id(block), (block, []))[1].append(name)
    found: dict[str, Array] = {}
    for block, together in blocks.values():
        pieces = block.read([columns[name].key for name in together], start, stop)
        found |= {name: _own(pieces[columns[name].key]) for name in together}
    return {name: found[name] for name in names}


def _own(values: Array) -> Array:
    return native(values) if isinstance(values, np.ndarray) else values


def columns_of_array(label: str, array: npt.NDArray[Any], names: Sequence[str] | None) -> dict[str, Column]:
    """Return the columns of a structured array, or of a 2-d one whose columns are `names`.

    Raises
    ------
    FileFormatError
        An array of another shape or of Python objects, or without names.
    """
    if array.dtype.hasobject:
        msg = f"{label}: the array holds Python objects, which are not read; write numbers"
        raise FileFormatError(msg)
    if array.dtype.names is not None and array.ndim == 1:
        block = Sliced({name: array[name] for name in array.dtype.names})
        types = {name: array.dtype[name] for name in array.dtype.names}
        return {
            name: Column(block, name, each.base if each.subdtype else each, (len(array), *each.shape))
            for name, each in types.items()
        }
    if array.ndim != 2 or array.dtype.names is not None:
        msg = f"{label}: a table is a structured array or one of shape (rows, columns), not of shape {array.shape}"
        raise FileFormatError(msg)
    return matrix_columns(label, array.shape, array.dtype, lambda start, stop: array[start:stop], names)


def matrix_columns(
    label: str,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    rows: Callable[[int, int], npt.NDArray[Any]],
    names: Sequence[str] | None,
) -> dict[str, Column]:
    """Return the columns of an array of shape (rows, columns), which have no names of their own."""
    if names is None:
        msg = f"{label}: the {shape[1]} columns of a plain array have no names; give them: columns=[...]"
        raise FileFormatError(msg)
    if len(names) != shape[1]:
        msg = f"{label}: columns= gives {len(names)} names, the array has {shape[1]} columns"
        raise FileFormatError(msg)
    refuse_repeated(label, names)
    block = Matrix(rows)
    return {name: Column(block, k, dtype, (shape[0],)) for k, name in enumerate(names)}
