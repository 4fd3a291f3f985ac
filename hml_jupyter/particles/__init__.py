"""Particle names, processes and decay chains as MadGraph writes them, and the decays that Pythia8 knows."""

from __future__ import annotations

from .chains import Chain, chains_of, decays_of, hard_of
from .decays import (
    DECAYS,
    NEUTRAL,
    channels,
    check_chain,
    check_decays,
    decay_lines,
    mother_of,
    parse_chain,
    parse_process,
)
from .lines import Line, clean, parse_line
from .names import EMBEDDED, GROUPS, MODELS, NAMES, STANDARD, Names, check_definitions, expand, names_of

__all__ = [
    "DECAYS",
    "EMBEDDED",
    "GROUPS",
    "MODELS",
    "NAMES",
    "NEUTRAL",
    "STANDARD",
    "Chain",
    "Line",
    "Names",
    "chains_of",
    "channels",
    "check_chain",
    "check_decays",
    "check_definitions",
    "clean",
    "decay_lines",
    "decays_of",
    "expand",
    "hard_of",
    "mother_of",
    "names_of",
    "parse_chain",
    "parse_line",
    "parse_process",
]
