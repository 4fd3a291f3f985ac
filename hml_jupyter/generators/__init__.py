"""Event generators and detectors: from a `Process` to arrays of measured particles."""

from __future__ import annotations

from .detector import DETECTORS

__all__ = ["DETECTORS"]
