"""Networks that others can run, and those of others."""

from __future__ import annotations

from .converting import Converted, convert

__all__ = ["Converted", "convert"]
