"""The widget: the only part that knows a notebook has a front end."""

from __future__ import annotations

from .lab import Lab

__all__ = ["Lab"]
