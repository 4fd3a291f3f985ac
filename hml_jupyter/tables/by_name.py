"""Columns of a table in memory, taken by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import ArgumentError, UnknownNameError
from .memory import columns_of, is_frame

__all__ = ["by_name"]


def by_name(data: Any, names: Sequence[str], label: str) -> Any:
    """Return columns of a table in memory in the order of `names`, (n, k); what has no names of columns as it is.

    Parameters
    ----------
    data : object
        A DataFrame, a dictionary of arrays, a structured array or a pyarrow Table; or something else.
    names : sequence of str
        k columns; others are left out.
    label : str
        For messages: what needs them.

    Raises
    ------
    UnknownNameError
        A column is not there.
    ArgumentError, FileFormatError
        A column has lists, or holds no numbers.

    Examples
    --------
    >>> by_name({"x": [1.0, 2.0], "y": [3.0, 4.0]}, ["y", "x"], "theirs").tolist()
    [[3.0, 1.0], [4.0, 2.0]]
    >>> by_name([[1.0, 2.0]], ["y", "x"], "theirs")
    [[1.0, 2.0]]
    """
    if not _has_names(data):
        return data
    reader = columns_of(data, label)
    assert reader is not None
    contents = reader.look()
    for name in names:
        if name not in contents.names:
            what = contents.left_out.get(name)
            hint = f"its column {name} holds {what}, no numbers" if what else ""
            raise UnknownNameError(f"column of the table that {label} scores:", name, contents.names, hint=hint)
    with reader.session() as read:
        found = read(names, 0, contents.n_rows)
    lists = [name for name in names if name in contents.vectors or found[name].ndim > 1]
    if lists:
        msg = f"{label} takes one number for each event; the column {lists[0]} has several"
        raise ArgumentError(msg)
    return np.column_stack([np.asarray(found[name], np.float64) for name in names])


def _has_names(data: Any) -> bool:
    """Tell whether columns go by names; a DataFrame that was made of a plain array has numbers for them."""
    if is_frame(data):
        return any(isinstance(name, str) for name in data.columns)
    return isinstance(data, Mapping | pa.Table) or (isinstance(data, np.ndarray) and data.dtype.names is not None)
