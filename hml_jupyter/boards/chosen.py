"""The cuts of a board."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .board import Board

__all__ = ["Chosen"]


class Chosen:
    """The cuts of a board, or of several that are linked: texts in order, each switched on or off."""

    def __init__(self, cuts: Sequence[tuple[str, bool]] = ()) -> None:
        self.cuts = tuple(cuts)
        self.listeners: weakref.WeakSet[Board] = weakref.WeakSet()

    def set(self, cuts: Sequence[tuple[str, bool]]) -> None:
        """Take other cuts and tell every board that shows them."""
        self.cuts = tuple(cuts)
        for board in list(self.listeners):
            board.changed()
