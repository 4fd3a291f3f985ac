"""How many events are worked on at once."""

from __future__ import annotations

from ..sharing import in_pieces

__all__ = ["PIECE", "in_pieces"]

#: Events with a number in each column that are worked on at once: their numbers stay in a processor's cache from the first
#: check to the last layer.
PIECE = 4 * 4096
