"""Columns of a table: named as such, ``column.m_jj``, so that a misspelt observable stays an error."""

from __future__ import annotations

from ..errors import ArgumentError
from ..expressions import Object, Observable, Part
from ..tables import column_of
from ..tables.reader import NUMBER, kind_of
from .entries import Table
from .particles import Array, Particles

__all__ = ["COLUMN", "ENTRIES", "is_column"]

ENTRIES = Table("your tables")
_TABLE = (Object((Part("column"),)),)


@ENTRIES.row("", "column.m_jj", "the numbers as they are in the table; their unit is not known", objects="column")
def column(event: Particles, name: str) -> Array:
    """Column of a table; of events, a field of Event."""
    found = column_of(name, event.records.fields, event.source or "Event of these events")
    kind = kind_of(event.raw(found).type.content)
    if kind != NUMBER:
        what = "several values in an event" if kind else "something else than a number in an event"
        msg = f"'column.{name}' has {what}; one number each is needed"
        raise ArgumentError(msg)
    return event[found]


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
