"""The cell that each place of a threshold would write, known before the drag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..calls import Call, Ref
from .state import SIDES

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

    places = index["places"]
    # at its end of the axis a handle is no threshold
    wheres = {"low": [None, *places[1:]], "high": [*places[:-1], None]}
    return {side: [after(SIDES[side], place) for place in wheres[side]] for side in SIDES}


def select_text(cuts: list[str], dataset: str = "dataset") -> str:
    """Return the call that selects what passes some cuts.

    Examples
    --------
    >>> select_text(["met >= 100.0"])
    'hml.select(dataset, ["met >= 100.0"])'
    """
    return Call("select", (Ref(dataset), list(cuts))).render()
