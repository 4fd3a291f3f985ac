"""The live histograms: a board of them, and what is behind a drag."""

from __future__ import annotations

from .board import Board
from .making import board

__all__ = ["Board", "board"]
