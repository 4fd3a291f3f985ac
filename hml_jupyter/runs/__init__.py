"""Runs: generated events with their cross section, kept in a folder."""

from __future__ import annotations

from .generation import check_generate, generate
from .options import GENERATORS
from .run import Run
from .showering import check_lhe, shower
from .summaries import RunSummary, SummaryRow, summary

__all__ = [
    "GENERATORS",
    "Run",
    "RunSummary",
    "SummaryRow",
    "check_generate",
    "check_lhe",
    "generate",
    "shower",
    "summary",
]
