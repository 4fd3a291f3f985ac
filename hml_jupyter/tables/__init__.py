"""Flat tables of numbers: opened from many kinds of files, read in pieces, as observables or as events, and exported."""

from __future__ import annotations

from .conventions import CONVENTIONS
from .flat import FlatTable, is_table, open_table
from .ntuples import Ntuple, open_ntuple
from .record import TableRecord

__all__ = [
    "CONVENTIONS",
    "FlatTable",
    "Ntuple",
    "TableRecord",
    "is_table",
    "open_ntuple",
    "open_table",
]
