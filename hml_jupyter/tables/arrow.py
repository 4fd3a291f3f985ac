"""Columns of Arrow as arrays of numbers."""

from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .reader import Array, Contents

__all__ = ["contents", "to_array"]


def contents(schema: pa.Schema, n_rows: int) -> Contents:
    """Return which columns of a table are numbers, and which lists of numbers."""
    numbers = [field.name for field in schema if _is_number(field.type) or _is_list(field.type)]
    vectors = tuple(field.name for field in schema if _is_list(field.type))
    left_out = {field.name: str(field.type) for field in schema if field.name not in numbers}
    return Contents(n_rows, tuple(numbers), vectors, left_out)


def to_array(column: pa.ChunkedArray) -> Array:
    """Return a column as NumPy, or awkward if it holds lists; what is missing is NaN, a missing list is empty.

    Examples
    --------
    >>> to_array(pa.chunked_array([[1, None], [3]]))
    array([ 1., nan,  3.])
    >>> to_array(pa.chunked_array([[[1.0, 2.0], []], [None]])).tolist()
    [[1.0, 2.0], [], []]
    """
    if not _is_list(column.type):
        return _numbers(column)
    lengths = np.concatenate([_numbers(pc.fill_null(pc.list_value_length(c), 0)) for c in column.chunks] or [[]])
    values = pa.chunked_array([c.flatten() for c in column.chunks], type=column.type.value_type)
    return ak.unflatten(ak.Array(_numbers(values)), lengths.astype(np.int64))


def _numbers(column: Any) -> Any:
    if column.null_count and pa.types.is_boolean(column.type):
        column = column.cast(pa.float64())
    if isinstance(column, pa.ChunkedArray):
        return column.to_numpy()
    return column.to_numpy(zero_copy_only=False)


def _is_number(kind: pa.DataType) -> bool:
    return any(each(kind) for each in (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean))


def _is_list(kind: pa.DataType) -> bool:
    lists = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(each(kind) for each in lists) and _is_number(kind.value_type)
