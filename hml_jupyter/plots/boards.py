"""The numbers in the picture of a board."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..bounds import is_threshold_on, tightest
from ..cuts import Cut
from ..datasets import Dataset
from .datasets import Look, panels_of
from .spectra import Panel

__all__ = ["panels_of_board"]


def panels_of_board(board: Any) -> list[Panel]:
    """Return each histogram of a board: events that pass all cuts but its own thresholds, with those drawn in.

    Parameters
    ----------
    board : Board
        With a luminosity, or with shapes of the same area.
    """
    look = board.layout
    how = "normalised" if board.luminosity is None else look.how
    below = None if look.below == "none" or (look.below == "significance" and board.luminosity is None) else look.below
    made = []
    for name, axis in board.axes.items():
        others = [Cut(cut) for cut in board.cuts if not is_threshold_on(cut, name)]
        seen = Dataset.passing(board.dataset, others) if others else board.dataset
        asked = Look(how, below, board.luminosity or 1.0, len(axis.edges) - 1, {name: axis.edges})
        low, high = (tightest(board.cuts, name, side) for side in ("lower", "upper"))
        away = [(-np.inf, low.edge)] if low else []
        away += [(high.edge, np.inf)] if high else []
        marks = [bound.edge for bound in (low, high) if bound]
        made.append(panels_of(seen, [name], asked)[0]._replace(marks=marks, cut_away=away))
    return made
