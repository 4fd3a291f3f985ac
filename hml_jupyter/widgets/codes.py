"""The cell that each place of a threshold would write, known before the drag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..boards import Board
from ..histograms import threshold_cut

__all__ = ["codes"]


def codes(board: Board, index: Mapping[str, Any], cell: Callable[[list[str]], str]) -> dict[str, list[str]]:
    """Return the cell for each place of either threshold, the other one as it is.

    Parameters
    ----------
    board : Board
        Its cuts as they are.
    index : mapping
        What the page gets: ``observable`` and ``places``.
    cell : callable
        From cuts to the text of a cell.
    """

    def after(side: str, place: float | None) -> str:
        moved = board.after([(index["observable"], side, place)])
        return cell([text for text, is_on in moved if is_on])

    found = {}
    for side, long, rest in (("low", "lower", 0), ("high", "upper", -1)):
        texts = [threshold_cut(index["observable"], long, place) for place in index["places"]]
        # cells whose thresholds are equally long are broken into lines alike
        alike: dict[int, tuple[str, str]] = {}
        for text, place in zip(texts, index["places"], strict=True):
            if len(text) not in alike:
                alike[len(text)] = (text, after(long, place))
        found[side] = [alike[len(text)][1].replace(alike[len(text)][0], text) for text in texts]
        found[side][rest] = after(long, None)
    return found
