"""Networks that others can run, and those of others."""

from __future__ import annotations

from .converting import Converted, convert
from .preserved import Preserved, load_preserved
from .preserving import preserve

__all__ = ["Converted", "Preserved", "convert", "load_preserved", "preserve"]
