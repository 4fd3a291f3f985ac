"""Runs: generated events with their cross section, kept in a folder."""

from __future__ import annotations

from .generation import generate
from .run import Run
from .showering import shower
from .summaries import RunSummary, SummaryRow, summary

__all__ = ["Run", "RunSummary", "SummaryRow", "generate", "shower", "summary"]
