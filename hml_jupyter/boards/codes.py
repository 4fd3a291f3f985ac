"""The cell that each place of a threshold would write, known before the drag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..calls import Call, Ref
from ..histograms import threshold_cut

if TYPE_CHECKING:
    from .board import Board

__all__ = ["codes", "select_text"]


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


def select_text(cuts: list[str], dataset: str = "dataset") -> str:
    """Return the call that selects what passes some cuts.

    Examples
    --------
    >>> select_text(["met >= 100.0"])
    'hml.select(dataset, ["met >= 100.0"])'
    """
    return Call("select", (Ref(dataset), list(cuts))).render()
