"""Flat tables of numbers: opened from many kinds of files, read in pieces, as observables or as events, and exported."""

from __future__ import annotations

from .by_name import by_name
from .conventions import CONVENTIONS
from .exports import Frame, to_hdf5, to_numpy, to_pandas, to_root
from .flat import FlatTable, is_table, open_table
from .ntuples import Ntuple, open_ntuple
from .onward import kept_open
from .record import TableRecord, column_of, find_weight, is_weight

__all__ = [
    "CONVENTIONS",
    "FlatTable",
    "Frame",
    "Ntuple",
    "TableRecord",
    "by_name",
    "column_of",
    "find_weight",
    "is_table",
    "is_weight",
    "kept_open",
    "open_ntuple",
    "open_table",
    "to_hdf5",
    "to_numpy",
    "to_pandas",
    "to_root",
]
