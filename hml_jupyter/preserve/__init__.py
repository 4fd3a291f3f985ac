"""Preserving trained networks, and running those that were preserved."""

from __future__ import annotations

from .preserved import Preserved, load_preserved
from .preserving import preserve

__all__ = ["Preserved", "load_preserved", "preserve"]
