"""Flat tables of numbers: opened from many kinds of files, read in pieces, as observables or as events, and exported."""

from __future__ import annotations

from .flat import FlatTable, is_table, open_table
from .record import TableRecord

__all__ = [
    "FlatTable",
    "TableRecord",
    "is_table",
    "open_table",
]
