"""Les Houches event files: the particles of the hard process, before any shower."""

from __future__ import annotations

from .events import read_lhe
from .pieces import event_weights, light_partons, most_light_partons, scales_in_place
from .streams import LheHead, LheSums, join_lhe, lhe_pieces, read_lhe_head, sum_lhe

__all__ = [
    "LheHead",
    "LheSums",
    "event_weights",
    "join_lhe",
    "lhe_pieces",
    "light_partons",
    "most_light_partons",
    "read_lhe",
    "read_lhe_head",
    "scales_in_place",
    "sum_lhe",
]
