"""Columns of a table: named as such, ``column.m_jj``, so that a misspelt observable stays an error."""

from __future__ import annotations

import numpy as np

from ..errors import ArgumentError
from ..expressions import Object, Observable, Part
from ..tables import column_of
from .entries import Table
from .particles import Array, Particles

__all__ = ["COLUMN", "ENTRIES", "is_column"]

ENTRIES = Table("your tables")
_TABLE = (Object((Part("column"),)),)


@ENTRIES.row("", "column.m_jj", "the numbers as they are in the table; their unit is not known", objects="column")
def column(event: Particles, name: str) -> Array:
    """Column of a table; of events, a field of Event."""
    found = column_of(name, event.records.fields, event.source or "Event of these events")
    values = event[found]
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        msg = f"'column.{name}' has several values in an event; one each is needed"
        raise ArgumentError(msg)
    return values


#: The row of all columns.
COLUMN = ENTRIES[0]


def is_column(node: Observable) -> bool:
    """Whether this is a column of a table.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_observable
    >>> is_column(parse_observable("column.m_jj")), is_column(parse_observable("jet0.pt"))
    (True, False)
    """
    return node.objects == _TABLE
