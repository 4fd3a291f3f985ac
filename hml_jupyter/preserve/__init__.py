"""Networks that others can run, and those of others."""

from __future__ import annotations

from .converting import Converted, convert
from .efficiency import EfficiencyMap, efficiency_map
from .loading import load_preserved
from .preserved import Preserved
from .preserving import preserve

__all__ = ["Converted", "EfficiencyMap", "Preserved", "convert", "efficiency_map", "load_preserved", "preserve"]
